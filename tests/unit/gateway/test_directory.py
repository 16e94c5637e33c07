from __future__ import annotations

import pytest

from gatewright.edge.target import Door, Target
from gatewright.gateway.directory import Directory, Place
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Plan
from gatewright.gateway.live import Live
from gatewright.program.trie import Trie
from gatewright.telemetry.counters import StageCounters
from tests.plays.stage import API
from tests.unit.gateway.support import compiled


def _find(directory: Directory, target: Target) -> Place:
    return directory.find(target, target.path)


def _live(*paths: str, **api: object) -> Live:
    program, method = compiled(api=api)
    plan = Plan("GET", method, (), ())
    routes = Trie((path, plan) for path in paths)
    return Live(program, routes, StageCounters())


@pytest.mark.parametrize(
    ("path", "whole", "below", "values"),
    [
        (b"/v1", b"/v1", b"/", []),
        (b"/v1/", b"/v1/", b"/", []),
        (b"/v1/a", b"/v1/a", b"/a", []),
        (b"/v1/a/", b"/v1/a/", b"/a/", []),
        (b"//v1//a", b"/v1//a", b"/a", []),
        (b"/v1/x/y", b"/v1/x/y", b"/x/y", [b"y"]),
    ],
)
def test_the_way_to_a_resource(path: bytes, whole: bytes, below: bytes, values: list[bytes]) -> None:
    directory = Directory()
    live = _live("/", "/a", "/x/{id}")
    directory.put(live)
    for _ in range(2):  # found, then remembered
        place = _find(directory, Target(API, path))
        assert (place[0], place[2], place[3], list(place[4])) == (live, whole, below, values)
        assert place[1] is not None


def test_no_resource_is_a_place_without_methods() -> None:
    directory = Directory()
    directory.put(_live("/a"))
    assert _find(directory, Target(API, b"/v1/none"))[1] is None


@pytest.mark.parametrize(
    "target",
    [Target("other", b"/v1/a"), Target(API, b"/v2/a"), Target(API, b"/"), Target(API, b"/v1/a", region="eu-west-1")],
)
def test_what_is_no_api_or_stage_is_forbidden(target: Target) -> None:
    directory = Directory()
    directory.put(_live("/a"))
    _find(directory, Target(API, b"/v1/a"))
    with pytest.raises(GatewayError) as refusal:
        _find(directory, target)
    assert refusal.value.status == 403


def test_what_was_remembered_is_forgotten_when_programs_change() -> None:
    directory = Directory()
    old, new = _live("/a"), _live("/a")
    directory.put(old)
    assert _find(directory, Target(API, b"/v1/a"))[0] is old
    directory.put(new)
    assert _find(directory, Target(API, b"/v1/a"))[0] is new
    directory.drop(new)
    with pytest.raises(GatewayError):
        _find(directory, Target(API, b"/v1/a"))


@pytest.mark.parametrize(
    ("api", "open_doors"),
    [
        ({}, set(Door)),
        ({"disableExecuteApiEndpoint": True}, {Door.DOMAIN, Door.PRIVATE_DOMAIN, Door.ALIAS}),
        (
            {"endpointConfiguration": {"types": ["PRIVATE"]}},
            {Door.VPC_ENDPOINT, Door.PRIVATE_DOMAIN, Door.ALIAS},
        ),
        (
            {"endpointConfiguration": {"types": ["PRIVATE"]}, "disableExecuteApiEndpoint": True},
            {Door.PRIVATE_DOMAIN, Door.ALIAS},
        ),
    ],
)
def test_doors_that_are_open_and_closed(api: dict[str, object], open_doors: set[Door]) -> None:
    directory = Directory()
    directory.put(_live("/a", **api))
    for door in (*Door, *Door):  # what one door has found is not remembered for another
        target = Target(API, b"/v1/a", door=door)
        if door in open_doors:
            assert _find(directory, target)[1] is not None
            continue
        with pytest.raises(GatewayError) as refusal:
            _find(directory, target)
        assert refusal.value.status == 403
        assert refusal.value.log is not None  # whoever has closed the door is told so
        assert API in refusal.value.log


def test_it_remembers_so_many_and_no_more() -> None:
    directory = Directory()
    directory.put(_live(*(f"/{number}" for number in range(5000))))
    for number in range(5000):
        place = _find(directory, Target(API, b"/v1/%d" % number))
        assert place[3] == b"/%d" % number
    assert len(directory._known) <= 4096


def test_each_request_of_a_stage_with_a_canary_is_dealt_anew() -> None:
    chances = iter([0.0, 0.29, 0.3, 0.99, 0.1])
    directory = Directory(lambda: next(chances))
    live, canary = _live("/a"), _live("/a")
    live.release(0.3, canary)
    directory.put(live)
    places = [_find(directory, Target(API, b"/v1/a"))[0] for _ in range(5)]
    assert places == [canary, canary, live, live, canary]
