"""What every generated client has: requests over HTTP, answers, signatures. Python's standard library only."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import re
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

Value = str | int | float | bool
Values = Value | Iterable[Value]

_ALGORITHM = "AWS4-HMAC-SHA256"
_PARAMETER = re.compile(r"\{([^{}]+?)(\+?)\}")


@dataclass(frozen=True)
class Response:
    """An answer. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def data(self) -> Any:
        """The body as the JSON value that it is by its type, else as text."""
        if re.search(r"[/+]json\b", self.headers.get("content-type", ""), re.IGNORECASE):
            try:
                return json.loads(self.body)
            except ValueError:
                pass
        return self.text


class ApiError(Exception):
    """An answer with a status of 400 or more."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"{response.status}: {response.text[:200]}")
        self.response = response
        self.status = response.status


class BaseClient:
    """A client of one deployed API. Its methods may be used by several threads."""

    def __init__(
        self,
        invoke_url: str,
        region: str,
        *,
        api_key: str | None = None,
        access_key: str | None = None,
        secret_key: str | None = None,
        session_token: str | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 30.0,
        context: ssl.SSLContext | None = None,
    ) -> None:
        parts = urlsplit(invoke_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("invoke_url must be an http or https URL")
        self._secure = parts.scheme == "https"
        self._host = parts.hostname
        self._port = parts.port or (443 if self._secure else 80)
        self._base = parts.path.rstrip("/")
        self._region = region
        self._api_key = api_key
        self._keys = (access_key, secret_key) if access_key and secret_key else None
        self._token = session_token
        self._headers = dict(headers or {})
        self._timeout = timeout
        self._context = context

    def _call(
        self,
        verb: str,
        path: str,
        path_parameters: Mapping[str, Value],
        query: Mapping[str, Values | None],
        headers: Mapping[str, Value | None],
        body: Any,
        more_headers: Mapping[str, str] | None,
        more_query: Mapping[str, Values] | None,
    ) -> Response:
        target = self._base + _expand(path, path_parameters)
        sent = {"accept": "application/json"}
        for name, value in [*self._headers.items(), *headers.items(), *(more_headers or {}).items()]:
            if value is not None:
                sent[name.lower()] = _text(value)
        if self._api_key is not None:
            sent.setdefault("x-api-key", self._api_key)
        content = _bytes(body)
        if content is not None:
            sent.setdefault("content-type", "application/json")
        search = _query({**query, **(more_query or {})})
        sent["host"] = self._authority()
        if self._keys is not None:
            self._sign(verb, target, search, sent, content or b"")
        return self._send(verb, f"{target}?{search}" if search else target, sent, content)

    def _authority(self) -> str:
        name = f"[{self._host}]" if ":" in self._host else self._host
        return name if self._port == (443 if self._secure else 80) else f"{name}:{self._port}"

    def _send(self, verb: str, target: str, headers: Mapping[str, str], content: bytes | None) -> Response:
        connection: http.client.HTTPConnection
        if self._secure:
            context = self._context or ssl.create_default_context()
            connection = http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout, context=context)
        else:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)
        try:
            connection.request(verb, target or "/", body=content, headers=dict(headers))
            answer = connection.getresponse()
            got = {name.lower(): value for name, value in answer.getheaders()}
            response = Response(answer.status, got, answer.read())
        finally:
            connection.close()
        if response.status >= 400:
            raise ApiError(response)
        return response

    def _sign(self, verb: str, path: str, query: str, headers: dict[str, str], content: bytes) -> None:
        """Signature Version 4 of AWS for the service execute-api."""
        assert self._keys is not None
        access_key, secret_key = self._keys
        date = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        headers["x-amz-date"] = date
        if self._token:
            headers["x-amz-security-token"] = self._token
        signed = sorted(name for name in headers if name in ("host", "content-type") or name.startswith("x-amz-"))
        canonical = "\n".join(
            [
                verb,
                quote(path or "/", safe="/-_.~"),
                query,
                *(f"{name}:{' '.join(headers[name].split())}" for name in signed),
                "",
                ";".join(signed),
                hashlib.sha256(content).hexdigest(),
            ]
        )
        scope = [date[:8], self._region, "execute-api", "aws4_request"]
        text = "\n".join([_ALGORITHM, date, "/".join(scope), hashlib.sha256(canonical.encode()).hexdigest()])
        key = b"AWS4" + secret_key.encode()
        for part in [*scope, text]:
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        headers["authorization"] = (
            f"{_ALGORITHM} Credential={access_key}/{'/'.join(scope)}, "
            f"SignedHeaders={';'.join(signed)}, Signature={key.hex()}"
        )


def _text(value: Value) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _encode(text: str) -> str:
    return quote(text, safe="-_.~")


def _expand(path: str, values: Mapping[str, Value]) -> str:
    """The path with its parameters filled in; `{name+}` keeps its slashes."""

    def fill(match: re.Match[str]) -> str:
        value = _text(values[match[1]])
        return quote(value, safe="/-_.~") if match[2] else _encode(value)

    pieces = []
    end = 0
    for match in _PARAMETER.finditer(path):
        pieces += [quote(path[end : match.start()], safe="/-_.~:,;=@$+&!*'()"), fill(match)]
        end = match.end()
    filled = "".join(pieces) + quote(path[end:], safe="/-_.~:,;=@$+&!*'()")
    if any(part in (".", "..") for part in filled.split("/")):
        raise ValueError('A path parameter cannot be "." or ".."')
    return filled


def _query(values: Mapping[str, Values | None]) -> str:
    pairs = []
    for name, value in values.items():
        if value is None:
            continue
        several: Iterable[Value] = [value] if isinstance(value, (str, int, float)) else value
        pairs += [(_encode(name), _encode(_text(each))) for each in several]
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _bytes(body: Any) -> bytes | None:
    if body is None or isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    return json.dumps(body, ensure_ascii=False).encode()
