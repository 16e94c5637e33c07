"""Certificates of the companions' ACM with their keys."""

from __future__ import annotations

import sys

import pytest
from moto.acm.models import AWS_ROOT_CA, acm_backends

from gatewright.companions import certificates
from tests import pki

ACCOUNT, REGION = "111122223333", "eu-west-1"
ROOT = pki.make("root", authority=True)
LEAF = pki.make("api.example.com", ROOT, hosts=("api.example.com",))


def test_what_was_imported() -> None:
    backend = acm_backends[ACCOUNT][REGION]
    arn = backend.import_certificate(LEAF.pem.encode(), LEAF.key_pem.encode(), ROOT.pem.encode(), None, [])
    found = certificates.find(arn)
    assert found == LEAF.pem + ROOT.pem + LEAF.key_pem
    assert AWS_ROOT_CA.decode().strip() not in found
    alone = backend.import_certificate(ROOT.pem.encode(), ROOT.key_pem.encode(), None, None, [])
    assert certificates.find(alone) == ROOT.both


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "arn",
        f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/none",
        f"arn:aws:acm:{REGION}:999999999999:certificate/none",
        f"arn:aws:acm:mars-1:{ACCOUNT}:certificate/none",
    ],
)
def test_what_is_not_there(arn: str) -> None:
    assert certificates.find(arn) is None


def test_nobody_has_used_acm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "moto.acm.models")
    assert certificates.find(f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/1") is None
