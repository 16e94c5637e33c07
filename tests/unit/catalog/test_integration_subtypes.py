"""The table against botocore's models: every parameter is a member of the action."""

from __future__ import annotations

import botocore.session
import pytest

from gatewright.catalog.integration_subtypes import REGION, SUBTYPES
from gatewright.catalog.services import find

_MODELS = {"events": "events", "sqs": "sqs", "appconfig": "appconfig", "kinesis": "kinesis", "states": "stepfunctions"}


@pytest.mark.parametrize("name", list(SUBTYPES))
def test_parameters_are_members(name: str) -> None:
    subtype = SUBTYPES[name]
    model = botocore.session.get_session().get_service_model(_MODELS[subtype.service])
    shape = model.operation_model(name.partition("-")[2]).input_shape
    assert shape is not None
    members = {member.lower(): member for member in shape.members}
    if name == "EventBridge-PutEvents":
        entries = shape.members["Entries"].member  # type: ignore[attr-defined]  # a list
        members = {member.lower(): member for member in entries.members}
    assert {each.lower() for each in subtype.parameters - {REGION}} <= members.keys()
    assert find(subtype.service, "us-east-1").service.id


def test_there_are_ten() -> None:
    assert len(SUBTYPES) == 10
