"""Who is named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gatewright.language.policy.base import ANONYMOUS, PolicyError, Principal
from gatewright.language.policy.principals import Named, Principals
from tests.unit.language.policy.support import ACCOUNT, ANN, BOB, FEDERATED, GATEWAY, OTHER, ROOT, SESSION

USER = f"arn:aws:iam::{ACCOUNT}:user/ann"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/reader"
ASSUMED = f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/session1"
OF_ACCOUNT = f"arn:aws:iam::{ACCOUNT}:root"


@pytest.mark.parametrize(
    ("element", "principal", "expected"),
    [
        ("*", ANONYMOUS, Named.DIRECTLY),
        ({"AWS": "*"}, ANONYMOUS, Named.DIRECTLY),
        ({"AWS": ["*"]}, ANN, Named.DIRECTLY),
        ({"AWS": USER}, ANN, Named.DIRECTLY),
        ({"AWS": USER}, BOB, Named.NOT),
        ({"AWS": USER}, ANONYMOUS, Named.NOT),
        ({"AWS": f"arn:aws:iam::{OTHER}:user/staff/bob"}, BOB, Named.DIRECTLY),
        ({"AWS": f"arn:aws:iam::{OTHER}:user/bob"}, BOB, Named.NOT),
        ({"AWS": ACCOUNT}, ANN, Named.ACCOUNT),
        ({"AWS": OF_ACCOUNT}, ANN, Named.ACCOUNT),
        ({"AWS": OF_ACCOUNT}, SESSION, Named.ACCOUNT),
        ({"AWS": OF_ACCOUNT}, ROOT, Named.DIRECTLY),
        ({"AWS": OF_ACCOUNT}, BOB, Named.NOT),
        ({"AWS": OF_ACCOUNT}, ANONYMOUS, Named.NOT),
        ({"AWS": [ACCOUNT, USER]}, ANN, Named.DIRECTLY),
        ({"AWS": ROLE}, SESSION, Named.ROLE),
        ({"AWS": [ROLE, OF_ACCOUNT]}, SESSION, Named.ROLE),
        ({"AWS": [ROLE, ASSUMED]}, SESSION, Named.DIRECTLY),
        ({"AWS": ASSUMED}, SESSION, Named.DIRECTLY),
        ({"AWS": ASSUMED + "0"}, SESSION, Named.NOT),
        ({"AWS": f"arn:aws:sts::{ACCOUNT}:federated-user/carol"}, FEDERATED, Named.DIRECTLY),
        ({"Service": "apigateway.amazonaws.com"}, GATEWAY, Named.DIRECTLY),
        ({"Service": "s3.amazonaws.com"}, GATEWAY, Named.NOT),
        ({"Service": ["s3.amazonaws.com", "apigateway.amazonaws.com"]}, GATEWAY, Named.DIRECTLY),
        ({"Service": "apigateway.amazonaws.com"}, ANONYMOUS, Named.NOT),
        ({"Federated": "accounts.google.com"}, Principal("x", federated="accounts.google.com"), Named.DIRECTLY),
        ({"Federated": "accounts.google.com"}, ANONYMOUS, Named.NOT),
        ({"AWS": ACCOUNT, "Service": "apigateway.amazonaws.com"}, GATEWAY, Named.DIRECTLY),
    ],
)
def test_named(element: Any, principal: Principal, expected: Named) -> None:
    assert Principals(element, "there").named(principal) is expected


@pytest.mark.parametrize(
    ("element", "principal", "expected"),
    [
        ("*", ANONYMOUS, True),
        ({"AWS": USER}, ANN, False),
        ({"AWS": [USER, OF_ACCOUNT]}, ANN, True),
        ({"AWS": [USER, OF_ACCOUNT]}, ANONYMOUS, False),
        ({"AWS": [USER, OF_ACCOUNT]}, replace(ANN, bounded=True), False),
        ({"AWS": OF_ACCOUNT}, ANN, False),
        ({"AWS": OF_ACCOUNT}, ROOT, True),
        ({"AWS": [ASSUMED, OF_ACCOUNT]}, SESSION, False),
        ({"AWS": [ASSUMED, ROLE, OF_ACCOUNT]}, SESSION, True),
        ({"Service": "apigateway.amazonaws.com"}, GATEWAY, True),
        ({"Service": "s3.amazonaws.com"}, GATEWAY, False),
    ],
)
def test_spared(element: Any, principal: Principal, expected: bool) -> None:
    assert Principals(element, "there").spares(principal) is expected


@pytest.mark.parametrize(
    "element",
    [
        None,
        "",
        "arn:aws:iam::123456789012:user/ann",
        [],
        {},
        {"AWS": []},
        {"AWS": None},
        {"AWS": [1]},
        {"AWS": "12345"},
        {"AWS": f"{ACCOUNT}:root"},
        {"AWS": f"arn:aws:iam::{ACCOUNT}"},
        {"AWS": f"arn:aws:iam::{ACCOUNT}:user/*"},
        {"AWS": f"arn:aws:iam::{ACCOUNT}:group/staff"},
        {"AWS": "arn:aws:iam::*:root"},
        {"AWS": "AIDAEXAMPLE"},
        {"AWS": "arn:aws:s3:::bucket"},
        {"AWS": f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}"},
        {"Service": "*"},
        {"Service": "apigateway"},
        {"Federated": "*"},
        {"CanonicalUser": "79a5"},
        {"Everybody": "*"},
    ],
)
def test_refused(element: Any) -> None:
    with pytest.raises(PolicyError):
        Principals(element, "there")
