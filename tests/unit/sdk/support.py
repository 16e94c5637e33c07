"""APIs to generate clients of, harmless and hostile."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from gatewright.sdk.base import Api
from gatewright.sdk.describe import describe

PET = '{"type": "object", "properties": {"id": {"type": "integer"}, "x-tag": {"type": ["string", "null"]}}}'

PETS: dict[str, Any] = {
    "api": {"name": "Pets", "description": "Pets for sale", "version": "7"},
    "resources": [
        {
            "path": "/pets/{petId}",
            "resourceMethods": {
                "GET": {
                    "operationName": "GetPet",
                    "authorizationType": "AWS_IAM",
                    "apiKeyRequired": True,
                    "requestParameters": {
                        "method.request.path.petId": True,
                        "method.request.querystring.type": True,
                        "method.request.header.X-Thing": False,
                    },
                    "methodResponses": {
                        "200": {"statusCode": "200", "responseModels": {"application/json": "Pet"}},
                        "404": {"statusCode": "404"},
                    },
                }
            },
        },
        {"path": "/", "resourceMethods": {"GET": {"authorizationType": "NONE"}}},
        {
            "path": "/pets",
            "resourceMethods": {"POST": {"operationName": "", "requestModels": {"application/json": "Pet"}}},
        },
        {"path": "/{proxy+}", "resourceMethods": {"ANY": {"operationName": "Any"}, "GET": {}}},
    ],
    "models": [{"name": "Pet", "description": "A pet", "schema": PET}, {"name": "Bad", "schema": "nonsense"}],
}


def api(snapshot: dict[str, Any] = PETS) -> Api:
    return describe(snapshot, region="eu-west-1", url="http://localhost:4566/_aws/execute-api/abc/v1/")


NASTY = [
    "__proto__", "constructor", "then", "class", "None", "self", "body", "import os", "a'b\"c`d", "*/ evil() /*",
    "</script><script>evil()", "\n\nevil()\n", "\\", "\u2028evil()\u2029", "ünïcode", "日本", "{{ 7*7 }}", "{% raw %}",
    '"""', "'''", "#{evil}", "${evil()}", "%s", "\x00", "1abc", "", " ", "a/b", "..", "{x", "}",
]  # fmt: skip

hostile = st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs"]), max_size=12))


@st.composite
def hostile_snapshots(draw: Any) -> dict[str, Any]:
    """Snapshots whose every text is somebody's attempt."""

    def method() -> dict[str, Any]:
        places = ("path", "querystring", "header")
        return {
            "operationName": draw(hostile),
            "requestParameters": {
                f"method.request.{draw(st.sampled_from(places))}.{draw(hostile)}": draw(st.booleans())
                for _ in range(draw(st.integers(0, 3)))
            },
            "requestModels": {"application/json": draw(hostile)},
            "methodResponses": {draw(hostile): {"responseModels": {draw(hostile): draw(hostile)}}},
            "authorizationType": draw(hostile),
        }

    paths = draw(st.lists(hostile.map(lambda text: f"/{text}"), max_size=3, unique=True))
    properties = draw(st.dictionaries(hostile, st.just({"type": "string"}), max_size=2))
    return {
        "api": {"name": draw(hostile), "description": draw(hostile)},
        "resources": [
            {"path": path, "resourceMethods": {draw(st.sampled_from(["GET", "ANY", "PUT"])): method()}}
            for path in paths
        ],
        "models": [
            {
                "name": name,
                "description": draw(hostile),
                "schema": json.dumps({"type": "object", "properties": properties}),
            }
            for name in draw(st.lists(hostile, max_size=2, unique=True))
        ],
    }
