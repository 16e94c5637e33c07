"""Integration URIs: stage variables filled in, `{name}` placeholders kept for the request.

A URI that is no usable endpoint is not refused when it is parsed: AWS deploys it and answers every call with 500 and
the log line "Invalid endpoint address", because only the stage's variables decide what it becomes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

_VARIABLE = re.compile(r"\$\{stageVariables\.([A-Za-z0-9_]+)\}|\$\{stageVariables\['([A-Za-z0-9_]+)'\]\}")
_URI = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9A-Fa-f:.]+\]|[^/?#:@\s{}\[\]]+)(?::(?P<port>\d{1,5}))?(?P<rest>[/?#].*)?",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"\{([^{}/]+)\}")
# RFC 3986 pchar without "%"
_PATH_SAFE = "-._~!$&'()*+,;=:@"


@dataclass(frozen=True, slots=True)
class Uri:
    """An endpoint. `path` and `query` alternate literal text and placeholder names, beginning with text."""

    scheme: str
    host: str
    port: int
    path: tuple[str, ...]
    query: tuple[str, ...]  # ("",) when there is none

    @property
    def authority(self) -> str:
        """Host header: the port only when it is not the scheme's own."""
        return self.host if self.port == (443 if self.scheme == "https" else 80) else f"{self.host}:{self.port}"


def fill_variables(text: str, variables: Mapping[str, str]) -> str:
    """`${stageVariables.name}` replaced by the variable's value; one that is not defined becomes empty."""
    if "${" not in text:
        return text
    return _VARIABLE.sub(lambda match: variables.get(match[1] or match[2], ""), text)


def parse_uri(text: str) -> Uri | None:
    """The endpoint that an HTTP integration names; None when it is not an address that can be called."""
    match = _URI.fullmatch(text.strip())
    if match is None:
        return None
    scheme = match["scheme"].lower()
    port = int(match["port"]) if match["port"] else (443 if scheme == "https" else 80)
    if not 0 < port < 65536:
        return None
    path, mark, query = (match["rest"] or "/").partition("#")[0].partition("?")
    return Uri(
        scheme=scheme,
        host=match["host"].lower(),
        port=port,
        path=_pieces(path or "/"),
        query=_pieces(query) if mark else ("",),
    )


def encode_path_value(value: str, *, slashes: bool) -> str:
    """A placeholder's value for a path; `slashes` keeps "/" (values that the configuration itself wrote)."""
    return quote(value, safe=_PATH_SAFE + "/" if slashes else _PATH_SAFE)


def recode_path(raw: str) -> str:
    """A raw piece of the client's path, decoded and encoded again segment by segment: "%" never survives unencoded.

    AWS: "the path parameter value is decoded and re-encoded" for HTTP integrations. An encoded slash stays encoded, so
    that no request can reach another segment of the backend's path than the one it was mapped to.
    """
    return "/".join(encode_path_value(unquote(segment, errors="replace"), slashes=False) for segment in raw.split("/"))


def climbs(value: str) -> bool:
    """Whether a decoded value's dot segments lead out of the place in a path that it is put into.

    Slashes count whether they were sent as "/" or "%2F", and backslashes too: some backends decode before they resolve.
    Others take parameters (`..;x`) off a segment first.
    """
    if ".." not in value:
        return False
    depth = 0
    for segment in value.replace("\\", "/").split("/"):
        depth += -1 if segment.partition(";")[0] == ".." else segment not in ("", ".")
        if depth < 0:
            return True
    return False


def _pieces(text: str) -> tuple[str, ...]:
    parts = _PLACEHOLDER.split(text)
    return tuple(_clean(part) if index % 2 == 0 else part for index, part in enumerate(parts))


def _clean(text: str) -> str:
    """Literal text of a URI made safe for a request line, leaving what is already encoded alone."""
    return quote(text, safe="%/?#[]@!$&'()*+,;=:-._~|")
