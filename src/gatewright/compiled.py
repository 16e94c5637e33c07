"""Whether the modules of the request path are compiled (see tools/compile.py in the sources), and freshly so."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


class StaleError(Exception):
    """A compiled module is older than its source: what runs would not be what was written."""


def is_compiled(package: Path = _PACKAGE) -> bool:
    """True when the request path runs compiled. Raises StaleError."""
    found = False
    for binary in package.rglob("*.so"):
        found = True
        source = binary.with_name(binary.name.partition(".")[0] + ".py")
        if source.exists() and source.stat().st_mtime > binary.stat().st_mtime:
            raise StaleError(
                f"{source.relative_to(package.parent)} is newer than its compiled form: "
                "run `make compiled` to compile again or `make pure` to run from source"
            )
    return found
