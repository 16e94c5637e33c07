"""Timestamps of the wire: epoch seconds, ISO 8601 and the HTTP date.

Handlers see epoch seconds (int when whole, else float); they may give these or a datetime.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import formatdate, parsedate_to_datetime

Seconds = int | float


def seconds(value: Seconds | datetime) -> Seconds:
    """Epoch seconds of either form; a datetime without zone is taken as UTC."""
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return _whole(aware.timestamp())
    return value


def parse(value: object) -> Seconds:
    """Epoch seconds of anything a client may send for a timestamp. Raises ValueError."""
    if isinstance(value, bool):
        raise ValueError("not a timestamp")
    if isinstance(value, int | float):
        return _whole(value)
    if not isinstance(value, str):
        raise ValueError("not a timestamp")
    try:
        return _whole(float(value))
    except ValueError:
        pass
    try:
        return seconds(datetime.fromisoformat(value))
    except ValueError:
        return seconds(parsedate_to_datetime(value))


def render(value: Seconds | datetime, format: str, *, fraction: bool) -> Seconds | str:
    """A timestamp in one of the model's formats. `fraction`: epoch seconds keep their milliseconds."""
    moment = seconds(value)
    if format == "iso8601":
        return datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if format == "rfc822":
        return formatdate(moment, usegmt=True)
    return _whole(round(moment, 3)) if fraction else int(moment)


def _whole(value: Seconds) -> Seconds:
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError("not a timestamp")
    return int(value) if value == int(value) else value
