"""OpenAPI documents: any bytes are a definition or are refused with DocumentError; what is read can be written."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from gatewright.openapi import base_path, reader, text, writer, yaml_reader
from gatewright.openapi.base import DocumentError
from tests.fuzz.effort import FUZZ
from tests.unit.control.support import Control, control

_FOLDER = Path(__file__).resolve().parents[1] / "openapi_documents"
_TREES = [text.parse(path.read_bytes(), {}) for path in sorted(_FOLDER.iterdir())]
_PLACE = writer.Place("x.execute-api.us-east-1.amazonaws.com", "v1")

_PIECES = st.sampled_from(
    [
        *("a", "b: ", "- ", "\n", "\n  ", "\n    ", "{", "}", "[", "]", ", ", ": ", "? ", "&x ", "*x ", "<<: ", "*x"),
        *("'", '"', "|\n", ">-\n", "!!str ", "!!int ", "!a ", "%YAML 1.2\n", "---\n", "...\n", "# x\n", "\\u00", "\t"),
        *("200", "0x1f", "1e400", "-.inf", "~", "yes", "2020-01-01", "\x85", "\ufeff", "openapi: 3.0.1\n", "paths: "),
    ]
)
YAML = st.lists(_PIECES, max_size=60).map(lambda pieces: "".join(pieces).encode())
BODIES = st.one_of(
    st.binary(max_size=200),
    YAML,
    st.sampled_from([b"[", b"{a: ", b"- ", b"&a ", b"? ", b"'", b"{", b"!!map "]).map(lambda piece: piece * 3000),
)
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(
        ["#/paths", "#/definitions/Pet", "#/components/schemas/Pet", "#", "a.yaml", "{x}", "/", "200", "GET"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["$ref", "name", "in", "type", "get", "schema", "properties", "items", "default", "x-y", ""]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A sound document with a few of its values replaced, taken away or moved elsewhere."""
    tree = copy.deepcopy(draw(st.sampled_from(_TREES)))
    for _ in range(draw(st.integers(1, 4))):
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
@given(BODIES)
def test_any_bytes(body: bytes) -> None:
    with contextlib.suppress(DocumentError):
        yaml_reader.load(body)
    try:
        reader.read(body, {"AWS::Region": "r"})
    except DocumentError:
        return


@FUZZ
@given(mutated(), st.sampled_from(base_path.MODES))
def test_any_change_of_a_document(body: bytes, base: str) -> None:
    try:
        definition = reader.read(body, {}, base=base)
    except DocumentError:
        return
    known = {each["name"] for each in definition.authorizers}
    methods = [method for verbs in definition.resources.values() for method in verbs.values()]
    if any(method.get("authorizer", None) not in {None, *known} for method in methods):
        return  # the API must have that authorizer already: without it the import is refused
    definition.api.setdefault("version", "1")
    for dialect in writer.DIALECTS:
        version = {"version": "1", "parts": definition.documentation}
        tree = writer.write(definition, dialect, _PLACE, {"apigateway"}, version)
        for written in (text.pretty(tree), text.to_yaml(tree)):
            again = reader.read(written.encode(), {})
            assert set(again.resources) == set(definition.resources)


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    with control(tmp_path_factory.mktemp("plane")) as made:
        yield made


@FUZZ
@given(mutated())
def test_imports_succeed_or_are_refused(plane: Control, body: bytes) -> None:
    try:
        made = plane.rest.import_rest_api(body=body)
    except ClientError as error:
        response: Any = error.response
        assert response["ResponseMetadata"]["HTTPStatusCode"] == 400, response
        assert response["Error"]["Message"]
    else:
        plane.rest.delete_rest_api(restApiId=made["id"])
