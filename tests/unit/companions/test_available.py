"""What an operator is told when there are no companions."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import msgspec
import pytest

from gatewright.companions import available
from gatewright.companions.available import installed, why_absent
from gatewright.settings import Settings

PRODUCTION = {"profile": "production", "access_key_id": "k", "secret_access_key": "s"}


@pytest.mark.parametrize(
    ("given", "extra", "told"),
    [
        ({}, True, None),
        ({}, False, "pip install 'gatewright[local]'"),
        ({"companions": False}, True, "GATEWRIGHT_COMPANIONS=true"),
        ({"companions": False}, False, "GATEWRIGHT_COMPANIONS=true"),
        (PRODUCTION, True, "profile=local"),
        ({"aws_endpoint_url": "http://localhost:1"}, False, None),
        (PRODUCTION | {"aws_endpoint_url": "http://localhost:1"}, True, None),
    ],
)
def test_why_absent(given: dict[str, Any], extra: bool, told: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(available, "installed", lambda: extra)
    reason = why_absent(msgspec.convert(given, Settings))
    if told is None:
        assert reason is None
    else:
        assert reason is not None
        assert told in reason
        assert "GATEWRIGHT_AWS_ENDPOINT_URL" in reason


def test_the_extra_is_installed_here() -> None:
    assert installed()


def test_looking_loads_neither_moto_nor_botocore() -> None:
    script = (
        "import sys; from gatewright.companions import available, refusal; available.installed(); "
        "print([name for name in ('moto', 'flask', 'botocore') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
