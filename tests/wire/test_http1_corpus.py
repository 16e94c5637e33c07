"""Malformed and borderline HTTP/1.1 through `gatewright serve` to a strict origin: nothing smuggled, altered, unclean.

The corpus speaks to the host gw.test: a domain alias for an API with `ANY /{proxy+}` → HTTP_PROXY.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.wire.http1_support import Outcome, run_corpus, running_origin
from tests.wire.support import Server, serving

pytestmark = pytest.mark.slow  # one case alone, 200 pipelined requests, takes the origin 10 seconds

_API = "corpus"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of the server under test."""
    data = tmp_path_factory.mktemp("corpus") / "data"
    environ = {"GATEWRIGHT_DOMAIN_ALIASES": f"gw.test={_API}/v1"}
    with running_origin() as origin, serving(data, "--no-companions", env=environ) as server:
        _proxy_everything(server, f"http://127.0.0.1:{origin}")
        yield server.port


def _proxy_everything(server: Server, backend: str) -> None:
    api = server.client("apigateway")
    made = api.create_rest_api(name="corpus", tags={"_custom_id_": _API})
    resource = api.create_resource(restApiId=_API, parentId=made["rootResourceId"], pathPart="{proxy+}")
    for resource_id, uri in ((made["rootResourceId"], backend), (resource["id"], backend + "/{proxy}")):
        where = {"restApiId": _API, "resourceId": resource_id, "httpMethod": "ANY"}
        declared = {"method.request.path.proxy": True} if "{" in uri else {}
        mapping = {name.replace("method", "integration"): name for name in declared}
        api.put_method(**where, authorizationType="NONE", requestParameters=declared)
        api.put_integration(**where, type="HTTP_PROXY", integrationHttpMethod="ANY", uri=uri, requestParameters=mapping)
    api.create_deployment(restApiId=_API, stageName="v1")


def assert_safe(outcome: Outcome) -> None:
    assert outcome.code == 0, outcome.report
    assert outcome.unsafe == 0, outcome.report
    assert outcome.alive, outcome.report
    passed, _, all_cases = outcome.must.partition("/")
    assert passed == all_cases, outcome.report


def test_every_case_has_an_acceptable_outcome(gateway: int) -> None:
    outcome = run_corpus(gateway, "--conc", "16")
    assert_safe(outcome)
    assert outcome.passed == outcome.total, outcome.report


def test_the_outcomes_do_not_depend_on_how_the_bytes_arrive(gateway: int) -> None:
    outcome = run_corpus(gateway, "--dribble", "1", "--conc", "32")
    assert_safe(outcome)
    assert outcome.passed == outcome.total, outcome.report


@pytest.mark.parametrize("seed", [1, 20])
def test_no_mutant_gets_through_unclean(gateway: int, seed: int) -> None:
    assert_safe(run_corpus(gateway, "--mutate", "1000", "--seed", str(seed), "--conc", "64", "--wait", "0.5"))
