"""Which plane a request is for: a table of URL forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from gatewright.edge.domains import Domain, MappedHost
from gatewright.edge.endpoints import NOWHERE, EndpointHost, VpcEndpoints
from gatewright.edge.planes import HostForms, Plane, plane_of, read_path, signed_for
from gatewright.edge.target import Door, Target
from gatewright.net.base import Header, Request
from gatewright.net.networks import Networks

SCOPE = "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/{}/aws4_request, SignedHeaders=host, Signature=00"


@dataclass
class Asked:
    """As much of a request as the decision reads."""

    path: bytes = b"/"
    query: bytes = b""
    headers: list[Header] = field(default_factory=list)
    host: bytes = b"localhost"
    peer: str = "10.0.0.1"

    def header(self, name: bytes) -> bytes | None:
        return next((value for key, value in self.headers if key.lower() == name), None)


ENDPOINTS = VpcEndpoints(Networks(["10.0.0.1"]), {"vpce-0123abcd": "vpc-9", "vpce-0abc": "vpc-8"}, lambda: 0.0)


def _asked(path: bytes = b"/", query: bytes = b"", **headers: str) -> Request:
    return Asked(path, query, [(k.encode(), v.encode()) for k, v in headers.items()])  # type: ignore[return-value]  # reads only these


@pytest.mark.parametrize(
    ("host", "api", "region"),
    [
        (b"a1b2c3d4e5.execute-api.us-east-1.amazonaws.com", "a1b2c3d4e5", "us-east-1"),
        (b"a1b2c3d4e5.execute-api.cn-north-1.amazonaws.com.cn:443", "a1b2c3d4e5", "cn-north-1"),
        (b"a1b2c3d4e5.execute-api.us-gov-west-1.api.aws", "a1b2c3d4e5", "us-gov-west-1"),
        (b"a1b2c3d4e5.execute-api.localhost:4566", "a1b2c3d4e5", None),
        (b"a1b2c3d4e5.execute-api.localhost.localstack.cloud:4566", "a1b2c3d4e5", None),
        (b"a1b2c3d4e5.execute-api.eu-west-1.localhost:4566", "a1b2c3d4e5", "eu-west-1"),
    ],
)
def test_host_names_the_api(host: bytes, api: str, region: str | None) -> None:
    expected = Target(api, b"", domain=host.split(b":")[0].decode(), region=region, door=Door.EXECUTE_API)
    assert HostForms().read(host) == expected


_THROUGH = b"a1b2c3d4e5-vpce-0123abcd.execute-api.us-east-1.amazonaws.com"


def test_host_names_the_endpoint() -> None:
    named = HostForms(endpoints=ENDPOINTS).read(_THROUGH)
    assert isinstance(named, EndpointHost)
    assert named.target(_asked()) == Target(
        "a1b2c3d4e5",
        b"",
        domain=_THROUGH.decode(),
        region="us-east-1",
        vpce_id="vpce-0123abcd",
        vpc_id="vpc-9",
        door=Door.VPC_ENDPOINT,
    )


def test_endpoints_are_named_in_vain_by_whoever_is_not_believed() -> None:
    stranger: Any = Asked(peer="10.0.0.2")
    for forms, request in ((HostForms(endpoints=ENDPOINTS), stranger), (HostForms(), _asked())):
        named = forms.read(_THROUGH)
        assert isinstance(named, EndpointHost)
        assert named.target(request) == forms.header(b"a1b2c3d4e5", request) == NOWHERE


@pytest.mark.parametrize("host", [b"gw.test", b"gw.test:4566"])
def test_a_name_of_the_operators_stands_for_api_and_stage(host: bytes) -> None:
    forms = HostForms({"gw.test": ("abc", "v1")})
    for _ in range(2):
        expected = Target("abc", b"/v1/x", domain="gw.test", door=Door.ALIAS, base=b"")
        assert _named(forms, host, b"/x") == expected
    assert forms.read(b"other.test") is None


def _named(forms: HostForms, host: bytes, path: bytes) -> Target:
    found = forms.read(host)
    assert isinstance(found, MappedHost)
    return found.target(_asked(path))


def _domain(name: str, api: str, regional: str | None = None) -> Domain:
    return Domain(name, regional, {b"": (api, "v1")}, None)


@pytest.mark.parametrize(
    ("host", "api", "domain"),
    [
        (b"a.example.com", "exact", "a.example.com"),
        (b"a.example.com:4566", "exact", "a.example.com"),
        (b"a.example.com.", "exact", "a.example.com"),
        (b"b.example.com", "wild", "b.example.com"),
        (b"b.example.com.:4566", "wild", "b.example.com"),
        (b"d-1.execute-api.us-east-1.amazonaws.com", "exact", "a.example.com"),
    ],
)
def test_domain_names(host: bytes, api: str, domain: str) -> None:
    forms = HostForms(regional=True)
    assert forms.read(host) is None
    regional = "d-1.execute-api.us-east-1.amazonaws.com"
    forms.serve([_domain("a.example.com", "exact", regional), _domain("*.example.com", "wild")])
    target = _named(forms, host, b"/x")
    assert (target.api_id, target.path, target.domain) == (api, b"/v1/x", domain)
    assert forms.read(b"example.com") is None
    assert forms.read(b"x.y.example.com") is None
    forms.serve([])
    assert forms.read(host) is None


def test_what_domain_names_cannot_take() -> None:
    forms = HostForms({"gw.test": ("alias", "v1")})
    aws = "abc.execute-api.us-east-1.amazonaws.com"
    forms.serve(
        [_domain("gw.test", "x", "d-1.test"), _domain(aws, "x"), _domain("a.test", "1"), _domain("a.test", "2")]
    )
    assert _named(forms, b"gw.test", b"/").api_id == "alias"
    assert isinstance(forms.read(aws.encode()), Target)
    assert _named(forms, b"a.test", b"/").api_id == "1"
    assert forms.read(b"d-1.test") is None, "only DNS knows it"


@pytest.mark.parametrize(
    ("host", "region", "vpce"),
    [
        (b"vpce-0abc-1x2y.execute-api.us-east-1.vpce.amazonaws.com", "us-east-1", "vpce-0abc"),
        (b"vpce-0abc-1x2y-us-east-1a.execute-api.us-east-1.vpce.amazonaws.com:443", "us-east-1", "vpce-0abc"),
        (b"localhost:4566", None, "vpce-7"),
    ],
)
def test_the_header_names_the_api_and_the_host_the_endpoint(host: bytes, region: str | None, vpce: str | None) -> None:
    request: Any = Asked(b"/v1/x", headers=[(b"X-Amzn-Vpce-Id", b"vpce-7")], host=host)
    target = HostForms(endpoints=ENDPOINTS).header(b"abc", request)
    vpc = "vpc-8" if vpce == "vpce-0abc" else None
    assert target == Target("abc", b"/v1/x", region=region, vpce_id=vpce, vpc_id=vpc, door=Door.VPC_ENDPOINT)


@pytest.mark.parametrize(
    "host",
    [
        b"localhost:4566",
        b"127.0.0.1:4566",
        b"",
        b"execute-api.us-east-1.amazonaws.com",
        b"vpce-0123-abcd.execute-api.us-east-1.vpce.amazonaws.com",
        b"x.y.execute-api.us-east-1.amazonaws.com",
        b"a1b2.execute-api",
        b"a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/evil",
    ],
)
def test_host_names_no_api(host: bytes) -> None:
    assert HostForms().read(host) is None


def test_a_flood_of_names_does_not_fill_the_memory() -> None:
    forms = HostForms()
    for number in range(10_000):
        forms.read(b"h%d.example" % number)
    assert len(forms._seen) <= 4096


@pytest.mark.parametrize(
    ("path", "api", "rest"),
    [
        (b"/restapis/abc/v1/_user_request_/orders/1", "abc", b"/v1/orders/1"),
        (b"/restapis/abc/v1/_user_request_/", "abc", b"/v1/"),
        (b"/restapis/abc/v1/_user_request_", "abc", b"/v1"),
        (b"/_aws/execute-api/abc/v1/a%2Fb//c/", "abc", b"/v1/a%2Fb//c/"),
        (b"/_aws/execute-api/abc/v1", "abc", b"/v1"),
    ],
)
def test_path_forms_become_awss_own(path: bytes, api: str, rest: bytes) -> None:
    assert read_path(path) == Target(api, rest)


@pytest.mark.parametrize(
    "path",
    [b"/restapis/abc/stages/v1", b"/restapis/abc/v1/_user_request_x", b"/_aws/execute-api/abc", b"/", b"/_aws/sqs"],
)
def test_other_paths_name_no_api(path: bytes) -> None:
    assert read_path(path) is None


@pytest.mark.parametrize(
    ("asked", "plane"),
    [
        (_asked(b"/restapis", authorization=SCOPE.format("apigateway")), Plane.CONTROL),
        (_asked(b"/anything", authorization=SCOPE.format("lambda")), Plane.FUNCTIONS),
        (_asked(b"/tags/x", authorization=SCOPE.format("lambda")), Plane.FUNCTIONS),
        (_asked(b"/", authorization=SCOPE.format("sqs")), Plane.COMPANIONS),
        (_asked(b"/@connections/x", authorization=SCOPE.format("execute-api")), Plane.GATEWAY),
        (_asked(b"/restapis", authorization="Bearer abc"), Plane.CONTROL),
        (_asked(b"/restapis"), Plane.CONTROL),
        (_asked(b"/v2/apis/x"), Plane.CONTROL),
        (_asked(b"/v2x"), Plane.COMPANIONS),
        (_asked(b"/2015-03-31/functions/f/invocations"), Plane.FUNCTIONS),
        (_asked(b"/_gatewright/functions"), Plane.FUNCTIONS),
        (_asked(b"/_gatewright/health"), Plane.ADMIN),
        (_asked(b"/us-east-1_abc/.well-known/jwks.json"), Plane.COMPANIONS),
        (_asked(b"/bucket/key", b"X-Amz-Credential=AKID%2F20260101%2Fus-east-1%2Fs3%2Faws4_request"), Plane.COMPANIONS),
        (_asked(b"/x", b"a=1&X-Amz-Credential=AKID%2F20260101%2Fus-east-1%2Flambda%2Faws4_request"), Plane.FUNCTIONS),
    ],
)
def test_the_scope_decides_and_else_the_path(asked: Request, plane: Plane) -> None:
    assert plane_of(asked) is plane


@pytest.mark.parametrize(
    ("body", "query", "plane"),
    [
        (b'{"Namespace": "AWS/ApiGateway"}', b"", Plane.CONTROL),
        (b'{"Namespace": "AWS\\/ApiGateway"}', b"", Plane.CONTROL),
        (b"Action=ListMetrics&Namespace=AWS%2FApiGateway", b"", Plane.CONTROL),
        (b"", b"Action=ListMetrics&Namespace=AWS%2fApiGateway", Plane.CONTROL),
        (b'{"Namespace": "AWS/Lambda"}', b"", Plane.COMPANIONS),
        (b"", b"", Plane.COMPANIONS),
    ],
)
def test_metrics_of_the_gateway_are_its_own(body: bytes, query: bytes, plane: Plane) -> None:
    request = _asked(b"/", query, authorization="Credential=k/20260101/r/monitoring/aws4_request")
    request.body = body
    assert plane_of(request) is plane


def test_an_unsigned_request_has_no_scope() -> None:
    assert signed_for(_asked(b"/", authorization="AWS4-HMAC-SHA256 Credential=oops")) is None


def test_a_scope_is_looked_for_within_bounds() -> None:
    assert signed_for(_asked(b"/", authorization="Credential=" + "k" * 300 + "/20260101/r/s3/aws4_request")) is None
    assert signed_for(_asked(b"/", b"X-Amz-Credential=" + b"k" * 300 + b"%2F20260101%2Fr%2Fs3%2Faws4_request")) is None


PORTAL = b"p-abcdefghij.apigw-portal.us-east-1.on.aws"


@pytest.mark.parametrize(
    ("host", "path", "served"),
    [
        (PORTAL, b"/", b"/_gatewright/portal-hosts/" + PORTAL + b"/"),
        (PORTAL + b":4566", b"/a.html", b"/_gatewright/portal-hosts/" + PORTAL + b"/a.html"),
        (b"x" + PORTAL, b"/", None),
        (b"p-abcdefghij.apigw-portal.us-east-1.on.aws.test", b"/", None),
        (b"portal.example.com", b"/restapis", b"/_gatewright/portal-hosts/portal.example.com/restapis"),
        (b"portal.example.com.:4566", b"/", b"/_gatewright/portal-hosts/portal.example.com/"),
        (b"other.example.com", b"/", None),
        (b"localhost", b"/_gatewright/portals/abcdefghij/", b"/_gatewright/portals/abcdefghij/"),
        (b"localhost", b"/_gatewright/portal-hosts/portal.example.com/", None),
    ],
)
def test_portals(host: bytes, path: bytes, served: bytes | None) -> None:
    forms = HostForms(regional=True)
    forms.serve((Domain("portal.example.com", None, {}, None, portal=True),))
    asked: Request = Asked(path, host=host)  # type: ignore[assignment]  # reads only these
    assert forms.portal(asked) == served


def test_a_portals_name_beats_a_wildcard_and_no_api() -> None:
    forms = HostForms()
    forms.serve((Domain("portal.example.com", None, {}, None, portal=True), _domain("*.example.com", "abc")))
    assert forms.read(b"portal.example.com") is None
    assert forms.read(b"other.example.com") is not None
    asked: Request = Asked(b"/_gatewright/portals/abcdefghij/")  # type: ignore[assignment]  # reads only these
    assert forms.portal(asked) is None  # a path of the local profile
