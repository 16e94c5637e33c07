"""`gatewright credentials` against a running node, and what its workers then know."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.wire.support import Server


def command(data: Path, *words: str, check: bool = True) -> Any:
    """Run the real command; its answer as JSON, or what it says."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "GATEWRIGHT_"))}
    words = ("credentials", *words, "--data-dir", str(data))
    done = subprocess.run([sys.executable, "-m", "gatewright", *words], env=clean, capture_output=True, text=True)
    assert not check or done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout else done.stderr


def _published(data: Path) -> list[str]:
    file = data / "programs" / "credentials.json"
    if not file.exists():
        return []
    return [each["accessKeyId"] for each in json.loads(file.read_bytes())["credentials"]]


def test_credentials_come_and_go_with_and_without_a_node(own_server: Callable[..., Server]) -> None:
    server = own_server("--workers", "2")
    first = command(server.data, "create", "alice")["AccessKey"]
    assert _published(server.data) == [first["AccessKeyId"]]
    assert [each["UserName"] for each in command(server.data, "list")["AccessKeyMetadata"]] == ["alice"]
    assert stat.S_IMODE((server.data / "credentials.key").stat().st_mode) == 0o600
    for file in server.data.rglob("*"):
        if file.is_file():
            assert first["SecretAccessKey"].encode() not in file.read_bytes()
    assert first["SecretAccessKey"] not in server.output()
    server.stop()
    second = command(server.data, "create", "bob")["AccessKey"]
    command(server.data, "delete", first["AccessKeyId"])
    server.start()
    assert _published(server.data) == [second["AccessKeyId"]]
    command(server.data, "delete", second["AccessKeyId"])
    assert _published(server.data) == []
    assert "no credential" in command(server.data, "delete", second["AccessKeyId"], check=False)
