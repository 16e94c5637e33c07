"""Where issuers' documents are looked for, and where they are not."""

from __future__ import annotations

import pytest

from gatewright.identity.places import Place, PlaceError, Places, is_loopback
from gatewright.net.base import Origin

HTTPS = Origin("https", "idp.example", 443)
COMPANIONS = Origin("http", "companions", 80, unix="/run/companions.sock")
POOL = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3"


@pytest.mark.parametrize(
    ("issuer", "target"),
    [
        ("https://idp.example", b"/.well-known/openid-configuration"),
        ("https://idp.example/", b"/.well-known/openid-configuration"),
        ("https://idp.example/realms/a", b"/realms/a/.well-known/openid-configuration"),
    ],
)
def test_discovery(issuer: str, target: bytes) -> None:
    assert Places().discovery(issuer) == Place(HTTPS, target)


def test_plain_http_is_for_this_machine_and_the_local_profile() -> None:
    loopback = "http://127.0.0.1:8080/a"
    assert Places(local=True).discovery(loopback).origin == Origin("http", "127.0.0.1", 8080)
    for places, issuer in (
        (Places(), loopback),
        (Places(local=True), "http://idp.example"),
        (Places(local=True), "http://127.0.0.1.idp.example"),
        (Places(local=True), "ftp://127.0.0.1"),
        (Places(local=True), "http://user@127.0.0.1"),
        (Places(), "idp.example"),
        (Places(), "https://idp.example/?a="),
    ):
        with pytest.raises(PlaceError):
            places.discovery(issuer)


def test_keys() -> None:
    assert Places().keys("https://idp.example", "https://keys.example/a?b") == Place(
        Origin("https", "keys.example", 443), b"/a?b"
    )
    local = Places(local=True)
    assert local.keys("http://localhost:8080", "http://localhost:8080/keys").target == b"/keys"
    for issuer, url in (
        ("https://idp.example", "http://idp.example/keys"),
        ("https://idp.example", "http://127.0.0.1/keys"),
        ("http://localhost:8080", "http://localhost:8081/keys"),
        ("http://localhost:8080", "http://169.254.169.254/keys"),
        ("https://idp.example", "file:///keys"),
        ("https://idp.example", ""),
    ):
        with pytest.raises(PlaceError):
            local.keys(issuer, url)


def test_where_the_operator_says() -> None:
    places = Places({"https://idp.example/a": "http://10.0.0.5:8080/realms/a/", POOL: "https://pools.example"})
    inside = Origin("http", "10.0.0.5", 8080)
    issuer = "https://idp.example/a"
    assert places.discovery(issuer) == Place(inside, b"/realms/a/.well-known/openid-configuration")
    assert places.keys(issuer, "https://idp.example/a/certs") == Place(inside, b"/realms/a/certs")
    assert places.keys(issuer, "http://10.0.0.5:8080/certs") == Place(inside, b"/certs")
    assert places.keys(issuer, "https://keys.example/certs").origin.host == "keys.example"
    with pytest.raises(PlaceError):
        places.keys(issuer, "http://10.0.0.6:8080/certs")
    assert places.discovery("https://idp.example/ab").origin == HTTPS
    assert places.known_keys(POOL) is None


def test_user_pools_of_the_companions() -> None:
    places = Places(local=True, companions=COMPANIONS)
    known = places.known_keys(POOL)
    assert known is not None
    assert (known.origin, known.target) == (COMPANIONS, b"/eu-west-1_aB3/.well-known/jwks.json")
    assert known.timeout > Places().discovery(POOL).timeout
    assert known.headers[0] == (b"Host", b"cognito-idp.eu-west-1.amazonaws.com")
    assert Places(local=True).known_keys(POOL) is None
    assert Places({POOL: "https://pools.example"}, companions=COMPANIONS).known_keys(POOL) is None
    for other in (
        POOL + "/",
        POOL + "/x",
        POOL.replace("https", "http"),
        "https://cognito-idp.eu-west-1.amazonaws.com.evil.example/p",
        "https://evil.example/cognito-idp.eu-west-1.amazonaws.com/p",
        "https://cognito-idp.eu-west-1.amazonaws.com",
    ):
        assert places.known_keys(other) is None


@pytest.mark.parametrize("host", ["localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["localhost.example", "0.0.0.0", "10.0.0.1", "127.0.0.1.example", "", "0x7f.1"])
def test_other_machines(host: str) -> None:
    assert not is_loopback(host)
