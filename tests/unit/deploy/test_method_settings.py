from __future__ import annotations

import pytest

from gatewright.deploy.method_settings import MethodSettings


@pytest.mark.parametrize("key", ["pets/{id}/GET", "~1pets~1{id}/GET", "/pets/{id}/GET"])
def test_every_spelling_of_a_key(key: str) -> None:
    settings = MethodSettings({"*/*": {"n": 1}, key: {"n": 2}})
    assert settings.of("/pets/{id}", "GET") == {"n": 2}
    assert settings.of("/pets/{id}", "ANY") == {"n": 1}
    assert settings.of("/pets", "GET") == {"n": 1}


@pytest.mark.parametrize("key", ["~1/GET", "/GET", "//GET"])
def test_the_root(key: str) -> None:
    assert MethodSettings({key: {"n": 2}}).of("/", "GET") == {"n": 2}


@pytest.mark.parametrize("key", ["*/*", "~1*/*", "/*/*"])
def test_all_methods(key: str) -> None:
    assert MethodSettings({key: {"n": 1}}).of("/", "ANY") == {"n": 1}


def test_the_closest_entry_counts_alone() -> None:
    settings = MethodSettings({"*/*": {"n": 1}, "*/POST": {"n": 2}, "a/*": {"n": 3}, "a/GET": {}})
    assert settings.of("/a", "GET") == {}
    assert settings.of("/a", "POST") == {"n": 3}
    assert settings.of("/b", "POST") == {"n": 2}
    assert settings.of("/b", "GET") == {"n": 1}


@pytest.mark.parametrize("settings", [None, {}, {"b/GET": {"n": 1}}])
def test_nothing_set(settings: dict[str, dict[str, int]] | None) -> None:
    assert MethodSettings(settings).of("/a", "GET") == {}
