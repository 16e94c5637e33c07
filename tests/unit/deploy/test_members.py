from __future__ import annotations

from gatewright.deploy import members


def test_defaults() -> None:
    assert (members.verb({}), members.timeout({}), members.verify({}), members.passthrough({})) == (
        b"", 29.0, True, "WHEN_NO_MATCH",
    )  # fmt: skip


def test_what_is_given() -> None:
    given = {
        "httpMethod": "post",
        "timeoutInMillis": 50,
        "tlsConfig": {"insecureSkipVerification": True},
        "passthroughBehavior": "NEVER",
    }
    assert (members.verb(given), members.timeout(given), members.verify(given), members.passthrough(given)) == (
        b"POST", 0.05, False, "NEVER",
    )  # fmt: skip
    assert members.verb({"httpMethod": "ANY"}) == b""
