from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatewright.sdk import javascript
from gatewright.sdk.base import Api
from gatewright.sdk.describe import describe
from tests.unit.sdk.support import api, hostile_snapshots

NODE = shutil.which("node") or "node"

# Runs the clients whose files are named on standard input, as Node does and as a page does; prints their methods.
_CHECK = """
const fs = require('node:fs'), path = require('node:path'), vm = require('node:vm');
const core = ['utils', 'simpleHttpClient', 'sigV4Client', 'apiGatewayClient'];
const methods = [];
for (const folder of JSON.parse(fs.readFileSync(0))) {
  const client = require(path.join(folder, 'apigClient.js')).newClient();
  const page = vm.createContext({ URL, TextEncoder });
  for (const name of [...core.map((each) => `lib/apiGatewayCore/${each}.js`), 'apigClient.js']) {
    vm.runInContext(fs.readFileSync(path.join(folder, name), 'utf8'), page);
  }
  const same = vm.runInContext('Object.keys(apigClientFactory.newClient({}))', page);
  if (JSON.stringify(same) !== JSON.stringify(Object.keys(client))) throw new Error('page and Node differ');
  const known = 'URL,TextEncoder,apiGateway,apigClientFactory';
  if (Object.keys(page).join() !== known) throw new Error('the page has ' + Object.keys(page));
  if (Object.getPrototypeOf(client) !== Object.prototype) throw new Error('another prototype');
  if (typeof client.then === 'function') throw new Error('it looks like a promise');
  if (Object.keys(Object.prototype).length) throw new Error('objects were changed');
  methods.push(Object.keys(client));
}
console.log(JSON.stringify(methods));
"""


def written(folder: Path, made: Api) -> Path:
    for path, text in javascript.files(made).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder / "apiGateway-js-sdk"


def methods_of(*folders: Path) -> list[list[str]]:
    done = subprocess.run(
        [NODE, "-e", _CHECK], input=json.dumps([str(each) for each in folders]), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    answer: list[list[str]] = json.loads(done.stdout)
    return answer


def test_the_layout_is_that_of_aws() -> None:
    core = "apiGateway-js-sdk/lib/apiGatewayCore"
    assert set(javascript.files(api())) == {
        "apiGateway-js-sdk/apigClient.js",
        "apiGateway-js-sdk/README.md",
        "apiGateway-js-sdk/package.json",
        f"{core}/apiGatewayClient.js",
        f"{core}/sigV4Client.js",
        f"{core}/simpleHttpClient.js",
        f"{core}/utils.js",
    }


def test_a_method_per_path_and_verb(tmp_path: Path) -> None:
    [names] = methods_of(written(tmp_path, api()))
    assert names[:4] == ["rootGet", "petsPost", "petsPetIdGet", "getPet"]
    assert names[4:] == [f"proxy{verb}" for verb in ("Delete", "Get", "Head", "Options", "Patch", "Post", "Put")]


def test_names_that_collide(tmp_path: Path) -> None:
    method: dict[str, Any] = {"operationName": "then"}
    resources = [{"path": path, "resourceMethods": {"GET": method}} for path in ("/a-b", "/a.b", "/a/b", "/aB")]
    made = describe({"api": {}, "resources": resources}, region="r", url="http://localhost")
    [names] = methods_of(written(tmp_path, made))
    assert names == ["aBGet", "aBGet2", "aBGet3", "aBGet4"]


@pytest.mark.slow
@given(st.lists(hostile_snapshots(), min_size=1, max_size=12))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hostile_names_are_data(tmp_path: Path, snapshots: list[dict[str, Any]]) -> None:
    """Whatever an API is called: the client runs, adds only itself to a page, and has methods that are identifiers."""
    folders = []
    for number, snapshot in enumerate(snapshots):
        folder = tmp_path / str(len(list(tmp_path.iterdir()))) / str(number)
        folders.append(written(folder, describe(snapshot, region="r", url="http://localhost")))
    for names in methods_of(*folders):
        assert all(name.isascii() and name.isidentifier() for name in names)
