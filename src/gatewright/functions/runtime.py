"""The runtimes that can be run, and the command that starts each.

Python handlers run on the interpreter that runs Gatewright, through AWS's own runtime client (`awslambdaric`), to which
`runtimes/bootstrap.py` adds streaming; Node.js handlers run on the program that the setting `node` names, through
`runtimes/bootstrap.cjs`. A runtime's minor version is therefore this machine's, whatever the function says; the
function's log says so once when the two differ.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

BOOTSTRAP = Path(__file__).parent / "runtimes" / "bootstrap.cjs"
PYTHON_BOOTSTRAP = BOOTSTRAP.with_suffix(".py")
SUPPORTED = "python3.x (run on Python {}.{}) and nodejs (run on the program of the setting `node`)".format(
    *sys.version_info[:2]
)

_PYTHON = re.compile(r"python3\.\d+")
_NODE = re.compile(r"nodejs\d+\.x")


def family(runtime: str) -> str | None:
    """ "python", "nodejs", or None for a runtime that cannot be run here."""
    if _PYTHON.fullmatch(runtime):
        return "python"
    return "nodejs" if _NODE.fullmatch(runtime) else None


def command(runtime: str, handler: str, node: str) -> list[str]:
    """The command line of a process that serves this handler from its working directory."""
    if family(runtime) == "python":
        return [sys.executable, str(PYTHON_BOOTSTRAP), handler]
    return [node, "--unhandled-rejections=strict", str(BOOTSTRAP), handler]


def differs(runtime: str) -> str | None:
    """What is run in place of a Python version that this interpreter is not; None when they agree."""
    own = "python{}.{}".format(*sys.version_info[:2])
    return own if family(runtime) == "python" and runtime != own else None


def own_runtime(folder: Path, handler: str) -> str:
    """The runtime for a handler whose author named none: by the file it is in."""
    module = handler.rpartition(".")[0]
    if any((folder / f"{module}{suffix}").is_file() for suffix in (".js", ".mjs", ".cjs")):
        return "nodejs20.x"
    return "python{}.{}".format(*sys.version_info[:2])
