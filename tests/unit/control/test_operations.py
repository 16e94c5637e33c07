"""The ratchet: operations that are not handled yet are listed, and the list may only shrink."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore import xform_name
from botocore.session import get_session

from gatewright.control.operations import OPERATIONS

LIST = Path(__file__).with_name("not_handled.txt")


def known(service: str) -> set[str]:
    return set(get_session().get_service_model(service).operation_names)


def listed(service: str) -> list[str]:
    lines = [line.split() for line in LIST.read_text().splitlines() if line and not line.startswith("#")]
    return [operation for of, operation in lines if of == service]


@pytest.mark.parametrize("service", OPERATIONS)
def test_every_operation_is_handled_or_listed(service: str) -> None:
    """A new operation belongs into the list or into the table; a handled one must be struck from the list."""
    assert set(OPERATIONS[service]) | set(listed(service)) == known(service)
    assert not set(OPERATIONS[service]) & set(listed(service)), "strike what is handled from not_handled.txt"


def test_the_list_is_in_order() -> None:
    lines = [line for line in LIST.read_text().splitlines() if not line.startswith("#")]
    assert lines == sorted(set(lines))


@pytest.mark.parametrize("service", OPERATIONS)
def test_a_handler_is_called_like_its_operation(service: str) -> None:
    for operation, handler in OPERATIONS[service].items():
        assert handler.__name__ == xform_name(operation)
