from __future__ import annotations

import pytest

from gatewright.deploy.base import RefusedError
from gatewright.deploy.templates import compile_templates


def test_literal_templates_by_media_type() -> None:
    assert compile_templates({"Text/Plain": "a", "$default": None}, "x") == {"text/plain": b"a", "$default": b""}
    assert compile_templates(None, "x") == {}


def test_what_is_refused_is_named() -> None:
    with pytest.raises(RefusedError, match="requestTemplates application/json"):
        compile_templates({"application/json": "$input.body"}, "requestTemplates")
