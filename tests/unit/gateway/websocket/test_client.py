"""What is kept of a client."""

from __future__ import annotations

from gatewright.gateway.websocket.client import Client


def test_a_client_has_no_grant_until_it_is_given_one() -> None:
    client = Client("id", "a.test", "203.0.113.7", None, 1.0)
    assert (client.id, client.domain, client.source_ip, client.user_agent, client.grant) == (
        "id",
        "a.test",
        "203.0.113.7",
        None,
        None,
    )
