from __future__ import annotations

from gatewright.catalog.integration_subtypes import SUBTYPES


def test_no_parameter_twice() -> None:
    for subtype in SUBTYPES.values():
        every = subtype.required + subtype.optional
        assert len(set(every)) == len(every)
        assert set(every) | {"Region"} == subtype.parameters
