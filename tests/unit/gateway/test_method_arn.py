from __future__ import annotations

import pytest

from gatewright.gateway.method_arn import masked, meant_arn, method_arn
from tests.plays.stage import API
from tests.unit.gateway.support import exchange


def test_the_concrete_path_below_the_stage_is_named() -> None:
    assert method_arn(exchange()) == f"arn:aws:execute-api:us-east-1:123456789012:{API}/v1/GET/things/7%207"


def test_the_root_ends_in_a_slash() -> None:
    made = exchange()
    made.path = b"/"
    assert method_arn(made).endswith("/v1/GET/")


def test_what_a_backend_may_read() -> None:
    made = exchange()
    assert meant_arn(made) == f"arn:aws:execute-api:us-east-1:123456789012:{API}/v1/GET/things/7 7"
    made.path = b"/things"
    assert meant_arn(made) is None


def test_the_verb_is_the_one_that_was_routed() -> None:
    made = exchange()
    made.verb = "DELETE"
    assert method_arn(made).endswith("/v1/DELETE/things/7%207")


@pytest.mark.parametrize(
    ("arn", "shown"),
    [
        (
            "arn:aws:execute-api:us-east-1:123456789012:abc/v1/GET/a:b",
            "arn:aws:execute-api:us-east-1:********9012:abc/v1/GET/a:b",
        ),
        ("arn:aws:s3:::bucket", "arn:aws:s3:::bucket"),
        ("none", "none"),
    ],
)
def test_messages_show_four_digits_of_the_account(arn: str, shown: str) -> None:
    assert masked(arn) == shown
