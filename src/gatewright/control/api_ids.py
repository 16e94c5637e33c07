"""Ids of APIs, which are unique over both services: each is a label of a host name."""

from __future__ import annotations

from collections.abc import Mapping

from gatewright.catalog import ids
from gatewright.control import errors
from gatewright.control.call import Call


def new_api_id(call: Call, kind: str, tags: Mapping[str, str]) -> str:
    """A fresh id, or in the local profile the one that the tag `_custom_id_` asks for. Raises AwsError."""
    wanted = tags.get(ids.CUSTOM_ID_TAG)
    if wanted is None or not call.settings.local:
        return call.new_id(kind)
    if not ids.is_custom_id(wanted):
        raise errors.bad_request(
            f"The tag {ids.CUSTOM_ID_TAG} must be 1 to 63 lower-case letters or digits, because the id becomes part of "
            f"a host name; it is {wanted!r}"
        )
    if call.is_api(wanted):
        raise errors.conflict(f"There is already an API with the id {wanted} that the tag {ids.CUSTOM_ID_TAG} asks for")
    return wanted
