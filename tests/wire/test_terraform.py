"""Terraform itself: each stack of tests/terraform is applied, planned without drift, changed, planned again, destroyed.

Needs `terraform` and its provider hashicorp/aws in a filesystem mirror, named by GATEWRIGHT_TERRAFORM_PLUGINS (the
folder that holds registry.terraform.io). Nothing is fetched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.wire.support import ROOT, Server

STACKS = ROOT / "tests" / "terraform"
PLUGINS = os.environ.get("GATEWRIGHT_TERRAFORM_PLUGINS", "")
_NO_CHANGES, _CHANGES = 0, 2  # what `plan -detailed-exitcode` answers

pytestmark = [
    pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed"),
    pytest.mark.skipif(
        not PLUGINS, reason="GATEWRIGHT_TERRAFORM_PLUGINS names no filesystem mirror with the provider hashicorp/aws"
    ),
]


class Terraform:
    """A folder with one stack, and terraform run in it."""

    def __init__(self, folder: Path, server: Server) -> None:
        self._folder = folder
        rc = folder / "terraform.rc"
        rc.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{PLUGINS}"\n  }}\n}}\n')
        self._env = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TF_CLI_CONFIG_FILE": str(rc),
            "TF_VAR_endpoint": server.url,
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
        }

    def use(self, stack: Path) -> None:
        """The stack is now this one."""
        shutil.copy(stack, self._folder / "main.tf")

    def run(self, *words: str, expected: int = 0) -> None:
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


@pytest.mark.parametrize("stack", sorted(each.name for each in STACKS.iterdir()))
def test_a_stack(own_server: Callable[..., Server], tmp_path: Path, stack: str) -> None:
    terraform = Terraform(tmp_path, own_server())
    terraform.use(STACKS / stack / "before.tf")
    terraform.run("init")
    terraform.run("apply", "-auto-approve")
    terraform.run("plan", "-detailed-exitcode", expected=_NO_CHANGES)
    terraform.use(STACKS / stack / "after.tf")
    terraform.run("plan", "-detailed-exitcode", expected=_CHANGES)
    terraform.run("apply", "-auto-approve")
    terraform.run("plan", "-detailed-exitcode", expected=_NO_CHANGES)
    terraform.run("destroy", "-auto-approve")
