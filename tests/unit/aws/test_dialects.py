"""The table names things of the models: they must exist there."""

from __future__ import annotations

import pytest

from gatewright.aws.dialects import dialect
from gatewright.aws.models import load
from gatewright.aws.shapes import Shape

SERVICES = ("apigateway", "apigatewayv2", "apigatewaymanagementapi", "lambda")


def shapes(service: str) -> dict[str, Shape]:
    found: dict[str, Shape] = {}

    def collect(shape: Shape | None) -> None:
        if shape is not None and shape.name not in found:
            found[shape.name] = shape
            for inner in [shape.element, shape.key, *(member.shape for member in shape.members)]:
                collect(inner)

    for operation in load(service).operations.values():
        collect(operation.input)
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_shapes_and_operations_exist(service: str) -> None:
    rules, known = dialect(service), shapes(service)
    assert rules.unchecked <= known.keys()
    assert rules.enum_order.keys() <= known.keys()
    assert {operation for operation, _ in rules.literals} <= load(service).operations.keys()


def test_recorded_orders_name_values_of_the_model() -> None:
    known = shapes("apigateway")
    for name, order in dialect("apigateway").enum_order.items():
        assert set(order) <= set(known[name].enum)
        assert len(set(order)) == len(order)


def test_a_service_without_entry_gets_the_plain_dialect() -> None:
    assert dialect("sqs").validation == "ValidationException"
