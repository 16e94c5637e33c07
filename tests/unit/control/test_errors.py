from __future__ import annotations

from gatewright.catalog.quotas import COUNTS
from gatewright.control import errors


def test_each_fault_has_its_status() -> None:
    made = [errors.bad_request("m"), errors.not_found("m"), errors.conflict("m"), errors.limit(COUNTS["stage"])]
    assert [(error.code, error.status) for error in made] == [
        ("BadRequestException", 400),
        ("NotFoundException", 404),
        ("ConflictException", 409),
        ("LimitExceededException", 429),
    ]
    assert made[3].fields == {"retryAfterSeconds": None}


def test_mapping_errors_come_in_a_frame() -> None:
    assert errors.mapping_errors("a", "b") == "Validation Result: warnings : [], errors : [a, b]"
