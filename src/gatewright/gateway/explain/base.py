"""What an explanation is made of. It goes out as JSON: from the worker to the control process, and to `gatewright`.

Errors tell more of themselves than their texts in `GatewayError.why`, by these names:

    policies            which compiled policies were asked, by whose they are: "resource", "authorizer"
    foreign             the caller is of another account than the API, which has no resource policy
    limit, rate, burst  the throttle that was exceeded: "method/…", "route/…", "account/…", "plan", "plan/{method}"
    limit="quota", most, period, quota, next   the quota that is used up, and when its next period begins
    plan, key, plans, sent, stage              usage plan and API key: ids and names, the key's value masked
    address, status, answer | failure, reason  the backend that was called, and what came of it
    answer, failed      of a Lambda authorizer: what its function answered, X-Amz-Function-Error
    template, line, column, text, reason       the place in a mapping template
    fault               an error of Gatewright's own
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from gatewright.gateway.explain import masking
from gatewright.gateway.seen import Failed, Scene, Seen
from gatewright.program.http_api import HttpApiProgram
from gatewright.program.records import StageProgram
from gatewright.program.websocket import WebSocketProgram

AnyProgram = StageProgram | HttpApiProgram | WebSocketProgram

PASSED, REFUSED, NOT_REACHED = "passed", "refused", "not reached"


def word(text: str) -> str:
    """A text that a client may have chosen, as one word of a command: no shell runs what is in it."""
    return shlex.quote(text)


def allow_origin(api_id: str, origin: str) -> str:
    """The command that lets pages of an origin call an HTTP API."""
    configuration = word(f"AllowOrigins={origin},AllowMethods=*,AllowHeaders=*")
    return f"aws apigatewayv2 update-api --api-id {api_id} --cors-configuration {configuration}"


@dataclass(frozen=True, slots=True)
class Fix:
    """Something to do; `command` can be pasted into a shell: what a client has chosen stands in it as `word`s."""

    text: str
    command: str | None = None


@dataclass(frozen=True, slots=True)
class Exhibit:
    """Something to look at: a policy's statement, a line of a template, what a function answered."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """Why a request failed. `step`: which step ended it. `topic`: for whoever knows more (control)."""

    step: str
    why: Sequence[str]
    fix: Sequence[Fix] = ()
    docs: Sequence[str] = ()  # names in docs.PAGES
    exhibits: Sequence[Exhibit] = ()
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What one step decided: `outcome` is PASSED, REFUSED or NOT_REACHED."""

    step: str
    outcome: str
    words: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is told of one request."""

    request_id: str
    extended_request_id: str
    at: float
    request: str  # "GET /v1/pets?x=1"
    status: int
    verdict: str
    api: Mapping[str, Any]
    client: Mapping[str, Any]
    timing: Mapping[str, Any]
    steps: Sequence[Said]
    why: Sequence[str]
    fix: Sequence[Fix]
    exhibits: Sequence[Exhibit] = ()
    docs: Sequence[str] = ()
    topic: str = ""
    error: Mapping[str, Any] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


class Case:
    """An error that is to be explained, and what is known beside it. `programs`: those served now."""

    __slots__ = ("failed", "found", "programs", "seen")

    def __init__(
        self, seen: Seen, failed: Failed, programs: Sequence[AnyProgram] = (), found: re.Match[str] | None = None
    ) -> None:
        self.seen = seen
        self.failed = failed
        self.programs = programs
        self.found = found  # where the rule's pattern matches the log

    @property
    def why(self) -> Mapping[str, Any]:
        return self.failed.why

    @property
    def address(self) -> str:
        """Of the backend, without what gives access; "": none was called."""
        return masking.pairs(str(self.failed.why.get("address") or ""))

    @property
    def reason(self) -> str:
        """The log line without what AWS begins it with."""
        return masking.pairs((self.failed.log or "").removeprefix("Execution failed due to configuration error: "))

    @property
    def product(self) -> str:
        return "" if self.seen.scene is None else self.seen.scene.product

    @property
    def scene(self) -> Scene:
        """Of a request that has found its stage."""
        assert self.seen.scene is not None
        return self.seen.scene

    def matched(self, group: int | str = 1) -> str:
        """A part of the log line."""
        return "" if self.found is None else self.found[group] or ""

    def header(self, name: str) -> str | None:
        """The first value of a header of the request."""
        wanted = name.lower().encode()
        return next(
            (value.decode("latin-1") for key, value in self.seen.headers if key.lower() == wanted),
            None,
        )
