"""Settings: what is refused, with a way on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gatewright.settings import SettingsError, load


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
        ({"GATEWRIGHT_TIMEOUT_LIMIT": "60000"}, "timeout_limit counts only with limits=own"),
        ({"GATEWRIGHT_WEBSOCKET_FRAME_LIMIT": "125"}, "websocket_frame_limit counts only with limits=own"),
        ({"GATEWRIGHT_WEBSOCKET_MESSAGE_LIMIT": "131073"}, "websocket_message_limit counts only with limits=own"),
        ({"GATEWRIGHT_WEBSOCKET_IDLE_TIMEOUT": "600.1"}, "websocket_idle_timeout can be longer"),
        ({"GATEWRIGHT_WEBSOCKET_IDLE_TIMEOUT": "0.5"}, ">= 1"),
        ({"GATEWRIGHT_WEBSOCKET_DURATION": "7201"}, "websocket_duration can be longer"),
        ({"GATEWRIGHT_WEBSOCKET_DURATION": "inf", "GATEWRIGHT_LIMITS": "own"}, "<= "),
        ({"GATEWRIGHT_WEBSOCKET_IDLE_TIMEOUT": "nan", "GATEWRIGHT_LIMITS": "own"}, "websocket_idle_timeout"),
        ({"GATEWRIGHT_CONFIG": "/nowhere.toml"}, "/nowhere.toml"),
        ({"GATEWRIGHT_DOMAIN_ALIASES": "gw.test=abc"}, "host.name=api/stage"),
        ({"GATEWRIGHT_DOMAIN_ALIASES": "gw/test=abc/v1"}, "host.name=api/stage"),
    ],
)
def test_what_cannot_work_is_refused_with_a_way_on(environ: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load(environ=environ)
    assert message in str(refused.value)


@pytest.mark.parametrize("url", ["localhost:9000", "ftp://a", "http://", "http://a:port"])
def test_what_is_no_endpoint_is_found_at_start(url: str) -> None:
    with pytest.raises(SettingsError, match="no endpoint"):
        load(environ={"AWS_ENDPOINT_URL_S3": url})


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


@pytest.mark.parametrize("url", ["http://:hush@h", "redis://:hush@", "unix://", "redis://:hush@h:99999", "redis", ""])
def test_no_other_place_for_state(url: str) -> None:
    with pytest.raises(SettingsError, match="state") as error:
        load({"state": url}, environ={})
    assert "hush" not in str(error.value)


def test_spans_go_to_a_url() -> None:
    assert load({"otlp_endpoint": "http://localhost:4318"}, environ={}).otlp_endpoint == "http://localhost:4318"
    for endpoint in ("localhost:4318", "grpc://localhost:4317", "http://"):
        with pytest.raises(SettingsError, match="otlp_endpoint"):
            load({"otlp_endpoint": endpoint}, environ={})


def test_access_logs_go_where_they_can_be_written(tmp_path: Path) -> None:
    for place in ("aws", "stdout", str(tmp_path / "access.log")):
        assert load({"access_log": place}, environ={}).access_log == place
    for place in ("", str(tmp_path), str(tmp_path / "none" / "access.log")):
        with pytest.raises(SettingsError, match="access_log"):
            load({"access_log": place}, environ={})
