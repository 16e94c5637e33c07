"""A wheel with the request path compiled: `GATEWRIGHT_COMPILE=1 pip wheel --no-deps .` (needs a C compiler).

Every wheel that is built from a repository says of which commit (gatewright/compiled.py reads it).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_WANTED = "GATEWRIGHT_COMPILE"


class CompileHook(BuildHookInterface):  # type: ignore[misc]  # hatchling is there only when it builds
    """Runs tools/compile.py and puts what it made into the wheel."""

    _note: str | None = None

    def dependencies(self) -> list[str]:
        return ["mypy>=1.15", "setuptools>=70"] if os.environ.get(_WANTED) else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        self._note_commit(root, build_data)
        if not os.environ.get(_WANTED):
            return
        subprocess.run([sys.executable, str(root / "tools" / "compile.py"), "--strict"], check=True)
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        source = root / "src"
        for binary in source.rglob("*.so"):
            build_data["force_include"][str(binary)] = str(binary.relative_to(source))

    def _note_commit(self, root: Path, build_data: dict[str, Any]) -> None:
        """An archive of the sources, or a machine without git, knows none."""
        if not (root / ".git").exists():
            return
        order = ["git", "-C", str(root), "rev-parse", "--short=12", "HEAD"]
        try:
            commit = subprocess.run(order, check=True, capture_output=True, text=True).stdout
        except (OSError, subprocess.CalledProcessError):
            return
        with tempfile.NamedTemporaryFile("w", prefix="gatewright-", suffix=".txt", delete=False) as file:
            file.write(commit)
        self._note = file.name
        build_data["force_include"][file.name] = "gatewright/commit.txt"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if self._note is not None:
            Path(self._note).unlink()
