from __future__ import annotations

import re
import secrets

import pytest

from gatewright.catalog import ids


@pytest.mark.parametrize(
    ("kind", "length"),
    [
        ("rest_api", 10),
        ("root_resource", 10),
        ("resource", 6),
        ("deployment", 6),
        ("authorizer", 6),
        ("api_key", 10),
        ("usage_plan", 6),
    ],
)
def test_ids_have_the_length_of_their_kind(kind: str, length: int) -> None:
    assert re.fullmatch(r"[a-z0-9]+", ids.new_id(kind, secrets.randbelow))
    assert len(ids.new_id(kind, secrets.randbelow)) == length


def test_ids_come_from_the_source_given() -> None:
    assert ids.new_id("resource", lambda _: 0) == "aaaaaa"
    assert ids.new_id("resource", lambda n: n - 1) == "999999"


@pytest.mark.parametrize(
    ("text", "fits"),
    [("myapi", True), ("a1", True), ("x" * 63, True), ("x" * 64, False), ("My", False), ("a-b", False), ("", False)],
)
def test_a_custom_id_must_be_a_host_label(text: str, fits: bool) -> None:
    assert ids.is_custom_id(text) is fits


def test_values_of_keys_are_40_letters_and_digits() -> None:
    assert re.fullmatch(r"[a-zA-Z0-9]{40}", ids.new_key_value(secrets.randbelow))
