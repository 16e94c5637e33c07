"""What a browser can be made to send, and what programs send."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from gatewright.edge.guard import Guard
from gatewright.net.base import Header, Request

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"


@dataclass
class Asked:
    """As much of a request as the decision reads."""

    host: bytes = b"localhost:4566"
    headers: list[Header] = field(default_factory=list)

    def header(self, name: bytes) -> bytes | None:
        return next((value for key, value in self.headers if key.lower() == name), None)


def _asked(host: str = "localhost:4566", **headers: str) -> Request:
    return Asked(host.encode(), [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()])  # type: ignore[return-value]  # reads only these


@pytest.mark.parametrize(
    "host",
    [
        "",  # HTTP/1.0
        "localhost",
        "localhost.:4566",
        "bucket.s3.localhost:4566",
        "127.0.0.1:4566",
        "127.1.2.3",
        "[::1]:4566",
        "192.168.1.5:4566",  # a forwarded port: an address cannot be rebound
        "[fe80::1]:4566",
        "0.0.0.0:4566",
        "gatewright:4566",  # a service of a compose file
        "localhost.localstack.cloud:4566",
        "bucket.s3.localhost.localstack.cloud:4566",
        "host.docker.internal:4566",
        "host.containers.internal:4566",
        "sqs.us-east-1.amazonaws.com",
        "sqs.cn-north-1.amazonaws.com.cn",
        "lambda.us-east-1.api.aws",
    ],
)
def test_names_of_this_machine(host: str) -> None:
    assert Guard().objection(_asked(host)) is None
    assert Guard().knows(host.encode())


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:4566",
        "localhost.evil.example",
        "127.0.0.1.evil.example:4566",
        "evil-localhost.example",
        "notamazonaws.com",
        "amazonaws.com.evil.example",
        "localstack.cloud",
        "xlocalhost.localstack.cloud.example",
        "1.2.3.4.5",
    ],
)
def test_a_name_that_a_page_has_pointed_here(host: str) -> None:
    objection = Guard().objection(_asked(host))
    assert objection is not None
    assert b"trusted_hosts" in objection
    assert host.encode() in objection


@pytest.mark.parametrize("host", ["gw.test", "gw.test:4566", "bucket.gw.test"])
def test_names_that_the_operator_trusts(host: str) -> None:
    assert Guard().objection(_asked(host)) is not None
    assert Guard(("gw.test",)).objection(_asked(host)) is None
    assert Guard(("gw.test",)).objection(_asked(host, Origin="https://app.gw.test")) is None
    assert Guard(("gw.test",)).objection(_asked("gwxtest")) is None  # no dot
    assert Guard(("gw.test",)).objection(_asked("gwxtest.example")) is not None


@pytest.mark.parametrize(
    "headers",
    [
        {"User_Agent": "Boto3/1.40.0 md/Botocore#1.40.0 ua/2.1"},
        {"User_Agent": "aws-cli/2.31.0"},
        {"User_Agent": "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.22621"},
        {},
        {"Origin": "http://localhost:3000"},
        {"Origin": "https://app.localhost"},
        {"Origin": "http://127.0.0.1:3000", "Sec_Fetch_Site": "cross-site", "User_Agent": CHROME},
        {"User_Agent": CHROME, "Sec_Fetch_Site": "none"},  # typed into the address bar
        {"User_Agent": CHROME, "Sec_Fetch_Site": "same-origin"},
        {"User_Agent": CHROME, "Sec_Fetch_Site": "same-site"},  # an image of S3's in a page of localhost:3000
        {"User_Agent": CHROME, "Sec_Fetch_Site": "cross-site", "Referer": "http://127.0.0.1:3000/page"},
        {"User_Agent": CHROME, "Referer": "http://localhost:3000/"},
    ],
)
def test_programs_and_pages_of_this_machine_may_ask(headers: dict[str, str]) -> None:
    assert Guard().objection(_asked(**headers)) is None


@pytest.mark.parametrize(
    ("host", "headers"),
    [
        ("localhost:4566", {"Origin": "https://evil.example"}),
        ("localhost:4566", {"Origin": "null"}),
        ("localhost:4566", {"Origin": "https://localhost.evil.example"}),
        ("localhost:4566", {"Origin": "http://localhost@evil.example"}),
        ("evil:4566", {"Origin": "http://evil:4566"}),
        ("localhost:4566", {"User_Agent": CHROME, "Sec_Fetch_Site": "cross-site"}),
        ("localhost:4566", {"User_Agent": CHROME, "Sec_Fetch_Site": "cross-site", "Referer": "https://evil.example/"}),
        ("localhost:4566", {"User_Agent": CHROME, "Sec_Fetch_Site": "whatever"}),
        ("evil:4566", {"User_Agent": CHROME, "Sec_Fetch_Site": "same-site"}),
        ("localhost:4566", {"User_Agent": CHROME, "Referer": "https://evil.example/"}),
        # Names that browsers do not trust get no Sec-Fetch-Site, and a page can hold Referer back.
        ("localhost.localstack.cloud:4566", {"User_Agent": CHROME}),
        ("0.0.0.0:4566", {"User_Agent": CHROME}),
        ("evil:4566", {"User_Agent": CHROME}),
    ],
)
def test_pages_of_other_machines_may_not(host: str, headers: dict[str, str]) -> None:
    objection = Guard().objection(_asked(host, **headers))
    assert objection == b'{"message": "Requests from other web sites are refused."}'


def test_where_signatures_are_enforced_only_the_origin_counts() -> None:
    guard = Guard(any_host=True)
    assert guard.objection(_asked("control.example.com", User_Agent=CHROME)) is None
    assert guard.objection(_asked("control.example.com", Origin="https://evil.example")) is not None


def test_a_sandboxed_page_is_foreign_wherever_it_lies() -> None:
    """Pages of portals run in an origin of their own and send no Referer (control/portal_pages.py)."""
    assert Guard().foreign(_asked(Origin="null"))
    assert Guard().foreign(_asked(Sec_Fetch_Site="cross-site"))
    assert not Guard().knows(b"evil.example:4566")
