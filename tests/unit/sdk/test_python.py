from __future__ import annotations

import ast
import importlib
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings

from gatewright.sdk import python
from gatewright.sdk.describe import describe
from tests.unit.sdk.support import api, hostile_snapshots


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The generated package, imported."""
    for path, text in python.files(api(), "pets_client").items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.syspath_prepend(tmp_path / "apiGateway-python-sdk")
    yield importlib.import_module("pets_client")
    for name in [name for name in sys.modules if name.partition(".")[0] == "pets_client"]:
        del sys.modules[name]


def test_a_method_per_path_and_verb(client: ModuleType) -> None:
    names = [name for name in vars(client.Client) if not name.startswith("_")]
    assert names[:4] == ["root_get", "pets_post", "pets_pet_id_get", "get_pet"]
    assert names[4:] == [f"proxy_{verb}" for verb in ("delete", "get", "head", "options", "patch", "post", "put")]
    assert client.Client.get_pet is client.Client.pets_pet_id_get
    assert "Needs an API key." in client.Client.get_pet.__doc__


def test_models_are_types_with_schemas(client: ModuleType) -> None:
    assert list(client.models.Pet.__annotations__) == ["id", "x-tag"]
    assert client.models.Pet.__doc__ == "A pet"
    assert client.models.SCHEMAS["Pet"]["type"] == "object"


def test_calls_carry_what_was_given(client: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(client.Client, "_send", lambda self, *sent: seen.append(sent))
    caller = client.Client(api_key="k", headers={"X-All": "1"})
    caller.get_pet(pet_id="a b/c", type=["x", "y"], x_thing=True, query={"more": 1})
    verb, target, headers, body = seen[0]
    assert (verb, body) == ("GET", None)
    assert target == "/_aws/execute-api/abc/v1/pets/a%20b%2Fc?more=1&type=x&type=y"
    assert headers == {
        "accept": "application/json", "x-all": "1", "x-thing": "true", "x-api-key": "k", "host": "localhost:4566",
    }  # fmt: skip
    caller.pets_post(body={"id": 1})
    assert (seen[1][3], seen[1][2]["content-type"]) == (b'{"id": 1}', "application/json")
    with pytest.raises(TypeError):
        caller.get_pet()


def test_the_project_file(client: ModuleType) -> None:
    project = tomllib.loads(python.files(api(), "pets_client")["apiGateway-python-sdk/pyproject.toml"])
    assert project["project"]["name"] == "pets-client"
    assert project["tool"]["setuptools"]["packages"] == ["pets_client"]


_TOP = (ast.Expr, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.ClassDef)
_INSIDE = (ast.Expr, ast.FunctionDef, ast.Assign)
_CALLS = {"super", "super().__init__", "self._call", "json.loads", "TypedDict"}


@given(hostile_snapshots())
@settings(max_examples=60)
def test_hostile_names_are_data(snapshot: dict[str, Any]) -> None:
    """Whatever an API is called: the files parse, and hold no statement or call but those of the templates."""
    files = python.files(describe(snapshot, region="r", url="http://localhost"))
    tomllib.loads(files["apiGateway-python-sdk/pyproject.toml"])
    for name in ("__init__", "client", "models"):
        text = files[f"apiGateway-python-sdk/apig_client/{name}.py"]
        tree = ast.parse(text)
        compile(tree, name, "exec")
        assert all(isinstance(node, _TOP) for node in tree.body)
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                assert all(isinstance(each, _INSIDE) for each in node.body)
                names = [each.name for each in node.body if isinstance(each, ast.FunctionDef)]
                assert len(names) == len(set(names))
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func) in _CALLS
    exec(compile(files["apiGateway-python-sdk/apig_client/models.py"], "models", "exec"), {"__name__": "models"})
