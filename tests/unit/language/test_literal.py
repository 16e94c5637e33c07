from __future__ import annotations

import pytest

from gatewright.language.literal import mock_status


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ('{"statusCode": 200}', 200),
        ("{statusCode: 200}", 200),  # recorded: test_integration_mock_with_path_param
        ("{'statusCode': 404, 'x': 1}", 404),
        ("{x: 1, statusCode: 404}", 404),
        (' { "a": 1,\n "statusCode" : 201 } ', 201),
        ('{"statusCode": "200"}', None),
        ('{"statusCode": true}', None),
        ('{"statusCode": 20.5}', None),
        ("{}", None),
        ("[200]", None),
        ("200", None),
        ("", None),
        ("{statusCode: many}", None),
        ("{statusCode: " + "1" * 5000 + "}", None),
        ("[" * 100_000, None),
    ],
)
def test_the_status_of_a_mock_template(text: str, status: int | None) -> None:
    assert mock_status(text) == status


def test_a_hostile_text_costs_no_time() -> None:
    assert mock_status("{" + "statusCode:1," * 100_000) is None
    assert mock_status("{" + "statusCode:1," * 100_000 + "}") == 1
    assert mock_status("{" + " " * 100_000 + "," * 100_000 + "}") is None
    assert mock_status("{" + ", " * 100_000 + "statusCode" + " " * 100_000 + "}") is None
