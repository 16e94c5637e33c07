"""Real Terraform in a folder of its own, pointed at a server. Nothing is fetched: the provider comes from a mirror."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.wire.support import Server

STACKS = Path(__file__).parent
_PROVIDER = "*/hashicorp/aws/*"  # below the name of its registry
_NAMED = "GATEWRIGHT_TERRAFORM_PLUGINS"
# Where Terraform itself looks ("implied local mirror directories" of its CLI configuration); images put one below /opt.
_USUAL = (
    "~/.terraform.d/plugins",
    "~/.local/share/terraform/plugins",
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
)
_NO_DRIFT = 0  # what `plan -detailed-exitcode` answers


def configuration(folder: Path) -> Path:
    """Terraform's configuration for a run in a folder. Skips the test, saying what is missing, where there is none."""
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not installed (no such program on PATH)")
    own = os.environ.get("TF_CLI_CONFIG_FILE")
    if not os.environ.get(_NAMED) and own and Path(own).is_file():
        return Path(own)
    mirror = _mirror()
    if mirror is None:
        pytest.skip(
            f"no filesystem mirror with Terraform's provider hashicorp/aws: {_NAMED} may name one "
            "(the folder above the name of the registry)"
        )
    file = folder / "terraform.rc"
    file.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n')
    return file


def _mirror() -> Path | None:
    named = os.environ.get(_NAMED)
    usual = (*(Path(each).expanduser() for each in _USUAL), *sorted(Path("/opt").glob("*")))
    return next((folder for folder in ((Path(named),) if named else usual) if any(folder.glob(_PROVIDER))), None)


class Terraform:
    """A folder with one stack, and terraform run in it."""

    def __init__(self, folder: Path, server: Server, config: Path, **variables: str) -> None:
        self._folder = folder
        keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
        self._env = keys | {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TF_CLI_CONFIG_FILE": str(config),
            "AWS_ENDPOINT_URL": server.url,
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
        }
        self.give(**variables)

    def use(self, stack: Path) -> None:
        """The stack is now this one."""
        shutil.copy(stack, self._folder / "main.tf")

    def give(self, **variables: str) -> None:
        self._env |= {f"TF_VAR_{name}": value for name, value in variables.items()}

    def apply(self) -> dict[str, Any]:
        """Make it so; a plan is empty then. The outputs."""
        self._run("apply", "-auto-approve", "-input=false")
        self._run("plan", "-detailed-exitcode", "-input=false", expected=_NO_DRIFT)
        return {name: output["value"] for name, output in json.loads(self._run("output", "-json")).items()}

    def init(self) -> None:
        self._run("init", "-input=false")

    def destroy(self) -> None:
        self._run("destroy", "-auto-approve", "-input=false")

    def _run(self, *words: str, expected: int = 0) -> str:
        done = subprocess.run(
            ["terraform", *words, "-no-color"],
            cwd=self._folder,
            env=self._env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == expected, (
            f"terraform {' '.join(words)}:\n{done.stdout[-6000:]}\n{done.stderr[-6000:]}"
        )
        return done.stdout


def asked(
    server: Server, api: str, path: str, verb: str = "GET", headers: Mapping[str, str] | None = None
) -> tuple[int, str, http.client.HTTPMessage]:
    """Status, body and headers of what an API answers: its id, or a domain name of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        host = api if "." in api else f"{api}.execute-api.us-east-1.amazonaws.com"
        connection.request(verb, path, headers={"Host": host, **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers
    finally:
        connection.close()
