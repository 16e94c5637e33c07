from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gatewright.clock import SystemClock
from gatewright.telemetry.counters import Counters, Series
from gatewright.telemetry.spool import SpoolReader, SpoolWriter
from gatewright.telemetry.spooling import Spooling

PETS = Series("REST", "123456789012", "us-east-1", "a1", "pets", "v1")


async def test_what_is_counted_is_written_on_the_second_and_at_the_end(tmp_path: Path) -> None:
    counters, told = Counters(), list[float]()
    reader = SpoolReader(tmp_path)
    spooling = Spooling(counters, SpoolWriter(tmp_path, 0), SystemClock(), told.append)
    running = asyncio.create_task(spooling.run())
    counters.of(PETS).record(200, 0.1)
    while not (portions := reader.read({})):
        await asyncio.sleep(0.05)
    assert told[0] % 1.0 < 0.9
    counters.of(PETS).record(200, 0.1)
    spooling.end()
    await running
    records = [record for portion in reader.read({portions[0].file: portions[0].end}) for record in portion.records]
    assert [grown["count"] for record in records for _, grown in record.record] == [1]
    assert counters.total() == 2


async def test_a_fault_costs_a_second_and_no_more(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    counters, seconds = Counters(), list[float]()

    def tick(now: float) -> None:
        seconds.append(now)
        if len(seconds) == 1:
            raise ValueError("a fault of ours")

    spooling = Spooling(counters, SpoolWriter(tmp_path, 0), SystemClock(), tick)
    running = asyncio.create_task(spooling.run())
    counters.of(PETS).record(200, 0.1)
    while len(seconds) < 2:
        await asyncio.sleep(0.05)
    spooling.end()
    await running
    assert len(caplog.records) == 1
    [portion] = SpoolReader(tmp_path).read({})
    assert [grown["count"] for record in portion.records for _, grown in record.record] == [1]
