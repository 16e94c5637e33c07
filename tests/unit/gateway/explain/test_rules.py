"""Every error has words: all types, and every line of the log that the code base raises one with."""

from __future__ import annotations

import ast
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

import gatewright.gateway as room
from gatewright.gateway.errors import TYPES, ResponseType
from gatewright.gateway.explain import rules
from gatewright.gateway.explain.base import AnyProgram, Case
from gatewright.gateway.explain.docs import PAGES
from gatewright.gateway.explain.explaining import explain
from gatewright.gateway.seen import Seen
from tests.unit.gateway.explain.support import LAMBDA, failed, http, record, rest, socket, told, words

_CONFIGURATION = "Execution failed due to configuration error: "
# Who raises errors: how its first text becomes the log line, and of which type the error is.
_RAISERS = {
    "configuration_error": ("API_CONFIGURATION_ERROR", _CONFIGURATION),
    "bad_answer": ("INTEGRATION_FAILURE", _CONFIGURATION),
    "misconfigured": ("AUTHORIZER_CONFIGURATION_ERROR", _CONFIGURATION),
}
_REAL = [name for name in TYPES if not name.startswith("DEFAULT_")]


def _text(node: ast.expr | None) -> str | None:
    """A literal as far as it is one; what is worked out reads "0"."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(each.value) if isinstance(each, ast.Constant) else "0" for each in node.values)
    return None


def _raised() -> Iterator[tuple[str, str, str]]:
    """File and line, type and log line of every error that is raised with literals."""
    for file in sorted(Path(room.__path__[0]).rglob("*.py")):
        if file.parent.name == "explain":
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            place, first = f"{file.name}:{node.lineno}", _text(node.args[0]) if node.args else None
            if node.func.id in _RAISERS and first is not None:
                kind, beginning = _RAISERS[node.func.id]
                yield place, kind, beginning + first
            elif node.func.id == "GatewayError" and first in TYPES:
                log = next((_text(each.value) for each in node.keywords if each.arg == "log"), None)
                yield place, str(first), log or ""


_SITES = list(_raised())


def test_there_are_errors_to_explain() -> None:
    assert len(_SITES) > 80
    assert {kind for _, kind, _ in _SITES} > {"ACCESS_DENIED", "INTEGRATION_FAILURE", "THROTTLED", "UNAUTHORIZED"}


@pytest.mark.parametrize(("place", "kind", "log"), _SITES, ids=[place for place, *_ in _SITES])
def test_every_error_that_is_raised_is_explained_by_more_than_its_literal(place: str, kind: str, log: str) -> None:
    for program in (rest(LAMBDA), http(), socket()):
        error = failed(kind, log=log or None)
        said = told(record(program), error, [program])
        assert said.why
        assert said.fix
        assert said.step
        literal = error.message or ""
        assert words(said).replace(literal, "").strip()
        assert not set(said.docs) - set(PAGES)


# Lines that only say what is configured wrongly: there is no more to say than that.
_PLAIN = (f"{_CONFIGURATION}0",)


@pytest.mark.parametrize(("place", "kind", "log"), _SITES, ids=[place for place, *_ in _SITES])
def test_nobody_raises_an_error_that_only_the_last_rows_know(place: str, kind: str, log: str) -> None:
    case = Case(record(rest(LAMBDA)), failed(kind, log=log or None))
    rule = rules.choose(case)
    assert rule is not None
    assert rule.tell not in rules.LEFT or log in ("", *_PLAIN) or "no step that answers" in log, (kind, log)


@pytest.mark.parametrize("kind", _REAL)
def test_every_type_is_explained_for_every_product(kind: str) -> None:
    for program in (rest(), http(), socket()):
        said = told(record(program), failed(kind), [program])
        assert said.why
        assert said.fix


@pytest.mark.parametrize("status", [400, 403, 404, 410, 413, 414, 426, 431, 503])
def test_types_without_a_name_are_explained(status: int) -> None:
    kind = ResponseType("", status, "4XX", "No", "NoException")
    for program in (rest(), http(), socket()):
        for seen in (record(program), record(None)):
            said = told(seen, failed(kind), [program])
            assert said.why
            assert said.fix


def test_an_error_of_gatewright_s_own_says_so() -> None:
    said = told(record(rest()), failed("API_CONFIGURATION_ERROR", why={"fault": "KeyError: 'x'"}))
    assert said.why == ["This is a fault of Gatewright itself, not of the API: KeyError: 'x'."]


def test_what_is_configured_wrongly_in_a_way_of_its_own_is_told_as_it_is() -> None:
    error = failed("API_CONFIGURATION_ERROR", log=f"{_CONFIGURATION}the moon is full", detail="and red")
    said = told(record(rest()), error)
    assert said.why == ["The API is configured so that this cannot work: the moon is full.", "In detail: and red."]
    assert said.fix[0].command == "aws apigateway create-deployment --rest-api-id abcdefghij --stage-name v1"


_HARMFUL = "$(touch evil)`touch evil`;touch evil|"
EVIL = f"x'{_HARMFUL}\"&"


def _evil(program: AnyProgram | None, *, routed: bool, verb: str = "GET") -> Seen:
    headers = [("Origin", f"https://{EVIL}"), ("Access-Control-Request-Method", EVIL), ("Host", EVIL)]
    return record(program, routed=routed, path=f"/things/{EVIL}", query=EVIL, headers=headers, verb=verb)


@pytest.mark.parametrize(("place", "kind", "log"), _SITES, ids=[place for place, *_ in _SITES])
def test_nothing_that_a_client_sends_runs_in_the_shell_of_who_pastes_a_command(place: str, kind: str, log: str) -> None:
    why = {"address": f"http://pets.test/{EVIL}", "failure": "refused", "template": "request", "line": 1, "column": 1}
    for program in (rest(LAMBDA), http(), socket()):
        for seen in (
            _evil(program, routed=True),
            _evil(program, routed=False, verb=EVIL),
            _evil(program, routed=False, verb="OPTIONS"),
        ):
            seen.failed = failed(kind, log=log or None, why=why)
            lines = [line for each in explain(seen, [program]).fix for line in (each.command or "").split("\n")]
            for line in lines:
                if "touch" in line:
                    words = shlex.split(line)
                    assert words[0] in ("aws", "curl", "websocat")
                    assert all(_HARMFUL in word for word in words if "touch" in word), line
