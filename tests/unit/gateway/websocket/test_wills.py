"""What connections leave behind is read as it was written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.aws.holder import Holder
from gatewright.gateway.grants import Grant, Signer
from gatewright.gateway.websocket import wills
from gatewright.gateway.websocket.client import Client
from tests.plays.signing import SECRET, user

_scalars = st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False))


@given(
    agent=st.none() | st.text(),
    identity=st.dictionaries(st.text(), st.none() | st.text()),
    context=st.none() | st.dictionaries(st.text(), _scalars),
)
def test_what_was_known_of_a_client_is_kept(
    agent: str | None, identity: dict[str, str | None], context: dict[str, Any] | None
) -> None:
    client = Client("AAAAAAAAAAAAAAA=", "chat.example.com", "2001:db8::1", agent, 1_700_000_000.125)
    client.grant = Grant(identity=identity, context=context, latency=7)
    read, place = wills.read(wills.write(client, ("api", "v1")))
    assert place == ("api", "v1")
    assert (read.id, read.domain, read.source_ip, read.user_agent, read.connected) == (
        client.id,
        client.domain,
        client.source_ip,
        agent,
        client.connected,
    )
    assert (read.grant.identity, read.grant.context, read.grant.latency) == (identity, context, 7)


def test_secrets_are_not() -> None:
    client = Client("id", "a.test", "203.0.113.7", None, 1.0)
    assert wills.read(wills.write(client, ("api", "v1")))[0].grant is None
    client.grant = Grant(signer=Signer("AKID", Holder(SECRET, user())))
    will = wills.write(client, ("api", "v1"))
    assert SECRET.encode() not in will
    assert wills.read(will)[0].grant.signer is None


@pytest.mark.parametrize("will", [b"", b"{}", b"[]", b"1", b"\xff", b'["a"]'])
def test_what_is_no_will(will: bytes) -> None:
    with pytest.raises((TypeError, ValueError)):
        wills.read(will)
