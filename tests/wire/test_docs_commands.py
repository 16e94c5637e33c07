"""The commands that the documentation shows, typed into a shell as they stand there, against a new server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.wire.support import ROOT, Server, free_port


def _script(page: Path, section: str) -> str:
    """The shell blocks of a page, from a heading up to the next one of its rank (or the whole page)."""
    text = page.read_text()
    if section:
        text = text.split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    assert blocks
    return "\n".join(blocks)


@pytest.mark.parametrize(
    ("page", "section", "shown"),
    [
        ("README.md", "Quick start", "hello from /orders"),
        ("docs/tools.md", "", '{"hello": "from the document"}'),
        ("docs/aws-services.md", "", '{"id":7}'),
        ("docs/caching.md", "", "kept\nanother page\n…403\n…renewed\n…flushed\n"),
        ("docs/credentials.md", "", "an order for alice\n403\n"),
        (
            "docs/custom-domains.md",
            "",
            'hello from the shop\nnobody without a certificate\n…"vpce-1a2b3c"\n}\nhello from the shop\n',
        ),
        ("docs/logs.md", "", '"status":"200"}…Method completed with status: 200'),
        ("docs/portals.md", "", "Be <strong>kind</strong> to every dog."),
        ("docs/releases.md", "", '{"error":"nothing here","stage":"prod"}'),
        (
            "docs/throttling.md",
            "",
            '200 200 429 …{"message":"Too Many Requests"}…{"message":"Too Many Requests"}',
        ),
        ("docs/websocket-apis.md", "", "hello from behind\nclosed: 1000 Connection Closed Normally…signed: "),
        ("docs/usage-plans.md", "", 'an order for …{"message":"Forbidden"}…an order for …{"message":"Limit Exceeded"}'),
        ("examples/chat/README.md", "", '/chat/?at=ws://…"type": "message", "name": "Ada", "text": "Hello, Bob"}'),
        ("docs/streaming.md", "", "data: one\n\ndata: two\n\ndata: three\n\n"),
    ],
)
def test_the_page_works(own_server: Callable[..., Server], tmp_path: Path, page: str, section: str, shown: str) -> None:
    tls_port = free_port()
    server = own_server("--tls-port", str(tls_port))
    script = (
        _script(ROOT / page, section)
        .replace(".venv/bin/", "")
        .replace("localhost:4566", f"localhost:{server.port}")
        .replace("127.0.0.1:8443", f"127.0.0.1:{tls_port}")
    )
    tools = Path(sys.executable).parent
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        env={
            "PATH": f"{tools}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "AWS_PAGER": "",
            "GATEWRIGHT_PORT": str(server.port),
            "GATEWRIGHT_DATA_DIR": str(server.data),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stderr}\n{server.output()}"
    assert all(part in done.stdout for part in shown.split("…"))
