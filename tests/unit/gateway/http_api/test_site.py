"""Stage selection, look-up by look-up. What requests make of it: tests/plays/test_http_api_routing.py."""

from __future__ import annotations

import pytest

from gatewright.deploy.http_api import compile_http_api
from gatewright.edge.target import Target
from gatewright.gateway.endpoints import Endpoint, OneEndpoint
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.http_api.site import Site, Sites
from gatewright.telemetry.counters import Counters
from tests.plays.http_api import DOMAIN, function, http_document, route
from tests.plays.stage import API, FUNCTION_HOST, FakeUpstream

_HOST = Target(API, b"", DOMAIN)
_PATH_FORM = Target(API, b"/x")
_MAPPED = Target(API, b"/x", "api.example.com", base=b"/shop")


def _sites(*stages: str) -> Sites:
    sites = Sites(FakeUpstream(), OneEndpoint(Endpoint(FUNCTION_HOST)), Counters(), 1024)
    for stage in stages:
        sites.put(compile_http_api(http_document(route("ANY /a/{id}", function()), stage=stage)))
    return sites


def _site(*stages: str) -> Site:
    site = _sites(*stages).find(API)
    assert site is not None
    return site


@pytest.mark.parametrize(
    ("target", "path", "stage", "whole", "below"),
    [
        (_HOST, b"/a/1", "$default", b"/a/1", b"/a/1"),
        (_HOST, b"/", "$default", b"/", b"/"),
        (_HOST, b"/v1", "v1", b"/v1", b"/"),
        (_HOST, b"/v1/", "v1", b"/v1/", b"/"),
        (_HOST, b"/v1/a/1", "v1", b"/v1/a/1", b"/a/1"),
        (_HOST, b"/v10/a", "$default", b"/v10/a", b"/v10/a"),
        (_HOST, b"/$default/a", "$default", b"/$default/a", b"/$default/a"),
        (_PATH_FORM, b"/$default/a", "$default", b"/a", b"/a"),
        (_PATH_FORM, b"/v1/a", "v1", b"/v1/a", b"/a"),
        (_PATH_FORM, b"/other/a", "$default", b"/other/a", b"/other/a"),
        (_MAPPED, b"/$default/a", "$default", b"/a", b"/a"),
        (_MAPPED, b"/$default", "$default", b"/", b"/"),
        (_MAPPED, b"/v1/a", "v1", b"/v1/a", b"/a"),
    ],
)
def test_stages(target: Target, path: bytes, stage: str, whole: bytes, below: bytes) -> None:
    live, _, found_whole, found_below, _ = _site("$default", "v1").find(target, "GET", path)
    assert (live.program.stage, found_whole, found_below) == (stage, whole, below)


def test_no_stage() -> None:
    with pytest.raises(GatewayError) as error:
        _site("v1").find(_HOST, "GET", b"/a/1")
    assert error.value.status == 404


def test_a_mapping_to_a_stage_that_is_not_there_leads_nowhere() -> None:
    with pytest.raises(GatewayError) as error:
        _site("$default").find(_MAPPED, "GET", b"/v1/a/1")
    assert error.value.status == 404


def test_what_is_dropped_is_gone() -> None:
    sites = _sites("$default", "v1")
    program = compile_http_api(http_document(stage="$default"))
    sites.drop(program)
    site = sites.find(API)
    assert site is not None
    with pytest.raises(GatewayError):
        site.find(_HOST, "GET", b"/a/1")
    sites.drop(compile_http_api(http_document(stage="v1")))
    assert sites.find(API) is None
    sites.drop(program)


def test_a_new_program_takes_over() -> None:
    sites = _sites("$default")
    site = sites.find(API)
    assert site is not None
    old = site.find(_HOST, "GET", b"/a/1")[0]
    sites.put(old.program)
    assert site.find(_HOST, "GET", b"/a/1")[0] is not old
