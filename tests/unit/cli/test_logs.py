"""`gatewright logs` over the files of a node that does not run; over a running one: tests/wire/test_access_logs.py."""

from __future__ import annotations

import json
import time
from contextlib import closing
from pathlib import Path

import pytest
from click import ClickException
from click.testing import CliRunner, Result

from gatewright.cli.logs import moment
from gatewright.cli.main import cli
from gatewright.store.sqlite import SqliteStore
from gatewright.telemetry.base import Source
from tests.plays.stage import API
from tests.unit.deploy.support import ROOT, deploy, key
from tests.unit.telemetry.test_reading import write


def _run(tmp_path: Path, *words: str, **env: str) -> Result:
    more: dict[str, str | None] = {"GATEWRIGHT_CONFIG": None, **env}
    return CliRunner().invoke(cli, ["logs", *words, "--data-dir", str(tmp_path)], env=more)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Data with three logs."""
    now = time.time()
    logs = tmp_path / "logs"
    write(logs, Source("access", API, "v1"), (now - 30, "first"), (now - 10, "third \u00e9"), (now - 3000, "long ago"))
    write(logs, Source("execution", API, "v1"), (now - 20, "second"))
    write(logs, Source("access", "other", "v1", canary=True), (now - 5, "fourth"))
    with closing(SqliteStore(tmp_path / "gatewright.db")) as store, store.transaction() as tx:
        deploy(tx, ROOT)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ((), [f"access {API}/v1 first", f"execution {API}/v1 second", f"access {API}/v1 third \u00e9"]),
        ((API, "v1"), [f"access {API}/v1 first", f"execution {API}/v1 second", f"access {API}/v1 third \u00e9"]),
        ((API, "v1", "--access"), ["first", "third \u00e9"]),
        ((API, "v1", "--execution"), ["second"]),
        (("api", "v1", "--execution"), ["second"]),  # by its name
        ((API, "--filter", "ir", "--access"), [f"access {API}/v1 first", f"access {API}/v1 third \u00e9"]),
        ((API, "v1", "--access", "--since", "1d"), ["first", "third \u00e9", "long ago"]),
    ],
)
def test_lines_by_time(folder: Path, words: tuple[str, ...], lines: list[str]) -> None:
    result = _run(folder, *words)
    assert result.exit_code == 0, result.output
    shown = [line.partition(" ")[2] for line in result.output.splitlines()]
    if not words:
        assert shown.pop() == "access other/v1 (canary) fourth"
    assert sorted(shown) == sorted(lines) if "--since" in words else shown == lines


def test_json(folder: Path) -> None:
    (line,) = _run(folder, "--json", "--filter", "fourth").output.splitlines()
    said = json.loads(line)
    assert said.pop("time").endswith("Z")
    assert said == {"log": "access", "api": "other", "stage": "v1", "canary": True, "message": "fourth"}


@pytest.mark.parametrize(
    ("words", "env", "reasons"),
    [
        ((API, "v1", "--since", "1s"), {}, ["Nothing since 1s. Earlier lines: --since 1d"]),
        (("none",), {}, ["there is no API with the id or name none"]),
        ((API, "v2"), {}, [f"api ({API}) has no stage v2; its stages: v1"]),
        (("--since", "soon"), {}, ["--since soon is neither like 10m"]),
    ],
)
def test_nothing_to_show(folder: Path, words: tuple[str, ...], env: dict[str, str], reasons: list[str]) -> None:
    result = _run(folder, *words, **env)
    for reason in reasons:
        assert reason in result.output


def test_why_there_are_no_logs_and_how_to_have_some(tmp_path: Path) -> None:
    assert "no node has been started with it" in _run(tmp_path).output
    with closing(SqliteStore(tmp_path / "gatewright.db")) as store:
        assert "There are no APIs yet." in _run(tmp_path).output
        with store.transaction() as tx:
            deploy(tx, ROOT)
            tx.put(key("api", "", "web"), {"ApiId": "web", "Name": "web", "ProtocolType": "HTTP"})
            tx.put(key("api_stage", "web", "$default"), {"StageName": "$default"})
            tx.put(key("api", "", "chat"), {"ApiId": "chat", "Name": "chat", "ProtocolType": "WEBSOCKET"})
            tx.put(key("api_stage", "chat", "v1"), {"DefaultRouteSettings": {"LoggingLevel": "INFO"}})
            tx.put(key("api", "", "bare"), {"ApiId": "bare", "Name": "bare", "ProtocolType": "HTTP"})
        said = _run(tmp_path).output
        assert f"api ({API}), stage v1: no access log. Turn it on: aws apigateway update-stage" in said
        assert "no execution log. Turn it on: aws apigateway update-stage" in said
        assert "web (web), stage $default: HTTP APIs have no execution log" in said
        assert "--api-id web --stage-name '$default' --access-log-settings" in said
        assert "chat (chat), stage v1: no request has come since execution logging is on." in said
        assert "bare (bare) has no stages" in said
        with store.transaction() as tx:
            stage = tx.get(key("stage", API, "v1"))
            assert stage is not None
            settings = {"destinationArn": "arn", "format": "$context.requestId"}
            levels = {"*/*": {"loggingLevel": "ERROR"}}
            tx.put(stage.key, stage.body | {"accessLogSettings": settings, "methodSettings": levels})
        said = _run(tmp_path, API).output
        assert "no request has come since access logging is on" in said
        assert "no request has come since execution logging is on" in said
    assert "log_files is off" in _run(tmp_path, GATEWRIGHT_LOG_FILES="false").output
    assert "access_log is stdout" in _run(tmp_path, GATEWRIGHT_ACCESS_LOG="stdout").output


def test_times() -> None:
    assert [moment(each, 1e6) for each in ("30s", "10m", "2h", "1d")] == [999_970, 999_400, 992_800, 913_600]
    assert moment("1970-01-02T00:00:00Z", 0) == moment("1970-01-02", 0) == 86_400
    with pytest.raises(ClickException):
        moment("10", 0)
