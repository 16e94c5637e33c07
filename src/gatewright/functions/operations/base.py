"""What the operations share: the call in hand, finding the function that it names, and pages of lists.

An operation is a plain function `(call, params) -> result` on a worker thread. It opens its own transaction, after what
takes long (unpacking a package), and names in `call.changed` the functions that it has changed.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from gatewright.aws.base import AwsError, Caller, Params
from gatewright.clock import Clock
from gatewright.functions.configuration import invalid
from gatewright.functions.documents import Function, announcement, load
from gatewright.functions.names import LATEST, BadNameError, FunctionKey, FunctionName, parse
from gatewright.functions.packages import Packages
from gatewright.settings import Settings
from gatewright.store.base import Store, Transaction

PAGE = 50  # items that AWS puts on a page at most


@dataclass(frozen=True, slots=True)
class Room:
    """What operations work with."""

    store: Store
    packages: Packages
    settings: Settings
    clock: Clock
    code_url: Callable[[FunctionKey, str], str]  # where a package can be downloaded for a while


@dataclass(slots=True)
class Call:
    """One call of one operation."""

    room: Room
    caller: Caller
    changed: set[FunctionKey] = field(default_factory=set)
    named: set[FunctionKey] = field(default_factory=set)

    def name(self, params: Params) -> FunctionName:
        """The function that the parameters name: the caller's own, in the Region that is called. Raises AwsError."""
        try:
            name = parse(params["FunctionName"], params.get("Qualifier"), self.caller.account, self.caller.region)
        except BadNameError as error:
            raise invalid(str(error)) from None
        if name.key.region != self.caller.region:
            raise not_found(
                f"Functions from '{name.key.region}' are not reachable in this region ('{self.caller.region}')"
            )
        if name.key.account != self.caller.account:
            message = f"User: {self.caller.arn} is not authorized to perform this operation on resource: {name.arn}"
            raise AwsError("AccessDeniedException", message, 403)
        self.named.add(name.key)
        return name

    @contextmanager
    def transaction(self, *, write: bool = True) -> Iterator[Transaction]:
        """A transaction of the store; one that writes tells other nodes of the function that the call names."""
        with self.room.store.transaction(write=write) as tx:
            yield tx
            if write:
                tx.announce([announcement(key) for key in sorted(self.named, key=lambda key: key.arn)])

    def now(self) -> float:
        return self.room.clock.now()


def not_found(message: str) -> AwsError:
    return AwsError("ResourceNotFoundException", message, 404, {"Type": "User"})


def conflict(message: str) -> AwsError:
    return AwsError("ResourceConflictException", message, 409, {"Type": "User"})


def no_function(arn: str) -> AwsError:
    return not_found(f"Function not found: {arn}")


def require(tx: Transaction, name: FunctionName) -> Function:
    """The function; its qualifier is not looked at. Raises AwsError."""
    function = load(tx, name.key)
    if function is None:
        raise no_function(name.arn)
    return function


def require_qualifier(function: Function, name: FunctionName) -> None:
    """Refuse a qualifier that names neither version nor alias."""
    if name.qualifier is not None and version_of(function, name.qualifier) is None:
        raise no_function(name.arn)


def version_of(function: Function, qualifier: str | None) -> str | None:
    """The version that a qualifier stands for (an alias: its main version); None when there is none."""
    if qualifier is None or qualifier == LATEST:
        return LATEST
    if qualifier in function.aliases:
        return str(function.aliases[qualifier]["FunctionVersion"])
    return qualifier if qualifier in function.versions else None


def configuration_of(function: Function, name: FunctionName) -> dict[str, Any]:
    """The configuration under the ARN by which it was asked for. Raises AwsError."""
    version = version_of(function, name.qualifier)
    config = function.configuration(version) if version is not None else None
    if config is None:
        raise no_function(name.arn)
    return {**config, "FunctionArn": name.arn}


def page(items: list[Any], params: Params, sort_key: Callable[[Any], Any]) -> tuple[list[Any], str | None]:
    """The items after Marker, at most MaxItems (AWS: never more than 50), and the next marker.

    The marker holds the place in the order, not a number: what is added or removed between two pages shifts nothing.
    """
    items = sorted(items, key=sort_key)
    if marker := params.get("Marker"):
        after = _read_marker(marker)
        items = [i for i in items if _token(sort_key(i)) > after]
    most = min(int(params.get("MaxItems") or PAGE), PAGE)
    chosen = items[:most]
    more = len(items) > most
    return chosen, _write_marker(_token(sort_key(chosen[-1]))) if more else None


def _token(value: Any) -> str:
    parts: Iterable[Any] = value if isinstance(value, tuple) else (value,)
    return "\0".join(f"{p:012d}" if isinstance(p, int) else str(p) for p in parts)


def _write_marker(token: str) -> str:
    return base64.urlsafe_b64encode(token.encode()).decode()


def _read_marker(marker: str) -> str:
    try:
        return base64.b64decode(marker, altchars=b"-_", validate=True).decode()
    except ValueError:
        raise invalid("Invalid pagination marker.") from None
