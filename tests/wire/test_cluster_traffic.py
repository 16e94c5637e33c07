"""Two nodes with two workers each, on one PostgreSQL and one Redis: throttles and quotas hold together."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.servers import Redis, postgres, redis
from tests.wire.rest_support import Api
from tests.wire.support import Server, serving
from tests.wire.test_caching import bodies, made, update

MOCK = {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}}
SOON = 8.0  # seconds


class Cluster:
    """Both nodes; an API with a usage plan on them."""

    def __init__(self, nodes: tuple[Server, Server], store: Redis) -> None:
        self.nodes = nodes
        self.store = store

    def keyed(self, **plan: Any) -> Keyed:
        made = Keyed(self, **plan)
        for node in self.nodes:
            soon(partial(made.open, node), True)
        return made


class Keyed:
    """GET /v1 wants a key of a plan."""

    def __init__(self, cluster: Cluster, **plan: Any) -> None:
        self.nodes = cluster.nodes
        self.api = Api(self.nodes[0]).method("/", "GET", MOCK)
        rest = self.rest = self.api.client
        at = {"restApiId": self.api.id, "resourceId": self.api.resource("/"), "httpMethod": "GET"}
        rest.put_method_response(**at, statusCode="200")
        rest.put_integration_response(**at, statusCode="200")
        rest.update_method(**at, patchOperations=[{"op": "replace", "path": "/apiKeyRequired", "value": "true"}])
        self.api.deploy()
        stages = [{"apiId": self.api.id, "stage": "v1"}]
        self.plan = rest.create_usage_plan(name="gold", apiStages=stages, **plan)["id"]
        self.key, self.value = self._new_key()
        self.known = self._new_key()[1]

    def _new_key(self) -> tuple[str, str]:
        made = self.rest.create_api_key(name="gold", enabled=True)
        self.rest.create_usage_plan_key(usagePlanId=self.plan, keyId=made["id"], keyType="API_KEY")
        return made["id"], made["value"]

    def open(self, node: Server) -> bool:
        """Whether the later key is known to the workers, which does not touch the first one's limits."""
        answers = []
        for _ in range(8):
            with self.caller(node, self.known) as call:
                answers.append(attempt(call))
        return not set(answers) & {0, 403}

    @contextmanager
    def caller(self, node: Server, key: str | None = None) -> Iterator[Callable[[], int]]:
        """Calls on one connection, which chooses one worker."""
        connection = HTTPConnection("127.0.0.1", node.port, timeout=20)
        headers = {"Host": self.api.host, "X-Api-Key": key or self.value}

        def call() -> int:
            connection.request("GET", "/v1", headers=headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status

        with closing(connection):
            yield call

    def used(self, node: Server) -> int:
        today = datetime.now(UTC).date().isoformat()
        answer = node.client("apigateway").get_usage(
            usagePlanId=self.plan, keyId=self.key, startDate=today, endDate=today
        )
        return int(answer["items"][self.key][0][0])

    def load(self, calls: int, threads: int = 8) -> list[int]:
        """So many calls at once, on both nodes."""

        def some(number: int) -> list[int]:
            with self.caller(self.nodes[number % 2]) as call:
                return [call() for _ in range(calls // threads)]

        with ThreadPoolExecutor(threads) as pool:
            return [status for each in pool.map(some, range(threads)) for status in each]


def soon(what: Callable[[], Any], expected: Any) -> None:
    deadline = time.monotonic() + SOON
    while (found := what()) != expected:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("traffic")
    with postgres() as database, redis() as store:
        env = {"GATEWRIGHT_DATABASE_URL": database.create("traffic"), "GATEWRIGHT_STATE": store.url}
        with (
            serving(folder / "a", "--workers", "2", env=env) as a,
            serving(folder / "b", "--workers", "2", env=env) as b,
        ):
            yield Cluster((a, b), store)


def test_a_quota_is_exact_over_all_workers_of_both_nodes(cluster: Cluster) -> None:
    house = cluster.keyed(quota={"limit": 150, "period": "DAY"})
    statuses = house.load(240)
    assert set(statuses) == {200, 429}
    served = statuses.count(200)
    for _ in range(60):
        served += house.load(8).count(200)
        if served == 150:
            break
    assert served == 150
    assert house.load(80).count(200) == 0
    for node in cluster.nodes:
        soon(partial(house.used, node), 150)


def test_what_one_node_counts_the_other_shows(cluster: Cluster) -> None:
    house = cluster.keyed()
    with house.caller(cluster.nodes[0]) as call:
        assert [call() for _ in range(5)] == [200] * 5
    soon(lambda: house.used(cluster.nodes[1]), 5)
    soon(lambda: house.used(cluster.nodes[0]), 5)


def test_a_burst_is_one_for_both_nodes(cluster: Cluster) -> None:
    house = cluster.keyed(throttle={"rateLimit": 0.001, "burstLimit": 40})
    assert house.load(160).count(200) == 40


def test_what_one_node_keeps_the_other_answers_until_it_is_flushed(cluster: Cluster) -> None:
    one, other = cluster.nodes
    api = made(one)
    update(api, cacheClusterEnabled="true", enabled="true")
    soon(lambda: len(bodies(one, api) | bodies(other, api)), 1)
    before = bodies(other, api)
    api.client.flush_stage_cache(restApiId=api.id, stageName="v1")
    assert bodies(one, api) != before
    soon(lambda: len(bodies(one, api) | bodies(other, api)), 1)
    assert bodies(other, api) != before


@pytest.mark.slow
def test_a_killed_worker_takes_nothing_with_it(cluster: Cluster) -> None:
    house = cluster.keyed(quota={"limit": 400, "period": "DAY"})
    served = house.load(80).count(200)
    assert served == 80
    found = workers(cluster.nodes[0])
    assert len(found) == 2
    for pid in found:
        os.kill(pid, signal.SIGKILL)
    soon(partial(house.open, cluster.nodes[0]), True)
    deadline = time.monotonic() + 30
    while served < 400 and time.monotonic() < deadline:
        served += house.load(80).count(200)
    assert served == 400
    assert house.load(80).count(200) == 0


def workers(node: Server) -> list[int]:
    assert node.process is not None
    family = psutil.Process(node.process.pid).children(recursive=True)
    return [each.pid for each in family if "worker" in " ".join(each.cmdline()) or "worker" in each.name()]


def attempt(what: Callable[[], int]) -> int:
    try:
        return what()
    except OSError:
        return 0


@pytest.mark.slow
def test_at_three_times_the_rate_what_is_allowed_passes(cluster: Cluster) -> None:
    rate, burst, seconds = 60, 60, 20.0
    house = cluster.keyed(throttle={"rateLimit": rate, "burstLimit": burst})
    passed: list[float] = []
    seen: set[int] = set()
    start = time.monotonic()
    pause = 8 / (3 * rate)  # of each of eight callers

    def send(number: int) -> None:
        at = start
        with house.caller(cluster.nodes[number % 2]) as call:
            while (at := at + pause) < start + seconds:
                time.sleep(max(0.0, at - time.monotonic()))
                status = call()
                seen.add(status)
                if status == 200:
                    passed.append(time.monotonic())

    threads = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {200, 429}
    allowed = rate * (passed[-1] - start) + burst
    assert 0.95 * allowed <= len(passed) <= 1.05 * allowed


@pytest.mark.slow
def test_the_store_may_be_away_for_a_while(cluster: Cluster) -> None:
    house = cluster.keyed(throttle={"rateLimit": 1000, "burstLimit": 1000}, quota={"limit": 100_000, "period": "DAY"})
    assert set(house.load(40)) == {200}
    cluster.store.stop()
    try:
        for _ in range(5):
            assert set(house.load(40)) == {200}
            time.sleep(0.5)
    finally:
        cluster.store.start()
    soon(lambda: [house.used(node) for node in cluster.nodes], [240, 240])
    for _ in range(5):
        assert set(house.load(40)) == {200}
        time.sleep(0.5)
    for node in cluster.nodes:
        assert node.log.read_text().count("cannot be used") <= 3  # each worker and control, once
        assert "is back" in node.log.read_text()
    soon(lambda: [house.used(node) for node in cluster.nodes], [440, 440])


def test_the_url_of_the_store_is_checked_at_start(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", env={"GATEWRIGHT_STATE": "http://:hush@127.0.0.1/x"})
    with pytest.raises(AssertionError, match="state"):
        server.start()
    assert "hush" not in server.output()
