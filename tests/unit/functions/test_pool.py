"""How many processes a function gets, and what happens to calls that wait: real processes behind the public door."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tests.unit.functions.support import eventually, zipped

GATE = (
    "import os, time\n"
    "def handler(e, c):\n"
    "    open(os.path.join(e, c.aws_request_id), 'w').close()\n"
    "    while not os.path.exists(os.path.join(e, 'open')): time.sleep(0.005)\n"
    "    return os.getpid()\n"
)


def gate(host: Any) -> Path:
    """A folder in which handlers show that they have begun, and wait until `open` is there."""
    folder: Path = host.data / "gate"
    folder.mkdir(exist_ok=True)
    return folder


async def test_no_more_processes_than_allowed(start_host: Any) -> None:
    host = await start_host(function_processes=2)
    await host.create("f", GATE, Timeout=30)
    folder = gate(host)
    calls = [asyncio.create_task(host.invoke("f", str(folder))) for _ in range(5)]
    await eventually(lambda: len(list(folder.iterdir())) == 2)
    (folder / "open").touch()
    assert len({answer.json for answer in await asyncio.gather(*calls)}) <= 2


async def test_reserved_concurrency_is_a_limit(host: Any) -> None:
    await host.create("f", GATE, Timeout=30)
    await host.aws("put_function_concurrency", FunctionName="f", ReservedConcurrentExecutions=1)
    folder = gate(host)
    call = asyncio.create_task(host.invoke("f", str(folder)))
    await eventually(lambda: len(list(folder.iterdir())) == 1)
    assert (await host.invoke("f", str(folder))).status == 429
    (folder / "open").touch()
    assert (await call).status == 200
    assert (await host.invoke("f", str(folder))).status == 200


async def test_new_code_lets_the_call_in_hand_finish(host: Any) -> None:
    await host.create("f", GATE, Timeout=30)
    folder = gate(host)
    call = asyncio.create_task(host.invoke("f", str(folder)))
    await eventually(lambda: len(list(folder.iterdir())) == 1)
    await host.aws(
        "update_function_code", FunctionName="f", ZipFile=zipped({"app.py": "def handler(e, c): return 'new'"})
    )
    assert (await host.invoke("f", str(folder))).json == "new"
    (folder / "open").touch()
    assert isinstance((await call).json, int)


async def test_a_deleted_function_lets_the_call_in_hand_finish(host: Any) -> None:
    await host.create("f", GATE, Timeout=30)
    folder = gate(host)
    call = asyncio.create_task(host.invoke("f", str(folder)))
    await eventually(lambda: len(list(folder.iterdir())) == 1)
    await host.aws("delete_function", FunctionName="f")
    (folder / "open").touch()
    assert isinstance((await call).json, int)


async def test_all_who_wait_for_a_broken_module_get_to_know(host: Any) -> None:
    await host.create("f", "import nowhere\n")
    answers = await asyncio.gather(*(host.invoke("f") for _ in range(8)))
    assert {a.json["errorType"] for a in answers} == {"Runtime.ImportModuleError"}


async def test_a_crash_costs_only_its_own_call(host: Any) -> None:
    await host.create("f", "import os\ndef handler(e, c):\n    if e == 0: os._exit(1)\n    return e\n")
    answers = await asyncio.gather(*(host.invoke("f", n % 4) for n in range(24)))
    for number, answer in enumerate(answers):
        if number % 4:
            assert answer.json == number % 4
        else:
            assert answer.json["errorType"] == "Runtime.ExitError"


async def test_node_that_is_not_there(start_host: Any) -> None:
    host = await start_host(node="/nowhere/node")
    await host.create("f", "exports.handler = async () => 1", "nodejs20.x")
    answer = await host.invoke("f")
    assert (answer.error, answer.json["errorType"]) == ("Unhandled", "Runtime.InvalidEntrypoint")


async def test_a_process_that_answers_and_then_hangs_is_ended_when_calls_wait(host: Any) -> None:
    source = (
        "import threading, time, sys\n"
        "from awslambdaric import lambda_runtime_client as c\n"
        "def handler(e, context):\n"
        "    if e == 'hang':\n"
        "        c.LambdaRuntimeClient.wait_next_invocation = lambda self: time.sleep(600)\n"
        "    return 'fine'\n"
    )
    await host.create("f", source, Timeout=30)
    assert (await host.invoke("f", "hang")).json == "fine"
    assert (await asyncio.wait_for(host.invoke("f", "go"), 15)).json == "fine"
