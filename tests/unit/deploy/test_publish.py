from __future__ import annotations

import json
import stat
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from gatewright.deploy.base import CompileError
from gatewright.deploy.publish import FilePublisher
from gatewright.store.base import Key, Transaction
from gatewright.store.sqlite import SqliteStore
from tests.plays.stage import ACCOUNT, API, http_proxy, method, mock, resource
from tests.unit.deploy.support import REGION, ROOT, FakeBell, deploy, key, open_store

NAME = f"{API}@v1"


class House:
    """A store, a folder and a bell around a publisher."""

    def __init__(self, folder: Path) -> None:
        self.store: SqliteStore = open_store(folder)
        self.bell = FakeBell()
        self.folder = folder / "programs"
        self.publisher = FilePublisher(self.store, self.folder, self.bell)

    def publish(self) -> None:
        self.publisher.publish(ACCOUNT, REGION, API, "v1")

    @property
    def files(self) -> list[str]:
        return sorted(file.name for file in self.folder.iterdir())


class Counting:
    """A Store that counts its transactions."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self.begun = 0
        self.ledger = store.ledger
        self.listen = store.listen
        self.ledger = store.ledger
        self.close = store.close

    def transaction(self, *, write: bool = True) -> AbstractContextManager[Transaction]:
        self.begun += 1
        return self._store.transaction(write=write)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.store.close()


def test_a_stage_is_written_once_and_the_bell_rung_once(house: House) -> None:
    with house.store.transaction() as tx:
        deploy(tx, ROOT)
    house.publish()
    house.publish()
    assert house.files == [f"{NAME}.json"]
    assert house.bell.rung == [[NAME]]
    document = json.loads((house.folder / f"{NAME}.json").read_bytes())
    assert (document["deployment"], document["resources"][0]["path"]) == ("dep1", "/")


def test_nobody_else_may_read_what_is_published(house: House) -> None:
    """Keys of client certificates are in it."""
    draft = house.folder / f"{NAME}.draft"
    draft.write_bytes(b"left by a crash")
    draft.chmod(0o644)
    with house.store.transaction() as tx:
        deploy(tx, ROOT)
    house.publish()
    assert (house.folder / f"{NAME}.json").stat().st_mode & 0o777 == 0o600


def test_a_change_is_published_and_a_removed_stage_withdrawn(house: House) -> None:
    with house.store.transaction() as tx:
        deploy(tx, ROOT)
    house.publish()
    with house.store.transaction() as tx:
        deploy(tx, ROOT, resource("/b", GET=mock()), deployment="dep2")
    house.publish()
    with house.store.transaction() as tx:
        tx.delete(key("stage", API, "v1"))
    house.publish()
    house.publish()
    assert house.files == []
    assert house.bell.rung == [[NAME]] * 3


def test_what_does_not_compile_changes_nothing(house: House) -> None:
    with house.store.transaction() as tx:
        deploy(tx, ROOT)
    house.publish()
    before = (house.folder / f"{NAME}.json").read_bytes()
    with house.store.transaction() as tx:
        deploy(tx, resource("/", GET=method({"type": "TEAPOT"})), deployment="dep2")
    with pytest.raises(CompileError, match="GET /"):
        house.publish()
    assert (house.folder / f"{NAME}.json").read_bytes() == before
    assert house.bell.rung == [[NAME]]


def test_publish_all_makes_the_folder_equal_to_the_store(house: House, caplog: pytest.LogCaptureFixture) -> None:
    (house.folder / "gone@v1.json").write_text("{}")
    (house.folder / f"{API}@bad.json").write_text("old")
    with house.store.transaction() as tx:
        deploy(tx, ROOT)
        deploy(tx, ROOT, stage="v2")
        deploy(tx, resource("/", GET=method({"type": "TEAPOT"})), stage="bad", deployment="dep2")
    house.publisher.publish_all()
    assert house.files == [f"{API}@bad.json", f"{NAME}.json", f"{API}@v2.json"]
    assert (house.folder / f"{API}@bad.json").read_text() == "old"
    assert house.bell.rung == [["gone@v1", NAME, f"{API}@v2"]]
    assert "keeps its old program" in caplog.text
    house.publisher.publish_all()
    assert len(house.bell.rung) == 1


def test_what_other_nodes_have_changed_is_published_by_its_name(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with house.store.transaction() as tx:
        deploy(tx, ROOT)
        deploy(tx, resource("/", GET=method({"type": "TEAPOT"})), stage="bad", deployment="dep2")
    house.publisher.republish([f"{API}@bad", NAME, "gone@v1", "domains"])
    assert house.files == [f"{NAME}.json"]
    assert house.bell.rung == [[NAME]]
    assert f"program {API}@bad, changed by another node, was not published here: GET /" in caplog.text
    with house.store.transaction() as tx:
        tx.delete(key("stage", API, "v1"))
    house.publisher.republish(None)
    assert house.files == []


def test_what_workers_could_not_load_is_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.bell.failing[NAME] = "why"
    with house.store.transaction() as tx:
        deploy(tx, ROOT)
    house.publish()
    assert NAME in caplog.text
    assert "why" in caplog.text


def test_what_an_api_asks_for_in_vain_is_announced(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """Though its program has no such member."""
    with house.store.transaction() as tx:
        deploy(tx, ROOT, resource("/x", GET=mock()))
        (snapshot,) = tx.scan("snapshot")
        api = snapshot.body["api"] | {"securityPolicy": "TLS_1_0", "endpointAccessMode": "STRICT"}
        tx.put(snapshot.key, snapshot.body | {"api": api})
        (stage,) = tx.scan("stage")
        canary = {"deploymentId": stage.body["deploymentId"], "percentTraffic": 10.0}
        tx.put(stage.key, stage.body | {"canarySettings": canary})
    house.publish()
    for line in ("securityPolicy TLS_1_0", "endpointAccessMode STRICT"):
        assert caplog.text.count(f"{NAME}: {line} ") == 1


def test_a_stage_without_its_snapshot_serves_nothing(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with house.store.transaction() as tx:
        tx.put(key("stage", API, "v1"), {"stageName": "v1", "deploymentId": "none"})
    house.publish()
    assert house.files == []
    assert "has no snapshot" in caplog.text


def test_a_stage_is_written_with_its_canary(house: House) -> None:
    with house.store.transaction() as tx:
        deploy(tx, resource("/new", GET=mock()), deployment="dep2")
        deploy(tx, ROOT)
        settings = {"deploymentId": "dep2", "percentTraffic": 50.0, "useStageCache": False}
        stage = {"stageName": "v1", "deploymentId": "dep1", "canarySettings": settings}
        tx.put(key("stage", API, "v1"), stage)
    house.publish()
    document = json.loads((house.folder / f"{NAME}.json").read_bytes())
    assert document["canary"]["percentTraffic"] == 50.0
    assert document["canary"]["program"]["resources"][0]["path"] == "/new"


def test_a_program_knows_its_links_and_its_certificate(house: House, caplog: pytest.LogCaptureFixture) -> None:
    linked = resource("/", GET=http_proxy("http://nlb.test/", connectionType="VPC_LINK", connectionId="abc123"))
    with house.store.transaction() as tx:
        deploy(tx, linked)
        tx.put(key("vpc_link", "", "abc123"), {"id": "abc123", "targetArns": ["arn:nlb"]})
        tx.put(key("client_certificate", "", "crt123"), {"pemEncodedCertificate": "PEM", "_key": "KEY"})
        tx.put(key("stage", API, "v1"), {"stageName": "v1", "deploymentId": "dep1", "clientCertificateId": "crt123"})
    house.publish()
    document = json.loads((house.folder / f"{NAME}.json").read_bytes())
    assert document["vpcLinks"] == {"links": {"abc123": ["arn:nlb"]}, "addresses": {}}
    assert document["clientCertificate"] == {"pemEncodedCertificate": "PEM", "key": "KEY"}
    assert "the setting vpc_link_targets has no address for abc123 or arn:nlb, calls fail" in caplog.text
    other = FilePublisher(house.store, house.folder, house.bell, {"arn:nlb": "10.0.0.5", "arn:other": "10.0.0.6"})
    other.publish_all()
    document = json.loads((house.folder / f"{NAME}.json").read_bytes())
    assert document["vpcLinks"]["addresses"] == {"arn:nlb": "10.0.0.5"}


def test_domain_names_lie_beside_the_programs(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.publisher.publish_domains()
    assert house.files == []
    domain = {"domainName": "a.test", "domainNameArn": "arn", "endpointConfiguration": {"types": ["EDGE"]}}
    with house.store.transaction() as tx:
        tx.put(key("domain_name", "", "a.test"), domain | {"securityPolicy": "TLS_1_0"})
        tx.put(key("base_path_mapping", "a.test", "(none)"), {"basePath": "(none)", "restApiId": "abc"})
    house.publisher.publish_domains()
    house.publisher.publish_domains()
    house.publisher.publish_all()
    assert house.bell.rung == [["domains"]]
    (made,) = json.loads((house.folder / "domains.json").read_bytes())["domains"]
    assert made["mappings"] == [{"path": "", "api": "abc", "stage": None}]
    assert caplog.text.count("domain name a.test: securityPolicy TLS_1_0: clients") == 1
    with house.store.transaction() as tx:
        tx.delete(key("domain_name", "", "a.test"))
    house.publisher.publish_all()
    assert house.files == []
    assert house.bell.rung == [["domains"], ["domains"]]


def test_credentials_lie_beside_the_programs(house: House) -> None:
    assert house.publisher.publish_credentials() == {}
    assert house.files == []
    place = Key(ACCOUNT, "", "credential", "", "AKIA0")
    with house.store.transaction() as tx:
        tx.put(place, {"accessKeyId": "AKIA0", "_secret": "1:x"})
    house.publisher.publish_credentials()
    house.publisher.publish_credentials()
    house.publisher.publish_all()
    assert house.bell.rung == [["credentials"]]
    file = house.folder / "credentials.json"
    assert json.loads(file.read_bytes())["credentials"] == [{"accessKeyId": "AKIA0", "_secret": "1:x"}]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with house.store.transaction() as tx:
        tx.put(place, {"accessKeyId": "AKIA0", "_secret": "1:y"})
    house.bell.failing = {"credentials": "cannot be read"}
    assert house.publisher.publish_credentials() == {"credentials": "cannot be read"}
    with house.store.transaction() as tx:
        tx.delete(place)
    house.publisher.publish_all()
    assert house.files == []


def test_usage_plans_lie_beside_the_programs(house: House) -> None:
    house.publisher.publish_usage()
    assert house.files == []
    with house.store.transaction() as tx:
        tx.put(key("api_key", "", "k1"), {"id": "k1", "value": "v" * 20, "enabled": True})
        tx.put(key("usage_plan", "", "p1"), {"id": "p1", "apiStages": []})
    house.publisher.publish_usage()
    assert house.files == []  # nobody is in the plan
    with house.store.transaction() as tx:
        tx.put(key("usage_plan_key", "p1", "k1"), {"id": "k1", "_joined": 0})
    house.publisher.republish(["usage"])
    house.publisher.publish_usage()
    house.publisher.publish_all()
    assert house.bell.rung == [["usage"]]
    file = house.folder / "usage.json"
    assert [each["id"] for each in json.loads(file.read_bytes())["keys"]] == ["k1"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with house.store.transaction() as tx:
        tx.delete(key("usage_plan_key", "p1", "k1"))
    house.publisher.publish_all()
    assert house.files == []


def test_who_asks_meanwhile_shares_the_next_publication(house: House) -> None:
    with house.store.transaction() as tx:
        tx.put(key("api_key", "", "k1"), {"id": "k1", "value": "v" * 20, "enabled": True})
        tx.put(key("usage_plan", "", "p1"), {"id": "p1", "apiStages": []})
        tx.put(key("usage_plan_key", "p1", "k1"), {"id": "k1", "_joined": 0})
    counting = Counting(house.store)
    publisher = FilePublisher(counting, house.folder, house.bell)
    with publisher._lock:
        threads = [threading.Thread(target=publisher.publish_usage) for _ in range(5)]
        for thread in threads:
            thread.start()
        while publisher._usage_asked < len(threads):
            threading.Event().wait(0.01)
    for thread in threads:
        thread.join()
    assert counting.begun == 1
    assert house.bell.rung == [["usage"]]


def _deploy_http_api(house: House, stage: str = "$default", **api: str) -> None:
    with house.store.transaction() as tx:
        tx.put(key("api", "", API), {"ApiId": API})
        snapshot = {"api": {"ApiId": API, "ProtocolType": "HTTP"} | api, "routes": [], "integrations": []}
        tx.put(key("snapshot", API, "dep1"), snapshot)
        tx.put(key("api_stage", API, stage), {"StageName": stage, "DeploymentId": "dep1"})


def test_stages_of_http_apis_are_published_likewise(house: House, caplog: pytest.LogCaptureFixture) -> None:
    _deploy_http_api(house)
    house.publisher.publish(ACCOUNT, REGION, API, "$default")
    assert house.files == [f"{API}@$default.json"]
    document = json.loads((house.folder / f"{API}@$default.json").read_bytes())
    assert (document["type"], document["deployment"]) == ("HTTP", "dep1")
    house.publisher.publish_all()
    assert house.files == [f"{API}@$default.json"]
    with house.store.transaction() as tx:
        tx.delete(key("api_stage", API, "$default"))
    house.publisher.publish(ACCOUNT, REGION, API, "$default")
    assert house.files == []
    assert not caplog.records


def test_websocket_apis_are_published_too(house: House) -> None:
    _deploy_http_api(house, ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")
    house.publisher.publish(ACCOUNT, REGION, API, "$default")
    assert house.files == ["abcdefghij@$default.json"]


def test_an_http_stage_without_a_deployment_serves_nothing(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with house.store.transaction() as tx:
        tx.put(key("api_stage", API, "v1"), {"StageName": "v1"})
    house.publisher.publish(ACCOUNT, REGION, API, "v1")
    house.publisher.publish_all()
    assert house.files == []
    assert not caplog.records
