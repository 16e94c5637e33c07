"""Settings: their sources and their order."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatewright.settings import Settings, SettingsError, load


def test_defaults_suit_a_laptop() -> None:
    settings = load(environ={})
    assert settings == Settings()
    assert (settings.host, settings.port, settings.local) == ("127.0.0.1", 4566, True)


def test_flags_beat_environment_beats_file(tmp_path: Path) -> None:
    file = tmp_path / "gatewright.toml"
    file.write_text('port = 1\nworkers = 2\nregion = "eu-west-1"\n')
    environ = {"GATEWRIGHT_CONFIG": str(file), "GATEWRIGHT_PORT": "3", "GATEWRIGHT_WORKERS": "4"}
    settings = load({"port": 5, "workers": None}, environ=environ)
    assert (settings.port, settings.workers, settings.region) == (5, 4, "eu-west-1")


def test_a_file_with_an_unknown_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "gatewright.toml"
    file.write_text("prot = 1\n")
    with pytest.raises(SettingsError, match="prot"):
        load(config=str(file), environ={})


def test_the_sdks_endpoint_variables_are_understood() -> None:
    settings = load(environ={"AWS_ENDPOINT_URL": "http://aws.test", "AWS_ENDPOINT_URL_LAMBDA": "http://lambda.test"})
    assert settings.aws_endpoint_url == "http://aws.test"
    assert settings.aws_endpoint_urls == {"lambda": "http://lambda.test"}


@pytest.mark.parametrize("url", ["http://127.0.0.1:4566", "http://localhost:4566"])
def test_its_own_address_is_not_another_endpoint(url: str) -> None:
    assert load(environ={"AWS_ENDPOINT_URL": url}).aws_endpoint_url is None


def test_its_own_address_is_no_services_endpoint_either() -> None:
    environ = {"AWS_ENDPOINT_URL_SQS": "http://localhost:4566", "AWS_ENDPOINT_URL_S3": "http://localhost:9000"}
    assert load(environ=environ).aws_endpoint_urls == {"s3": "http://localhost:9000"}


def test_domain_aliases_come_from_a_file_or_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "gatewright.toml"
    file.write_text('[domain_aliases]\n"GW.test" = "abc/v1"\n')
    assert load(config=str(file), environ={}).aliases == {"gw.test": ("abc", "v1")}
    environ = {"GATEWRIGHT_DOMAIN_ALIASES": "gw.test=abc/v1, other.test=def/prod"}
    assert load(environ=environ).aliases == {"gw.test": ("abc", "v1"), "other.test": ("def", "prod")}
