"""Sessions are kept until they are over."""

from __future__ import annotations

import time

import pytest

from gatewright.companions.ledger import Ledger, Session


def session(seconds: float, secret: str = "", token: str = "") -> Session:
    now = time.time()
    return Session((), (), {}, now, now + seconds, secret=secret, token=token)


def test_what_is_over_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger()
    ledger.remember("first", session(900))
    ledger.remember("second", session(2000))
    assert ledger.sessions.keys() == {"first", "second"}
    later = time.time() + 901
    monkeypatch.setattr(time, "time", lambda: later)
    ledger.remember("third", session(900))
    assert ledger.sessions.keys() == {"second", "third"}


@pytest.mark.parametrize(
    ("made", "limited"),
    [
        (Session((), (), {}, 0, 1), False),
        (Session(("{}",), (), {}, 0, 1), True),
        (Session((), ("arn",), {}, 0, 1), True),
        (Session((), (), {}, 0, 1, owner="test"), False),
        (Session((), (), {}, 0, 1, owner="test", federated="bob"), True),
    ],
)
def test_what_binds_a_session(made: Session, limited: bool) -> None:
    assert made.limited is limited


def test_nothing_secret_is_shown() -> None:
    assert "hidden" not in repr(session(1, secret="hidden", token="hidden"))
