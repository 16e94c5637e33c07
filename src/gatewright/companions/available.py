"""Whether companions are there, and if not, what to do about it. Imports nothing of moto: edge workers use it."""

from __future__ import annotations

from importlib.util import find_spec

from gatewright.settings import Settings

_ELSEWHERE = "or name another endpoint in aws_endpoint_url (GATEWRIGHT_AWS_ENDPOINT_URL or AWS_ENDPOINT_URL)"


def installed() -> bool:
    """Whether the extra `gatewright[local]` is there."""
    return all(find_spec(name) is not None for name in ("moto", "flask", "flask_cors"))


def why_absent(settings: Settings) -> str | None:
    """Why no other AWS services are served, and how to change that; None when they are, here or elsewhere."""
    if settings.aws_endpoint_url is not None:
        return None
    if not settings.local:
        return f"Other AWS services are served in the local profile only; use profile=local, {_ELSEWHERE}."
    if not settings.companions:
        return f"Companions are off; set companions=true (GATEWRIGHT_COMPANIONS=true), {_ELSEWHERE}."
    if not installed():
        return f"Companions need the extra: pip install 'gatewright[local]'; then restart, {_ELSEWHERE}."
    return None
