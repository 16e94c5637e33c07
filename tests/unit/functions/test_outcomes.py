"""The bodies of errors that the host writes in a runtime's place."""

from __future__ import annotations

import orjson
import pytest

from gatewright.functions import outcomes
from gatewright.functions.outcomes import Outcome

ID = "b1946ac9-0000-4000-8000-000000000000"
TABLE = [
    (
        outcomes.timed_out(ID, 3, 1_700_000_000.25),
        "Sandbox.Timedout",
        f"2023-11-14T22:13:20.250Z {ID} Task timed out after 3.00 seconds",
    ),
    (outcomes.exited(ID, 3), "Runtime.ExitError", f"RequestId: {ID} Error: Runtime exited with error: exit status 3"),
    (outcomes.exited(ID, -9), "Runtime.ExitError", f"RequestId: {ID} Error: Runtime exited with error: signal: killed"),
    (outcomes.exited(ID, 0), "Runtime.ExitError", f"RequestId: {ID} Error: Runtime exited without providing a reason"),
    (outcomes.not_started(ID, "no node"), "Runtime.InvalidEntrypoint", f"RequestId: {ID} Error: no node"),
    (
        outcomes.too_large(),
        "Function.ResponseSizeTooLarge",
        "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    ),
]


@pytest.mark.parametrize(("outcome", "kind", "message"), TABLE)
def test_bodies(outcome: Outcome, kind: str, message: str) -> None:
    assert outcome.error == "Unhandled"
    assert orjson.loads(outcome.body) == {"errorType": kind, "errorMessage": message}


@pytest.mark.parametrize(("body", "kind"), [(b'{"errorType":"E"}', "E"), (b"{}", ""), (b"[]", ""), (b"no json", "")])
def test_what_a_runtime_reports_is_passed_on(body: bytes, kind: str) -> None:
    outcome = outcomes.reported(body)
    assert (outcome.body, outcome.error, outcome.kind) == (body, "Unhandled", kind)
