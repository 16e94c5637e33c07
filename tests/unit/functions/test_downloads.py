"""Links to packages work for ten minutes and cannot be made up."""

from __future__ import annotations

from gatewright.clock import FakeClock
from gatewright.functions.downloads import Downloads
from gatewright.functions.names import FunctionKey

KEY = FunctionKey("123456789012", "us-east-1", "f")


def parts(url: str) -> tuple[str, str]:
    path, _, query = url.removeprefix("http://localhost:4566").partition("?")
    return path, query


def test_links() -> None:
    clock = FakeClock()
    downloads = Downloads("http://localhost:4566/", clock)
    path, query = parts(downloads.url(KEY, "abc"))
    assert downloads.read(path, query) == (KEY, "abc")
    assert downloads.read(path.replace("abc", "abd"), query) is None
    assert downloads.read(path, query.replace("expires=1", "expires=2")) is None
    for made_up in ("", "expires=x&signature=y", "expires=" + "9" * 30, "signature=é"):
        assert downloads.read(path, made_up) is None
    assert Downloads("http://localhost:4566", clock).read(path, query) is None
    clock.advance(601)
    assert downloads.read(path, query) is None
