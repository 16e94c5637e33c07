"""What build this is: whether the modules of the request path are compiled (see tools/compile.py in the sources), and
freshly so; of what commit, where the build knew."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

from gatewright import __version__

_PACKAGE = Path(__file__).resolve().parent
COMMIT = "commit.txt"  # written into wheels by tools/hatch_build.py


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


def build(package: Path = _PACKAGE) -> dict[str, Any]:
    """Version, whether compiled, Python's version, commit (None: not built from a repository). Raises StaleError."""
    commit = package / COMMIT
    return {
        "version": __version__,
        "compiled": is_compiled(package),
        "python": platform.python_version(),
        "commit": commit.read_text().strip() if commit.exists() else None,
    }
