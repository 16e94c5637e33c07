from __future__ import annotations

import pytest

from gatewright.catalog import variables
from gatewright.catalog.patch import PatchError


@pytest.mark.parametrize("value", ["v", "https://a.b-c_d~e:8080/x?y=z&a=1#f,g", "two words", "x" * 512])
def test_accepted_values(value: str) -> None:
    variables.check({"name": value})


@pytest.mark.parametrize("name", ["", "a-b", "a b", "é", "x" * 65])
def test_refused_names(name: str) -> None:
    with pytest.raises(PatchError) as refusal:
        variables.check({name: "v"})
    assert refusal.value.message == (
        f"Invalid stage variable name: {name}.  Please use names with only word characters."
    )


@pytest.mark.parametrize(("value", "shown"), [("", "null"), (None, "null"), ("a|b", "a|b"), ("é", "é")])
def test_refused_values(value: str | None, shown: str) -> None:
    with pytest.raises(PatchError) as refusal:
        variables.check({"name": value})
    assert refusal.value.message == (
        f"Invalid stage variable value: {shown}.  Please use values with alphanumeric characters and the symbols "
        "' ', -', '.', '_', ':', '/', '?', '&', '=', and ','."
    )


def test_refused_numbers() -> None:
    with pytest.raises(PatchError, match="at most 100"):
        variables.check({f"v{n}": "x" for n in range(101)})
