"""Where URLs lead, and which are none that a node calls by itself."""

import pytest

from gatewright.net.base import Origin
from gatewright.net.url import locate


@pytest.mark.parametrize(
    ("url", "origin", "target"),
    [
        ("https://idp.example", Origin("https", "idp.example", 443), b"/"),
        ("http://127.0.0.1:8080/a/b?c=d&e", Origin("http", "127.0.0.1", 8080), b"/a/b?c=d&e"),
        ("https://IDP.example:444/%20", Origin("https", "idp.example", 444), b"/%20"),
        ("http://[::1]:80/x", Origin("http", "::1", 80), b"/x"),
    ],
)
def test_urls(url: str, origin: Origin, target: bytes) -> None:
    assert locate(url) == (origin, target)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "idp.example",
        "ftp://idp.example/",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "https://user@idp.example/",
        "https://idp.example@evil.example/",
        "https://idp.example\\@evil.example/",
        "https://idp.example/a b",
        "https://idp.example/\r\nHost: evil",
        "https://idp.example/#fragment",
        "https://idp.example:99999/",
        "https://idp.example:0/",
        "https://idp%2eexample/",
        "https://ïdp.example/",
        "https://[::1/",
    ],
)
def test_what_is_no_url(url: str) -> None:
    with pytest.raises(ValueError):
        locate(url)
