"""Templates → text. Filters turn every text of an API into a literal or something as harmless.

`js`: a JavaScript (and JSON) literal that also may stand inside a script element; `py`: a Python literal, ASCII only;
`toml`: a TOML string; `comment`: one line that cannot end a block comment; `md`: one line of Markdown without markup.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>&~])")
_ESCAPES = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\x7f"}
_ROOT = files("gatewright.sdk") / "templates"


def js(value: Any) -> str:
    return json.dumps(value, allow_nan=False).translate(_ESCAPES)


def py(value: str) -> str:
    return ascii(value)


def toml(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def comment(value: str) -> str:
    return json.dumps(value)[1:-1].replace("*/", "*\\/").replace("<", "\\u003c")


def md(value: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(value.split()))


def static(path: str) -> str:
    """A file that every client has as it is."""
    return _ROOT.joinpath(*path.split("/")).read_text(encoding="utf-8")


def render(path: str, **variables: Any) -> str:
    """A template with its variables filled in."""
    return _environment().from_string(static(path)).render(**variables)


@cache
def _environment() -> Environment:
    # Not for HTML: what goes into the templates is made a literal by the filters.
    environment = Environment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - see above
    )
    environment.filters.update({"js": js, "py": py, "toml": toml, "comment": comment, "md": md})
    return environment
