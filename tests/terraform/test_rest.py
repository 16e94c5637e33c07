"""Every kind of resource of REST APIs: applied, planned without drift, probed, changed, destroyed."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.terraform.support import STACKS, Terraform, asked, configuration
from tests.wire.support import serving

pytestmark = pytest.mark.slow

FUNCTION = """
import os

def handler(event, context):
    return {"statusCode": 200, "body": f"phase {os.environ['PHASE']}"}
"""
DOMAIN = "tf-real.example.com"
ANSWERS = {"1": {"/ping": "one", "/": "phase 1"}, "2": {"/ping": "two", "/": "phase 2"}}


def test_the_stack(tmp_path: Path) -> None:
    config = configuration(tmp_path)
    code = tmp_path / "code.zip"
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", FUNCTION)
    with serving(tmp_path / "data") as server:
        terraform = Terraform(tmp_path, server, config, code=str(code))
        terraform.use(STACKS / "rest.tf")
        terraform.init()
        for phase, expected in ANSWERS.items():
            terraform.give(phase=phase)
            apis = terraform.apply()["apis"]
            assert {path: asked(server, api, f"/v1{path}")[1] for path, api in apis.items()} == expected
        assert asked(server, DOMAIN, "/n/ping")[:2] == (200, "two")  # the second phase's base path mappings
        status, _, headers = asked(server, DOMAIN, "/shop/orders2/1", headers={"Content-Type": "application/xml"})
        assert (status // 100, headers["X"]) == (5, "y")  # nobody listens; the gateway response says so
        terraform.destroy()
        assert server.client("apigateway").get_rest_apis()["items"] == []
        assert server.client("apigateway").get_domain_names()["items"] == []
