"""Settings: their sources, their order, what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gatewright.settings import Settings, SettingsError, describe, load


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


def test_every_setting_has_a_line_of_documentation() -> None:
    for name, _, _, text in describe():
        assert len(text) > 10, name


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"GATEWRIGHT_PRT": "1"}, "unknown field `prt`"),
        ({"GATEWRIGHT_PORT": "many"}, "Expected `int`"),
        ({"GATEWRIGHT_PORT": "70000"}, "<= 65535"),
        ({"GATEWRIGHT_PROFILE": "staging"}, "Invalid enum value"),
        ({"GATEWRIGHT_ACCOUNT_ID": "12"}, "account_id"),
        ({"GATEWRIGHT_HOST": "0.0.0.0"}, "--profile production"),
        ({"GATEWRIGHT_PROFILE": "production"}, "GATEWRIGHT_SECRET_ACCESS_KEY"),
        ({"GATEWRIGHT_TLS_KEY": "/nowhere"}, "go together"),
        ({"GATEWRIGHT_TLS_KEY": "/nowhere", "GATEWRIGHT_TLS_CERTIFICATE": "/nowhere"}, "cannot read"),
        ({"GATEWRIGHT_TIMEOUT_LIMIT": "60000"}, "limits=own"),
        ({"GATEWRIGHT_CONFIG": "/nowhere.toml"}, "/nowhere.toml"),
        ({"GATEWRIGHT_DOMAIN_ALIASES": "gw.test=abc"}, "host.name=api/stage"),
        ({"GATEWRIGHT_DOMAIN_ALIASES": "gw/test=abc/v1"}, "host.name=api/stage"),
    ],
)
def test_what_cannot_work_is_refused_with_a_way_on(environ: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load(environ=environ)
    assert message in str(refused.value)


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


@pytest.mark.parametrize("url", ["localhost:9000", "ftp://a", "http://", "http://a:port"])
def test_what_is_no_endpoint_is_found_at_start(url: str) -> None:
    with pytest.raises(SettingsError, match="no endpoint"):
        load(environ={"AWS_ENDPOINT_URL_S3": url})


def test_own_limits_count_only_when_asked_for() -> None:
    settings = load({"limits": "own", "timeout_limit": 120_000, "payload_limit": 50_000_000}, environ={})
    assert (settings.max_timeout, settings.max_payload) == (120_000, 50_000_000)
    assert (Settings().max_timeout, Settings().max_payload) == (29_000, 10 * 1024 * 1024)


def test_where_vpc_links_lead(tmp_path: Path) -> None:
    arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/nlb/1"
    file = tmp_path / "gatewright.toml"
    file.write_text(f'[vpc_link_targets]\n"{arn}" = "https://10.0.0.5:8443"\n')
    assert load(config=str(file), environ={}).vpc_link_targets == {arn: "https://10.0.0.5:8443"}
    environ = {"GATEWRIGHT_VPC_LINK_TARGETS": f"{arn}=10.0.0.5,abc123=[::1]:80"}
    assert load(environ=environ).vpc_link_targets == {arn: "10.0.0.5", "abc123": "[::1]:80"}


@pytest.mark.parametrize("address", ["", "ftp://a", "http://", "a b", "a:b", "http://a/path"])
def test_what_is_no_address_of_a_link(address: str) -> None:
    with pytest.raises(SettingsError, match="vpc_link_targets: abc123="):
        load({"vpc_link_targets": {"abc123": address}}, environ={})


def test_the_key_of_the_credentials(tmp_path: Path) -> None:
    file = tmp_path / "key"
    assert load({"data_dir": str(tmp_path)}, environ={}).credentials_file == tmp_path / "credentials.key"
    with pytest.raises(SettingsError, match="credentials_key: cannot read"):
        load({"credentials_key": str(file)}, environ={})
    file.write_text("")
    assert load({"credentials_key": str(file)}, environ={}).credentials_file == file


def test_certificates_of_domain_names(tmp_path: Path) -> None:
    file = tmp_path / "a.pem"
    file.write_text("")
    tls = {"tls_certificate": str(file), "tls_key": str(file)}
    environ = {"GATEWRIGHT_DOMAIN_CERTIFICATES": f"a.example.com={file},*.example.org={file}"}
    assert load(tls, environ=environ).domain_certificates == {"a.example.com": str(file), "*.example.org": str(file)}
    with pytest.raises(SettingsError, match="need tls_certificate"):
        load(environ=environ)
    for name, path in (("a.example.com", tmp_path / "none.pem"), ("a b", file)):
        with pytest.raises(SettingsError, match="does not name a host and a file"):
            load(tls | {"domain_certificates": {name: str(path)}}, environ={})


def test_an_alias_may_stand_for_the_default_stage_of_an_http_api() -> None:
    assert load(environ={"GATEWRIGHT_DOMAIN_ALIASES": "a.test=abc/$default"}).aliases == {"a.test": ("abc", "$default")}
    with pytest.raises(SettingsError):
        load(environ={"GATEWRIGHT_DOMAIN_ALIASES": "a.test=abc/$other"})


def test_domain_aliases_come_from_a_file_or_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "gatewright.toml"
    file.write_text('[domain_aliases]\n"GW.test" = "abc/v1"\n')
    assert load(config=str(file), environ={}).aliases == {"gw.test": ("abc", "v1")}
    environ = {"GATEWRIGHT_DOMAIN_ALIASES": "gw.test=abc/v1, other.test=def/prod"}
    assert load(environ=environ).aliases == {"gw.test": ("abc", "v1"), "other.test": ("def", "prod")}


def test_whom_to_believe() -> None:
    assert (load(environ={}).proxies, load(environ={}).endpoint_peers) == ((), ("127.0.0.0/8", "::1/128"))
    production = {
        "GATEWRIGHT_PROFILE": "production",
        "GATEWRIGHT_ACCESS_KEY_ID": "a",
        "GATEWRIGHT_SECRET_ACCESS_KEY": "b",
    }
    assert (load(environ=production).proxies, load(environ=production).endpoint_peers) == ((), ())
    named = load(
        environ=production
        | {
            "GATEWRIGHT_TRUSTED_PROXIES": "10.0.0.0/8, 2001:db8::/32",
            "GATEWRIGHT_VPC_ENDPOINT_PEERS": "10.7.0.1",
            "GATEWRIGHT_VPC_ENDPOINTS": "vpce-1=vpc-2",
        }
    )
    assert (named.proxies, named.endpoint_peers) == (("10.0.0.0/8", "2001:db8::/32"), ("10.7.0.1",))
    assert named.vpc_endpoints == {"vpce-1": "vpc-2"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("TRUSTED_PROXIES", "everybody"),
        ("VPC_ENDPOINT_PEERS", "10.0.0.0/8,nonsense"),
        ("VPC_ENDPOINTS", "vpce-1=here"),
        ("VPC_ENDPOINTS", "there=vpc-1"),
    ],
)
def test_what_names_no_network(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name.lower()):
        load(environ={f"GATEWRIGHT_{name}": value})


def test_where_issuers_are_found(tmp_path: Path) -> None:
    file = tmp_path / "gatewright.toml"
    file.write_text('[issuer_urls]\n"https://idp.example/a" = "http://10.0.0.5:8080/realms/a"\n')
    found = {"https://idp.example/a": "http://10.0.0.5:8080/realms/a"}
    assert load(config=str(file), environ={}).issuer_urls == found
    environ = {"GATEWRIGHT_ISSUER_URLS": "https://idp.example/a=http://10.0.0.5:8080/realms/a"}
    assert load(environ=environ).issuer_urls == found


@pytest.mark.parametrize(
    ("issuer", "url"),
    [
        ("idp", "https://idp.example"),
        ("https://idp", "idp.example"),
        ("https://idp", "file:///etc"),
        ("https://idp", "https://idp.example/?a"),
        ("https://idp", "https://user@idp.example/"),
        ("https://idp", "https://idp.example/#a"),
    ],
)
def test_issuers_that_lead_nowhere(issuer: str, url: str) -> None:
    with pytest.raises(SettingsError, match="issuer_urls: "):
        load({"issuer_urls": {issuer: url}}, environ={})


def test_a_tls_port_beside_the_plain_one(tmp_path: Path) -> None:
    file = tmp_path / "both.pem"
    file.write_text("PEM")
    beside = load({"tls_port": 8443, "domain_certificates": {"a.example.com": str(file)}}, environ={})
    assert (beside.tls_port, beside.tls) == (8443, False)
    with_default = {"tls_certificate": str(file), "tls_key": str(file)}
    assert not load(with_default | {"tls_port": 0}, environ={}).tls
    assert load(with_default, environ={}).tls
    keys = {"profile": "production", "access_key_id": "a", "secret_access_key": "b"}
    for given, words in (
        ({"tls_port": 4566}, "port and tls_port must differ"),
        ({"tls_port": 65536}, "is no port"),
        ({"tls_port": -1}, "is no port"),
        (keys | {"tls_port": 8443}, "for the local profile"),
    ):
        with pytest.raises(SettingsError, match=words):
            load(given, environ={})


@pytest.mark.parametrize(
    ("flags", "limit"),
    [
        ({}, None),
        ({"account_rate_limit": "10000"}, (10000.0, 5000)),
        ({"account_rate_limit": "0.5"}, (0.5, 1)),
        ({"account_rate_limit": "0"}, (0.0, 0)),
        ({"account_rate_limit": 100.0, "account_burst_limit": 7}, (100.0, 7)),
    ],
)
def test_limits_of_an_account(flags: dict[str, Any], limit: tuple[float, int] | None) -> None:
    assert load(flags, environ={}).account_throttle == limit


@pytest.mark.parametrize(
    "flags",
    [
        {"account_burst_limit": 5},
        {"account_rate_limit": -1},
        {"account_rate_limit": "inf"},
        {"account_rate_limit": "nan"},
        {"account_rate_limit": 1, "account_burst_limit": -1},
    ],
)
def test_limits_of_an_account_that_are_none(flags: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="account_"):
        load(flags, environ={})


@pytest.mark.parametrize("url", ["redis://valkey.internal", "rediss://u:p@h:6380/1", "unix:///run/valkey.sock?db=2"])
def test_state_may_be_shared_by_many_nodes(url: str) -> None:
    settings = load({"state": url}, environ={})
    assert settings.state_url == url
    assert not settings.shares


@pytest.mark.parametrize("url", ["http://:hush@h", "redis://:hush@", "unix://", "redis://:hush@h:99999", "redis", ""])
def test_no_other_place_for_state(url: str) -> None:
    with pytest.raises(SettingsError, match="state") as error:
        load({"state": url}, environ={})
    assert "hush" not in str(error.value)
