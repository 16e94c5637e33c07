from __future__ import annotations

import pytest

from gatewright.language.literal import is_literal, mock_status


@pytest.mark.parametrize(
    ("template", "literal"),
    [
        ("", True),
        ('{"statusCode": 200}', True),
        ('{"price": "$5", "number": "#1", "colour": "# red"}', True),
        ("$input.body", False),
        ("$!x", False),
        ("${x}", False),
        ("$!{x}", False),
        ("#set($x = 1)", False),
        ("#{else}", False),
        ("## comment", False),
        ("#* comment *#", False),
        ("#[[raw]]#", False),
        ("#@macro", False),
        ("\\$x", False),
        ("\\#", False),
    ],
)
def test_what_velocity_would_leave_alone(template: str, literal: bool) -> None:
    assert is_literal(template) is literal


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
    ],
)
def test_the_status_of_a_mock_template(text: str, status: int | None) -> None:
    assert mock_status(text) == status
