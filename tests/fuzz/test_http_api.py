"""HTTP APIs: what functions answer, what requests put into service calls, what paths become at a backend."""

from __future__ import annotations

import json
import string
from typing import Any
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from gatewright.catalog import services
from gatewright.catalog.integration_subtypes import SUBTYPES
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.http_api.function_answer import read_v1, read_v2
from gatewright.gateway.http_api.service_calls import BadParameterError, make_call
from gatewright.net.upstream.message import encode
from tests.fuzz.effort import FUZZ
from tests.plays.http_api import HttpPlay, proxy, route

_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 1000) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
_MEMBERS = ("statusCode", "headers", "multiValueHeaders", "cookies", "body", "isBase64Encoded")
_ANSWERS = st.one_of(_JSON, st.dictionaries(st.sampled_from(_MEMBERS), _JSON, max_size=6))


@FUZZ
@given(payload=st.one_of(st.binary(max_size=40), _ANSWERS.map(lambda document: json.dumps(document).encode())))
def test_functions_may_answer_anything(payload: bytes) -> None:
    for read in (read_v1, read_v2):
        try:
            answer = read(payload)
        except GatewayError:
            continue
        assert 200 <= answer.status <= 599
        assert all(b"\r" not in value and b"\n" not in value for _, value in answer.headers)


@FUZZ
@given(subtype=st.sampled_from(sorted(SUBTYPES)), data=st.data())
def test_requests_may_put_anything_into_a_service_call(subtype: str, data: st.DataObject) -> None:
    row = SUBTYPES[subtype]
    texts = st.one_of(st.text(max_size=20), _JSON.map(json.dumps))
    values = {name: data.draw(texts) for name in row.required}
    values |= data.draw(st.dictionaries(st.sampled_from([*row.optional, *row.required]), texts))
    try:
        call = make_call(subtype, services.find(row.service, "us-east-1").service, values)
    except BadParameterError:
        return
    encode(call.method, call.target, call.headers, call.body, b"Host: h\r\n")  # sound HTTP


_PATHS = st.lists(
    st.sampled_from(["/", ".", "..", "%2e", "%2F", "%", "%zz", "%ff", "a", "b+c", "\\", "~", ";", "[", "|", '"', "é"])
    | st.sampled_from(string.punctuation.replace("?", "").replace("#", "")),
    max_size=12,
).map(lambda parts: "/" + "".join(parts))


@FUZZ
@given(path=_PATHS)
def test_no_path_leads_out_of_the_backend_s_own(path: str) -> None:
    play = HttpPlay(
        route("$default", proxy("http://h.test/base/inner")),
        route("GET /p/{proxy+}", proxy("http://h.test/base/inner/{proxy}")),
    )
    for url in (path, f"/p{path}"):
        call = play.client("GET", url)
        if call.sent is None:
            call.failed(400, "Bad Request")
            continue
        sent = call.sent.target
        encode(b"GET", sent.encode("latin-1"), (), b"", b"Host: h\r\n")
        assert sent.startswith("/base/inner/")
        assert _resolved(unquote(sent)).startswith("/base/inner")


def _resolved(path: str) -> str:
    out: list[str] = []
    for segment in path.replace("\\", "/").split("/"):
        if segment == "..":
            del out[-1:]
        elif segment not in ("", "."):
            out.append(segment)
    return "/" + "/".join(out)
