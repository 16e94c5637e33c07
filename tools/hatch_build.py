"""A wheel with the request path compiled: `GATEWRIGHT_COMPILE=1 pip wheel --no-deps .` (needs a C compiler)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_WANTED = "GATEWRIGHT_COMPILE"


class CompileHook(BuildHookInterface):  # type: ignore[misc]  # hatchling is there only when it builds
    """Runs tools/compile.py and puts what it made into the wheel."""

    def dependencies(self) -> list[str]:
        return ["mypy>=1.15", "setuptools>=70"] if os.environ.get(_WANTED) else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable" or not os.environ.get(_WANTED):
            return
        root = Path(self.root)
        subprocess.run([sys.executable, str(root / "tools" / "compile.py"), "--strict"], check=True)
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        source = root / "src"
        for binary in source.rglob("*.so"):
            build_data["force_include"][str(binary)] = str(binary.relative_to(source))
