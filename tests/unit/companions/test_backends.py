"""Whose request it is."""

from __future__ import annotations

import pytest

from gatewright.companions.backends import account_of, key_of
from gatewright.companions.ledger import Ledger, Session

SIGNED = "AWS4-HMAC-SHA256 Credential={}/20260101/eu-west-1/sqs/aws4_request, SignedHeaders=host, Signature=0"


@pytest.mark.parametrize(
    ("authorization", "query", "account"),
    [
        ("", "", "999988887777"),
        (SIGNED.format("test"), "", "999988887777"),
        (SIGNED.format("AKIAIOSFODNN7EXAMPLE"), "", "999988887777"),
        (SIGNED.format("000011112222"), "", "000011112222"),
        (SIGNED.format("0000111122223"), "", "999988887777"),
        ("AWS 000011112222:signature", "", "000011112222"),
        ("", "X-Amz-Credential=000011112222%2F20260101%2Fus-east-1%2Fs3%2Faws4_request", "000011112222"),
        ("", "a=b&AWSAccessKeyId=000011112222&Signature=x", "000011112222"),
        ("Bearer xyz", "", "999988887777"),
    ],
)
def test_account_of(authorization: str, query: str, account: str) -> None:
    key = key_of({"HTTP_AUTHORIZATION": authorization, "QUERY_STRING": query})
    assert account_of(key, "999988887777", Ledger()) == account


def test_a_session_s_account_is_its_owner_s() -> None:
    ledger = Ledger()
    for key, owner in (("ASIA1", "000011112222"), ("ASIA2", "ASIA1"), ("ASIA3", ""), ("ASIA4", None)):
        ledger.sessions[key] = Session((), (), {}, 0.0, 9e9, owner=owner)
    accounts = [account_of(f"ASIA{number}", "999988887777", ledger) for number in range(1, 5)]
    assert accounts == ["000011112222", "000011112222", "999988887777", "999988887777"]
