from __future__ import annotations

from gatewright.language.jsonpath import errors


def test_every_error_names_its_kind() -> None:
    found = [
        value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, errors.PathError)
    ]
    assert len(found) == 8
    assert all(error.kind for error in found)
    assert issubclass(errors.EmptyPath, errors.InvalidPath)
