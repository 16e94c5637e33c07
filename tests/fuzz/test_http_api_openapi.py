"""OpenAPI documents of HTTP APIs: any is a definition or refused with DocumentError; what is read can be written."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from gatewright.openapi import base_path, http_api_reader, http_api_writer, text
from gatewright.openapi.base import DocumentError
from tests.fuzz.effort import FUZZ
from tests.unit.control.support import Control, control

_FOLDERS = [Path(__file__).resolve().parents[1] / name for name in ("http_api_documents", "openapi_documents")]
_TREES = [text.parse(path.read_bytes(), {}) for folder in _FOLDERS for path in sorted(folder.iterdir())]
_SERVER = {"url": "https://x/{basePath}", "variables": {"basePath": {"default": ""}}}
_WORDS = [
    *("#/paths", "#/components/x-amazon-apigateway-integrations/backend", "#", "a.yaml", "/", "GET", "jwt", "request"),
    *("http_proxy", "aws_proxy", "VPC_LINK", "*", "SQS-SendMessage", "$request.header.a", "https://a", "2.0", ""),
]
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=5)
    | st.sampled_from(_WORDS),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["$ref", "name", "in", "type", "get", "schema", "security", "uri", "audience", "x-y", ""]),
        inner,
        max_size=3,
    ),
    max_leaves=6,
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A sound document with a few of its values replaced, taken away or moved elsewhere."""
    tree = copy.deepcopy(draw(st.sampled_from(_TREES)))
    for _ in range(draw(st.integers(0, 4))):
        places = list(_places(tree))
        parent, key = draw(st.sampled_from(places))
        action = draw(st.sampled_from(["replace", "remove", "copy"]))
        if action == "remove":
            del parent[key]
        elif action == "replace":
            parent[key] = draw(_VALUES)
        else:
            other, from_ = draw(st.sampled_from(places))
            parent[key] = copy.deepcopy(other[from_])
    try:
        return orjson.dumps(tree)
    except orjson.JSONEncodeError:  # integers of more than 64 bits
        return text.to_yaml(tree).encode()


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
        yield tree, key
        if isinstance(value, (dict, list)):
            yield from _places(value)


@FUZZ
@given(st.one_of(st.binary(max_size=200), mutated()), st.sampled_from(base_path.MODES))
def test_any_document(body: bytes, base: str) -> None:
    try:
        definition = http_api_reader.read(body, {"AWS::Region": "r"}, base=base)
    except DocumentError:
        return
    definition.api.setdefault("Version", "1")
    tree = http_api_writer.write(definition, _SERVER)
    for written in (text.pretty(tree), text.to_yaml(tree)):
        again = http_api_reader.read(written.encode(), {})
        assert {each["RouteKey"] for each in again.routes} == {each["RouteKey"] for each in definition.routes}
        assert again.integrations == definition.integrations
        assert again.authorizers == definition.authorizers


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    with control(tmp_path_factory.mktemp("plane")) as made:
        made.v2.create_stage(ApiId=made.http_api(Name="again"), StageName="s", AutoDeploy=True)
        yield made


@FUZZ
@given(mutated(), st.sampled_from(base_path.MODES))
def test_imports_succeed_or_are_refused(plane: Control, body: bytes, base: str) -> None:
    given = {"Body": body.decode(), "Basepath": base}
    (kept,) = plane.v2.get_apis()["Items"]
    for operation, at in ((plane.v2.import_api, {}), (plane.v2.reimport_api, {"ApiId": kept["ApiId"]})):
        try:
            made = operation(**at, **given)
        except ClientError as error:
            response: Any = error.response
            assert response["ResponseMetadata"]["HTTPStatusCode"] == 400, response
            assert response["Error"]["Message"]
            continue
        plane.v2.export_api(ApiId=made["ApiId"], Specification="OAS30", OutputType="JSON")
        if not at:
            plane.v2.delete_api(ApiId=made["ApiId"])
