from __future__ import annotations

from tests.plays.http_api import HttpPlay, function, route


def test_the_order_is_authorization_then_size_then_configuration() -> None:
    protected = HttpPlay(route("POST /a", function(), AuthorizationType="AWS_IAM"))
    protected.client("POST", "/a", too_large=True).failed(403, "Forbidden")
    broken = HttpPlay(route("POST /a", None))
    broken.client("POST", "/a", too_large=True).failed(413, "Request Entity Too Large")
    broken.client("POST", "/a").failed(500, "Internal Server Error")
