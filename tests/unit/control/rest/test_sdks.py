from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.unit.control.support import Control, control, refused


def staged(plane: Control) -> dict[str, str]:
    api_id, _ = plane.mock_api()
    plane.rest.create_deployment(restApiId=api_id, stageName="v1")
    return {"restApiId": api_id, "stageName": "v1"}


def unpacked(answer: Any) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(answer["body"].read())) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_types(plane: Control) -> None:
    listed = plane.rest.get_sdk_types()["items"]
    assert [each["id"] for each in listed] == [
        "android", "java", "javascript", "objectivec", "python", "ruby", "swift",
    ]  # fmt: skip
    one = plane.rest.get_sdk_type(id="java")
    one.pop("ResponseMetadata")
    assert one == listed[1]
    assert one["configurationProperties"][0]["name"] == "service.name"
    assert refused(plane.rest.get_sdk_type, id="cobol")[::2] == (404, "Invalid SDK type identifier specified")


def test_a_client_of_what_was_deployed(plane: Control) -> None:
    at = staged(plane)
    answer = plane.rest.get_sdk(**at, sdkType="javascript")
    assert answer["contentType"] == "application/octet-stream"
    assert answer["contentDisposition"] == 'attachment; filename="javascript_2023-11-14_22-13Z.zip"'
    source = unpacked(answer)["apiGateway-js-sdk/apigClient.js"]
    assert f'"http://localhost:4566/_aws/execute-api/{at["restApiId"]}/v1"' in source
    assert re.findall(r"apigClient\.(\w+) = function", source) == ["rootGet"]
    python = unpacked(plane.rest.get_sdk(**at, sdkType="python", parameters={"packageName": "pets"}))
    assert "apiGateway-python-sdk/pets/client.py" in python


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        ({"stageName": "v2"}, 404, "Invalid Stage identifier specified"),
        ({"restApiId": "x"}, 404, "Invalid API identifier specified 111111111111:x"),
        ({"sdkType": "java"}, 400, "Missing required parameter for SDK type java: service.name"),
        ({"sdkType": "cobol"}, 400, "Invalid SDK type specified: cobol. "),
        (
            {"sdkType": "python", "parameters": {"packageName": "class"}},
            400,
            "Invalid packageName specified: class is a word of Python's own",
        ),
    ],
)
def test_refusals(plane: Control, change: dict[str, Any], status: int, message: str) -> None:
    answer = refused(plane.rest.get_sdk, **{**staged(plane), "sdkType": "javascript"} | change)
    assert answer[0] == status
    assert answer[2].startswith(message)


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({"profile": "production"}, "https://{api}.execute-api.us-east-1.amazonaws.com/v1"),
        ({"port": 80}, "http://localhost:80/_aws/execute-api/{api}/v1"),
    ],
)
def test_where_a_client_calls(tmp_path: Path, settings: dict[str, Any], url: str) -> None:
    with control(tmp_path, **settings) as plane:
        at = staged(plane)
        source = unpacked(plane.rest.get_sdk(**at, sdkType="python"))["apiGateway-python-sdk/apig_client/client.py"]
        assert f"INVOKE_URL = {url.format(api=at['restApiId'])!r}" in source
