"""`gatewright credentials` without a running node; with one: tests/wire/test_credentials.py."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gatewright.cli.credentials import credentials
from gatewright.identity.vault import Vault
from gatewright.supervisor import sockets
from tests.unit.identity.support import policy


def run(*words: str) -> Result:
    return CliRunner().invoke(credentials, words, env={"GATEWRIGHT_CONFIG": None})


def _create(data: Path, *words: str) -> dict[str, Any]:
    result = run("create", *words, "--data-dir", str(data))
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout)["AccessKey"])


def _list(data: Path) -> list[dict[str, Any]]:
    result = run("list", "--data-dir", str(data))
    assert result.exit_code == 0, result.output
    return list(json.loads(result.stdout)["AccessKeyMetadata"])


def test_a_key_s_life(tmp_path: Path) -> None:
    data = tmp_path / "data"
    file = tmp_path / "read orders.json"
    file.write_text(policy())
    made = _create(data, "alice", "--policy", str(file), "-p", policy("Deny"), "--tag", "team=blue", "-t", "empty=")
    secret = made.pop("SecretAccessKey")
    assert len(secret) == 40
    assert (made["UserName"], made["Arn"]) == ("alice", "arn:aws:iam::123456789012:user/alice")
    assert made["Policies"] == ["read-orders", "policy-2"]
    assert made["Tags"] == {"team": "blue", "empty": ""}
    assert _list(data) == [made]
    assert run("delete", made["AccessKeyId"], "--data-dir", str(data)).exit_code == 0
    assert _list(data) == []
    again = run("delete", made["AccessKeyId"], "--data-dir", str(data))
    assert (again.exit_code, "there is no credential" in again.output) == (1, True)


def test_the_workers_of_the_next_start_know_nothing_that_was_deleted(tmp_path: Path) -> None:
    """They read the published file before control has looked into the store."""
    data = tmp_path / "data"
    file = data / "programs" / "credentials.json"
    first, second = _create(data, "alice"), _create(data, "bob")
    run("delete", first["AccessKeyId"], "--data-dir", str(data))
    kept = json.loads(file.read_bytes())["credentials"]
    assert [each["accessKeyId"] for each in kept] == [second["AccessKeyId"]]
    run("delete", second["AccessKeyId"], "--data-dir", str(data))
    assert not file.exists()


def test_what_the_command_leaves_is_the_user_s_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    _create(data, "alice")
    open_to_others = [file for file in data.iterdir() if stat.S_IMODE(file.stat().st_mode) & 0o077]
    assert open_to_others == []
    assert (data / "credentials.key").exists()


def test_the_account_and_the_key_file_are_settings(tmp_path: Path) -> None:
    data, key = tmp_path / "data", tmp_path / "key"
    Vault(key).create()
    made = _create(data, "alice", "--credentials-key", str(key), "--account", "000011112222")
    assert made["Arn"] == "arn:aws:iam::000011112222:user/alice"
    assert not (data / "credentials.key").exists()


def test_a_key_without_a_policy_is_announced(tmp_path: Path) -> None:
    result = run("create", "alice", "--data-dir", str(tmp_path / "data"))
    assert "only what a resource policy allows" in result.stderr
    assert json.loads(result.stdout)["AccessKey"]["Policies"] == []


def test_a_key_for_a_shell(tmp_path: Path) -> None:
    result = run("create", "alice", "--env", "-p", policy(), "--data-dir", str(tmp_path / "data"))
    lines = [line.partition("=") for line in result.stdout.splitlines()]
    assert [name for name, _, _ in lines] == ["export AWS_ACCESS_KEY_ID", "export AWS_SECRET_ACCESS_KEY"]
    (found,) = _list(tmp_path / "data")
    assert (lines[0][2], len(lines[1][2])) == (found["AccessKeyId"], 40)
    assert re.fullmatch(r"[A-Za-z0-9+/]{40}", lines[1][2])  # nothing that a shell would take for itself


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["create", "alice", "--policy", "nowhere.json"], "--policy nowhere.json: No such file"),
        (["create", "alice", "--policy", "{}"], "policy policy-1"),
        (["create", "alice", "--tag", "x"], "NAME=VALUE"),
        (["create", "alice", "--tag", "=x"], "NAME=VALUE"),
        (["create", "a b"], "user a b"),
        (["create", "alice", "--account", "1"], "12 digits"),
    ],
)
def test_what_is_refused(tmp_path: Path, words: list[str], message: str) -> None:
    result = run(*words, "--data-dir", str(tmp_path / "data"))
    assert (result.exit_code, message in result.output) == (1, True), result.output


def test_a_policy_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    file.write_bytes(b"\xff\xfe")
    assert "no text" in run("create", "alice", "--policy", str(file), "--data-dir", str(tmp_path / "data")).output


@pytest.mark.parametrize("words", [["list"], ["delete", "AKIA0"]])
def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path, words: list[str]) -> None:
    result = run(*words, "--data-dir", str(tmp_path / "data"))
    assert (result.exit_code, "does not exist" in result.output) == (1, True)
    assert not (tmp_path / "data").exists()


def test_a_node_that_does_not_answer_yet_keeps_its_folder(tmp_path: Path) -> None:
    data = tmp_path / "data"
    held = sockets.lock(data)
    try:
        result = run("create", "alice", "--data-dir", str(data))
    finally:
        os.close(held)
    assert (result.exit_code, "in use by another gatewright serve" in result.output) == (1, True)
