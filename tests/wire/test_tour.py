"""docs/tour.md from its first line to its last, pasted into one shell on a new server: the whole seed document through
the real AWS CLI and real clients, and what AWS does not show. A block of answers holds for the commands before it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wire.support import ROOT, Server, serving

_BLOCK = re.compile(r"```sh\n(.*?)```(?:\n\n```\n(.*?)```)?", re.DOTALL)
# What ends with an error, on purpose.
_REFUSED = ("get-api ", "create-route ", "update-usage-plan ", "gatewright diff ")
_AGAIN = """
test "$(curl -s -H "x-api-key: $API_KEY" -o /dev/null -w '%{http_code}' $ORDERS)" = 200
test "$(curl -s -X POST -o /dev/null -w '%{http_code}' $ORDERS)" = 401
curl -sf -X DELETE -H 'Authorization: Bearer good' $ORDERS
curl -sf $HTTP_ORDERS
python3 client.py $SOCKET 'Bearer good'
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path / ".gatewright") as server:
        yield server


class Shell:
    """One bash in which block after block is pasted. What fails in it is kept in a file."""

    def __init__(self, server: Server) -> None:
        folder = server.data.parent
        self.failed = folder / "failed"
        self.failed.touch()
        self._port = server.port
        self._bash = subprocess.Popen(
            ["bash"],
            cwd=folder,
            env={
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                "HOME": str(folder),
                "TMPDIR": str(folder),
                "GATEWRIGHT_PORT": str(server.port),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.paste(f"set -E; trap 'echo \"$BASH_COMMAND\" >> {self.failed}' ERR")

    def paste(self, commands: str) -> str:
        """What a person sees."""
        typed, seen = self._bash.stdin, self._bash.stdout
        assert typed is not None
        assert seen is not None
        commands = commands.replace("localhost:4566", f"localhost:{self._port}")
        typed.write(f"{{ {commands}\n}} < /dev/null\necho; echo @@@@\n")
        typed.flush()
        lines: list[str] = []
        while (line := seen.readline()) != "@@@@\n":
            assert line, f"the shell ended: {''.join(lines)}"
            lines.append(line)
        return "".join(lines)

    def close(self) -> None:
        """End it."""
        self._bash.communicate(timeout=10)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _fits(said: str, shown: str) -> bool:
    """Whether an answer is what the page shows, where `…` stands for anything."""
    parts = [re.escape(part.strip()) for part in _plain(shown).split("…")]
    return re.fullmatch(".*".join(parts), _plain(said)) is not None


@pytest.mark.slow
def test_the_tour(server: Server) -> None:
    shell = Shell(server)
    try:
        for commands, shown in _BLOCK.findall((ROOT / "docs" / "tour.md").read_text()):
            said = shell.paste(commands)
            assert not shown or _fits(said, shown), f"{commands}\n{said}\n{server.output()}"
        failed = shell.failed.read_text().splitlines()
        assert all(any(word in line for word in _REFUSED) for line in failed), (failed, server.output())

        server.kill()
        server.start()
        said = shell.paste(_AGAIN)
        assert shell.failed.read_text().splitlines() == failed, said
        assert said.count("answered") == 2
        assert "you said: hello" in said
    finally:
        shell.close()
