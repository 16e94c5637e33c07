from __future__ import annotations

import pytest

from gatewright.catalog.sdk_types import GENERATED, TYPES, problem


def test_the_types_of_aws_and_one_more() -> None:
    assert set(TYPES) == {"android", "java", "javascript", "objectivec", "python", "ruby", "swift"}
    assert set(GENERATED) <= set(TYPES)
    assert TYPES["javascript"]["configurationProperties"] == []


@pytest.mark.parametrize(
    ("kind", "parameters", "message"),
    [
        ("javascript", {}, None),
        ("python", {"packageName": "pets"}, None),
        ("python", {"packageName": "a-b"}, "Invalid packageName specified: a-b. "),
        ("java", {}, "Missing required parameter for SDK type java: service.name"),
        ("java", {"serviceName": "a"}, "Missing required parameter for SDK type java: java.package-name"),
        (
            "java",
            {"serviceName": "a", "java.package-name": "b"},
            "Gatewright does not generate SDKs of type java; it generates javascript and python",
        ),
        ("swift", {}, "Missing required parameter for SDK type swift: classPrefix"),
        ("cobol", {}, "Invalid SDK type specified: cobol. "),
    ],
)
def test_what_can_be_generated(kind: str, parameters: dict[str, str], message: str | None) -> None:
    found = problem(kind, parameters)
    assert found is None if message is None else (found or "").startswith(message)
