from __future__ import annotations

import pytest

from gatewright.aws.base import AwsError
from gatewright.control.v2 import sharing
from tests.unit.control.test_account_policies import document, statement


def test_a_policy() -> None:
    sharing.check(document(statement()))


@pytest.mark.parametrize("policy", ["", "{}", document(), document(statement(Principal={"AWS": "somebody"}))])
def test_what_is_no_policy(policy: str) -> None:
    with pytest.raises(AwsError, match="Invalid policy document"):
        sharing.check(policy)
