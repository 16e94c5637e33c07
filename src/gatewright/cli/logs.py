"""`gatewright logs`: access logs and execution logs of APIs, from the files of a node that runs or not."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from gatewright.cli.documents import reading
from gatewright.cli.exits import clean
from gatewright.cli.options import load, settings_options
from gatewright.deploy import telemetry
from gatewright.deploy.undeployed import Api, apis, find_api, find_stage, stages
from gatewright.settings import Settings, SettingsError
from gatewright.store.base import Document, StoreError, Transaction
from gatewright.telemetry import reading as files
from gatewright.telemetry.base import Source
from gatewright.telemetry.reading import Line, Tail

LOOK = 0.25  # seconds between looks for what is new
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


@click.command()
@click.argument("api", required=False)
@click.argument("stage", required=False)
@click.option("--follow", "-f", is_flag=True, help="Go on with what comes.")
@click.option("--access", "only", flag_value="access", help="Access logs alone.")
@click.option("--execution", "only", flag_value="execution", help="Execution logs alone.")
@click.option(
    "--since", default="10m", show_default=True, metavar="TIME", help="30s, 10m, 2h, 1d; or 2026-01-31T12:00:00Z."
)
@click.option("--filter", "text", metavar="TEXT", help="Only lines with this text.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object for each line.")
@settings_options(("data_dir",))
def logs(
    api: str | None,
    stage: str | None,
    follow: bool,
    only: str | None,
    since: str,
    text: str | None,
    as_json: bool,
    config: str | None,
    **flags: Any,
) -> None:
    """Print what the stages of API (its id or name), or STAGE of it alone, have logged, by time."""
    settings = load(config, flags)
    begin = moment(since, time.time())
    wanted = Wanted(settings, api, stage, only)
    folder = settings.data / "logs"
    found = wanted.of(files.sources(folder))
    one = stage is not None and (only is not None or (len(found) == 1 and not follow))

    def show(lines: Iterable[Line]) -> bool:
        shown = False
        for line in lines:
            if text is None or text in line.text:
                click.echo(as_object(line) if as_json else as_text(line, bare=one))
                shown = True
        return shown

    try:
        tails = {source: Tail(folder, source) for source in found} if follow else {}  # before what is there is read
        if not show(files.lines(folder, found, begin, tails)):
            for reason in wanted.reasons(found, since):
                click.echo(reason, err=True)
        if follow:
            follow_up(folder, wanted, tails, show)
    except PermissionError as error:
        raise click.ClickException(f"{error.filename} belongs to another user: run this command as that user") from None


def follow_up(folder: Path, wanted: Wanted, tails: dict[Source, Tail], show: Any) -> None:
    """Show what comes, until somebody ends it."""
    try:
        while True:
            for source in wanted.of(files.sources(folder)):
                if source not in tails:
                    tails[source] = Tail(folder, source, whole=True)
            new = [line for tail in tails.values() for line in tail.take()]
            show(sorted(new, key=lambda line: line.at))
            time.sleep(LOOK)
    except KeyboardInterrupt:
        return
    finally:
        for tail in tails.values():
            tail.close()


def moment(since: str, now: float) -> float:
    """A time, or so long ago, in epoch seconds. Raises click.ClickException."""
    ago = re.fullmatch(r"(\d{1,9})([smhd])", since)
    if ago is not None:
        return now - int(ago[1]) * _UNITS[ago[2]]
    try:
        at = datetime.fromisoformat(since)
    except ValueError:
        raise click.ClickException(f"--since {since} is neither like 10m nor like 2026-01-31T12:00:00Z") from None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def as_text(line: Line, *, bare: bool) -> str:
    """A line for people. `bare`: it is clear whose it is."""
    at = stamp(line.at)
    return f"{at} {clean(line.text)}" if bare else f"{at} {name_of(line.source)} {clean(line.text)}"


def name_of(source: Source) -> str:
    """Whose log it is."""
    return f"{source.log} {source.api_id}/{source.stage}{' (canary)' if source.canary else ''}"


def as_object(line: Line) -> str:
    """A line for programs."""
    source = line.source
    said = {
        "time": stamp(line.at),
        "log": source.log,
        "api": source.api_id,
        "stage": source.stage,
        "canary": source.canary,
        "message": line.text,
    }
    return json.dumps(said, ensure_ascii=False)


def stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Wanted:
    """The logs that somebody asks for. An API that is called by its name is looked up in the documents."""

    def __init__(self, settings: Settings, api: str | None, stage: str | None, only: str | None) -> None:
        self._settings = settings
        self._api = api
        self._stage = stage
        self._only = only
        self._id = api
        if api is not None and not any(source.api_id == api for source in files.sources(settings.data / "logs")):
            try:
                with reading(settings) as tx:
                    self._id = find_api(tx, api).id
            except (SettingsError, StoreError, OSError, LookupError) as error:
                raise click.ClickException(str(error)) from None

    def of(self, found: Sequence[Source]) -> list[Source]:
        """Those among these."""
        return [
            source
            for source in found
            if self._id in (None, source.api_id)
            and self._stage in (None, source.stage)
            and self._only in (None, source.log)
        ]

    def reasons(self, found: Sequence[Source], since: str) -> Iterator[str]:
        """Why there is nothing to show, and what to do about it."""
        if found:
            yield f"Nothing since {since}. Earlier lines: --since 1d"
            return
        settings = self._settings
        if not settings.log_files:
            yield "log_files is off: no files are written. Turn it on (GATEWRIGHT_LOG_FILES=true) and restart the node."
            return
        if settings.access_log != "aws" and self._only != "execution":
            yield f"Access logs go elsewhere: access_log is {settings.access_log}."
        try:
            with reading(settings) as tx:
                yield from self._explain(tx)
        except (SettingsError, StoreError, OSError, LookupError) as error:
            yield str(error)

    def _explain(self, tx: Transaction) -> Iterator[str]:
        asked = apis(tx) if self._api is None else [find_api(tx, self._api)]
        if not asked:
            yield "There are no APIs yet."
        for api in asked:
            those = stages(tx, api) if self._stage is None else [find_stage(tx, api, self._stage)]
            if not those:
                yield f"{clean(api.name)} ({api.id}) has no stages: nothing of it is served."
            for each in those:
                yield from explain(api, each, self._only)


def explain(api: Api, stage: Document, only: str | None) -> Iterator[str]:
    """What a stage writes, and how to have it write more."""
    name = f"{clean(api.name)} ({api.id}), stage {stage.key.id}"
    settings = (telemetry.of_stage if api.is_rest else telemetry.of_stage_2)(api.body, stage.body)
    if only != "execution":
        yield (
            f"{name}: no access log. {_on(api, stage, 'access')}"
            if settings.access_log is None
            else (f"{name}: no request has come since access logging is on.")
        )
    if only != "access" and api.type == "HTTP":
        yield f"{name}: HTTP APIs have no execution log (AWS has none either)."
    elif only != "access":
        yield (
            f"{name}: no request has come since execution logging is on."
            if _executes(api, stage)
            else (f"{name}: no execution log. {_on(api, stage, 'execution')}")
        )


def _executes(api: Api, stage: Document) -> bool:
    body = stage.body
    if api.is_rest:
        return any(telemetry.of_method(each).logging for each in (body.get("methodSettings") or {}).values())
    keys = ["$default", *(body.get("RouteSettings") or {})]
    return any(telemetry.of_route(body, key).logging for key in keys)


def _on(api: Api, stage: Document, log: str) -> str:
    """The command that turns it on."""
    group = f"arn:aws:logs:{api.region}:{api.account}:log-group:{api.id}"
    if api.is_rest:
        begin = f"aws apigateway update-stage --rest-api-id {api.id} --stage-name {stage.key.id} --patch-operations "
        patches = (
            f"op=replace,path=/accessLogSettings/destinationArn,value={group} "
            "'op=replace,path=/accessLogSettings/format,value=$context.requestId $context.status'"
            if log == "access"
            else "'op=replace,path=/*/*/logging/loglevel,value=INFO'"
        )
        return f"Turn it on: {begin}{patches}"
    begin = f"aws apigatewayv2 update-stage --api-id {api.id} --stage-name '{stage.key.id}' "
    form = "$context.requestId $context.status"
    more = (
        f"--access-log-settings 'DestinationArn={group},Format={form}'"
        if log == "access"
        else "--default-route-settings LoggingLevel=INFO"
    )
    return f"Turn it on: {begin}{more}"
