from __future__ import annotations

from gatewright.catalog import quotas


def test_the_words_for_resources_are_those_of_aws() -> None:
    assert quotas.COUNTS["resource"].most == 300
    assert quotas.COUNTS["resource"].message == (
        "Maximum number of Resources for this API has been reached.  "
        "Please contact AWS if you need additional Resources."
    )


def test_every_endpoint_type_has_a_quota() -> None:
    assert {name: quota.most for name, quota in quotas.APIS.items()} == {"REGIONAL": 600, "PRIVATE": 600, "EDGE": 120}
