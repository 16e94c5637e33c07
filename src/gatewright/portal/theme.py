"""A portal's colours: what may be one, and the style sheet that they make."""

from __future__ import annotations

import re
from collections.abc import Mapping

# The members of AWS's CustomColors, and the custom properties of the style sheet.
_PROPERTIES = {
    "AccentColor": "--accent",
    "BackgroundColor": "--background",
    "ErrorValidationColor": "--error",
    "HeaderColor": "--header",
    "NavigationColor": "--navigation",
    "TextColor": "--text",
}
# AWS does not say what it takes; these are all that CSS reads within 16 characters but functions.
_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})|[a-zA-Z]{3,16}")


def is_color(text: str) -> bool:
    """Whether a text is a colour and nothing else: it goes into a style sheet as it is."""
    return _COLOR.fullmatch(text) is not None


def style(colors: Mapping[str, str]) -> str:
    """The style sheet that gives the pages their colours. Raises ValueError for what is no colour."""
    for name in _PROPERTIES:
        if not is_color(colors[name]):
            raise ValueError(f"{name}: {colors[name]!r} is no colour")
    lines = "".join(f"  {known}: {colors[name]};\n" for name, known in _PROPERTIES.items())
    return f":root {{\n{lines}}}\n"
