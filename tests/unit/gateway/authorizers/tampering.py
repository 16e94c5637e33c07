"""Signed requests, and everything that can be changed of them in one place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from gatewright.language.query import parse_query
from tests.plays.signing import HOST, SESSION_KEY, TOKEN, Pairs, presigned, signed
from tests.plays.stage import FakeRequest

# What is put in the place of a character, or beside it. No blanks: SigV4 takes several for one.
CHARACTERS = "aZ0/%&=;,.:-+~"


@dataclass(frozen=True)
class Sent:
    """A request as it goes over the wire."""

    verb: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    def request(self) -> FakeRequest:
        return FakeRequest(self.verb, self.url, self.headers, self.body)

    def meaning(self) -> Any:
        """What the signature is about. Order and encoding of the query do not count, nor blanks between parts."""
        path, _, query = self.url.partition("?")
        said = re.sub(r",\s*", ",", " ".join(value for name, value in self.headers if name.lower() == "authorization"))
        counted = re.search(r"SignedHeaders=([^,]*)", said)
        signed_names = counted[1].split(";") if counted else ["host"]
        return (
            self.verb,
            path,
            sorted(parse_query(query.encode())),
            query.count(";") + query.count("&"),
            said,
            {name: [" ".join(v.split()) for k, v in self.headers if k.lower() == name] for name in signed_names},
            self.body,
        )


def examples() -> list[Sent]:
    """Requests of every form that has a signature."""
    things = "/v1/things/a%20b?limit=10&name=x%2Fy&limit=2"
    typed: Pairs = [("Content-Type", "application/json"), ("X-Custom", "a b"), ("X-HTTP-Method-Override", "PUT")]
    host = (("Host", HOST),)
    return [
        Sent("GET", things, tuple(signed("GET", things))),
        Sent("POST", "/v1/things", tuple(signed("POST", "/v1/things", typed, b'{"a":[1,2]}')), b'{"a":[1,2]}'),
        Sent("GET", "/v1/", tuple(signed("GET", "/v1/", key=SESSION_KEY, token=TOKEN))),
        Sent("GET", presigned("GET", things, expires=200), host),
        Sent("GET", presigned("GET", "/v1/", key=SESSION_KEY, token=TOKEN), host),
    ]


def tampers(sent: Sent) -> Iterator[Sent]:
    """Every single change that alters what the request means; characters first, then whole parts."""
    known = sent.meaning()
    for changed in (*_characters(sent), *_parts(sent)):
        if changed.meaning() != known:
            yield changed


def _characters(sent: Sent) -> Iterator[Sent]:
    for verb in _texts(sent.verb):
        yield replace(sent, verb=verb)
    for url in _texts(sent.url):
        yield replace(sent, url=url)
    for number, (name, value) in enumerate(sent.headers):
        for other in _texts(value):
            yield _with(sent, number, (name, other))
    for body in _texts(sent.body.decode()):
        yield replace(sent, body=body.encode())


def _texts(text: str) -> Iterator[str]:
    """A character less, one more, another one, the other case; one more at the end."""
    for place, character in enumerate(text):
        # Another character for each place, so that all of them come everywhere in the end.
        other = next(c for c in CHARACTERS[place % len(CHARACTERS) :] + CHARACTERS if c != character)
        yield text[:place] + text[place + 1 :]
        yield text[:place] + other + text[place + 1 :]
        yield text[:place] + other + text[place:]
        if character.swapcase() != character:
            yield text[:place] + character.swapcase() + text[place + 1 :]
    yield from (text + more for more in ("x", "/", "\u00a0", "=", ",", "&a=b", "%00"))


def _with(sent: Sent, number: int, header: tuple[str, str]) -> Sent:
    return replace(sent, headers=(*sent.headers[:number], header, *sent.headers[number + 1 :]))


def _parts(sent: Sent) -> Iterator[Sent]:
    for verb in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "get", "TRACE"):
        yield replace(sent, verb=verb)
    for number, (name, value) in enumerate(sent.headers):
        yield replace(sent, headers=(*sent.headers[:number], *sent.headers[number + 1 :]))
        yield replace(sent, headers=(*sent.headers, (name, value)))
        yield replace(sent, headers=((name, "x"), *sent.headers))
    path, mark, query = sent.url.partition("?")
    for other in (
        f"/x/..{path}",
        f"/{path}",
        path.replace("/v1", "/v2"),
        f"{path}/",
        f"{path}/.",
        path.replace("%20", "%2520"),
    ):
        yield replace(sent, url=other + mark + query)
    pairs = query.split("&") if query else []
    for number, pair in enumerate(pairs):
        yield replace(sent, url=f"{path}?{'&'.join([*pairs[:number], *pairs[number + 1 :]])}")
        yield replace(sent, url=f"{path}?{'&'.join([*pairs, pair])}")
    yield replace(sent, url=f"{path}?{'&'.join([*pairs, 'more=1'])}")
    yield replace(sent, body=sent.body + b" ")
