"""Compiles the modules of the request path with mypyc: `make compiled`; `--remove` (`make pure`) undoes it.

`--strict`: fail when compiling does, instead of going on from source. `--ahead`: compile, but run from source still, so
that tests which need the source may run meanwhile. What was compiled is kept in build/compiled, by what it was made of:
who goes back and forth compiles once.
The same sources run either way; compiled, a request costs a quarter to a third less CPU (bench/RESULTS.md). Without a C
compiler or Python's headers nothing is compiled, and that is said. A compiled module older than its source would hide
what was edited: `gatewright` refuses to start then (see gatewright/compiled.py).
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src"
KEPT = ROOT / "build" / "compiled"
# What every request passes through. Not compiled: what waits (a coroutine gains nothing) and what holds no code.
MODULES = (
    "edge/*.py",
    "gateway/*.py",
    "gateway/authorizers/*.py",
    "gateway/http_api/*.py",
    "gateway/http_api/authorizers/*.py",
    "gateway/integrations/*.py",
    "gateway/steps/*.py",
    "gateway/websocket/*.py",
    "net/outbox.py",
    "net/outlet.py",
    "net/http1/*.py",
    "net/upstream/call.py",
    "net/upstream/client.py",
    "net/upstream/deadlines.py",
    "net/upstream/link.py",
    "net/upstream/message.py",
    "net/upstream/pool.py",
    "net/websocket/*.py",
    "program/*.py",
    "telemetry/counters.py",
    "telemetry/queue.py",
    "telemetry/stamped.py",
)


def modules() -> list[str]:
    """Paths below `src` of the modules to compile."""
    package = SOURCE / "gatewright"
    found = {
        path for pattern in MODULES for path in package.glob(pattern) if path.name not in ("__init__.py", "base.py")
    }
    return sorted(str(path.relative_to(SOURCE)) for path in found)


def missing() -> str | None:
    """What this machine lacks to compile, or None."""
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None:
        return f"the C compiler {compiler}"
    if not (Path(sysconfig.get_paths()["include"]) / "Python.h").exists():
        return "Python's headers (python3-dev)"
    return None


def remove() -> None:
    """Run from source from now on."""
    for path in SOURCE.rglob("*.so"):
        path.unlink()


def made_of() -> str:
    """What tells whether what is kept is what would be compiled: sources, this file, interpreter and compiler."""
    from mypy.version import __version__

    digest = hashlib.sha256(f"{sys.version}\n{__version__}\n".encode())
    for path in [Path(__file__), *sorted(SOURCE.rglob("*.py"))]:
        digest.update(f"{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def build(target: Path) -> None:
    """Compile into `target`. Raises SystemExit (mypyc) or a setuptools error when that fails."""
    from mypyc.build import mypycify
    from setuptools import Distribution
    from setuptools.command.build_ext import build_ext

    with tempfile.TemporaryDirectory(prefix="gatewright-compile-") as folder:
        options = ["--strict", "--config-file=", "--ignore-missing-imports", "--no-warn-unused-ignores"]
        arguments = [*modules(), *options, f"--cache-dir={folder}"]
        extensions = mypycify(arguments, opt_level="3", target_dir=folder)
        command = build_ext(Distribution({"name": "gatewright", "ext_modules": extensions}))
        command.build_temp = folder
        command.build_lib = str(target)
        command.ensure_finalized()
        command.run()


def keep() -> str | None:
    """Have the compiled modules in KEPT; None, or what the compiler had to say when it failed."""
    stamp, wanted = KEPT / "made-of", made_of()
    if stamp.exists() and stamp.read_text() == wanted:
        return None
    shutil.rmtree(KEPT, ignore_errors=True)
    print("Compiling the modules of the request path …", flush=True)
    # In a process of its own: compilers talk a lot, and it is of interest only when they fail.
    command = [sys.executable, str(Path(__file__).resolve()), "--build"]
    done = subprocess.run(command, cwd=SOURCE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        return done.stdout[-4000:]
    stamp.write_text(wanted)
    return None


def install() -> None:
    """Run what is kept."""
    for path in KEPT.rglob("*.so"):
        target = SOURCE / path.relative_to(KEPT)
        shutil.copyfile(path, target)


def main(words: list[str]) -> int:
    if "--build" in words:
        build(KEPT)
        return 0
    remove()
    if "--remove" in words:
        return 0
    lack = missing()
    if lack is not None:
        print(f"Not compiled: {lack} is missing. Gatewright runs from source, more slowly.")
        return 0
    failure = keep()
    if failure is not None:
        print(f"{failure}\nNot compiled, see above. Gatewright runs from source, more slowly.")
        return 1 if "--strict" in words else 0
    if "--ahead" not in words:
        install()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))  # `--build` runs in `src`: mypyc names modules by their path below it
