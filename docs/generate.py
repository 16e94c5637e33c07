"""Writes the parts of the documentation that the code knows: `make docs`. With `--check`: fails when one is stale.

Each part stands between two markers, `<!-- generated: NAME -->` and `<!-- end -->`, in the file that holds it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_origin

from gatewright.settings import describe

_DOCS = Path(__file__).resolve().parent
_ROOT = _DOCS.parent


def _type(kind: Any) -> str:
    if get_origin(kind) is not None and all(isinstance(item, str) for item in get_args(kind)):
        return " \\| ".join(get_args(kind))
    names = {str: "text", int: "whole number", float: "number", bool: "true \\| false"}
    return names.get(kind, "table" if get_origin(kind) is dict else "text, may be absent")


def settings_table() -> str:
    """Every setting: name, environment variable, type, default, meaning."""
    rows = ["| setting | environment | values | default | meaning |", "|---|---|---|---|---|"]
    for name, kind, default, text in describe():
        shown = "" if default in (None, {}) else f"`{str(default).lower() if kind is bool else default}`"
        rows.append(f"| `{name}` | `GATEWRIGHT_{name.upper()}` | {_type(kind)} | {shown} | {text} |")
    return "\n".join(rows)


PARTS: dict[str, tuple[Path, Callable[[], str]]] = {"settings": (_DOCS / "settings.md", settings_table)}


def _filled(text: str, name: str, part: str) -> str:
    pattern = re.compile(rf"(<!-- generated: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"no place for the part {name}")
    return pattern.sub(lambda found: f"{found[1]}{part}\n{found[2]}", text)


def main(check: bool) -> int:
    """The exit code: 1 when `check` finds a stale part."""
    stale = []
    for name, (path, make) in PARTS.items():
        old = path.read_text()
        new = _filled(old, name, make())
        if new != old:
            stale.append(str(path.relative_to(_ROOT)))
            if not check:
                path.write_text(new)
    if check and stale:
        sys.stderr.write(f"stale, run `make docs`: {', '.join(stale)}\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
