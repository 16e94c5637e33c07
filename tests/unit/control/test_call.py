from __future__ import annotations

from collections.abc import Callable, Iterator

from gatewright.aws.base import Caller
from gatewright.control.call import Call
from gatewright.settings import Settings
from tests.unit.control.support import Control

CALLER = Caller("111111111111", "us-east-1", None, "arn:aws:iam::111111111111:root")
OTHER = Caller("222222222222", "eu-west-1", None, "arn:aws:iam::222222222222:root")


def sequence(*ids: str) -> Callable[[int], int]:
    letters: Iterator[str] = iter("".join(ids))
    return lambda _: "abcdefghijklmnopqrstuvwxyz0123456789".index(next(letters))


def test_documents_belong_to_the_callers_account_and_region(plane: Control) -> None:
    with plane.store.transaction() as tx:
        mine = Call(tx, CALLER, Settings(), now=1, request_id="r", below=lambda _: 0)
        other = Call(tx, OTHER, Settings(), now=1, request_id="r", below=lambda _: 0)
        mine.insert("stage", "api", "prod", {"stageName": "prod"})
        assert mine.get("stage", "api", "prod") == {"stageName": "prod"}
        assert mine.list("stage", "api") == [{"stageName": "prod"}]
        assert other.get("stage", "api", "prod") is None
        assert other.list("stage", "api") == []
        assert mine.put("stage", "api", "prod", {"a": 1}) == {"a": 1}
        assert mine.delete("stage", "api", "prod")
        assert not mine.delete("stage", "api", "prod")


def test_an_id_is_never_given_twice(plane: Control) -> None:
    """Ids of APIs are unique in all accounts, others under their API."""
    with plane.store.transaction() as tx:
        other = Call(tx, OTHER, Settings(), now=1, request_id="r", below=lambda _: 0)
        other.insert("rest_api", "", "aaaaaaaaaa", {})
        other.insert("resource", "api", "aaaaaa", {})
        below = sequence("aaaaaaaaaa", "bbbbbbbbbb", "aaaaaa", "aaaaaa", "cccccc")
        mine = Call(tx, CALLER, Settings(), now=1, request_id="r", below=below)
        assert mine.new_id("rest_api") == "bbbbbbbbbb"
        assert mine.new_id("resource", "api") == "aaaaaa"
        mine.insert("resource", "api", "aaaaaa", {})
        assert mine.new_id("resource", "api") == "cccccc"


def test_own_limits_lift_the_counts(plane: Control) -> None:
    with plane.store.transaction() as tx:
        for limits, lifted in (("aws", False), ("own", True)):
            settings = Settings(limits=limits)  # type: ignore[arg-type]  # both are in the literal
            assert Call(tx, CALLER, settings, now=1, request_id="r", below=lambda _: 0).unlimited is lifted
