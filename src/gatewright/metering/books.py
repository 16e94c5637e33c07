"""All that was used, from wherever it is kept; and how a running node tells it to `gatewright cost`.

The control process answers on its unix socket: `GET /_gatewright/uses?first=DAY&last=DAY` with a `Told` as JSON.
"""

from __future__ import annotations

import http.client
import re
import socket
from pathlib import Path
from urllib.parse import parse_qs

import msgspec

from gatewright.metering.base import Use, Uses
from gatewright.store.base import Store

PATH = "/_gatewright/uses"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PATIENCE = 60.0  # seconds


class Told(msgspec.Struct, forbid_unknown_fields=True):
    """Uses of some days, and the names of APIs by id."""

    uses: list[Use]
    names: dict[str, str]


class BooksError(Exception):
    """Nothing can be told; the message says why."""


class Books:
    """Uses from several sources. Calls block, and raise StoreError."""

    def __init__(self, store: Store, *sources: Uses) -> None:
        self._store = store
        self._sources = sources

    def tell(self, first_day: str, last_day: str) -> Told:
        """What was used from one day to another, both included."""
        uses = [use for source in self._sources for use in source.read(first_day, last_day)]
        return Told(uses, self._names() if uses else {})

    def answer(self, query: str) -> bytes | None:
        """A `Told` as JSON for a query string; None: it does not say which days."""
        given = parse_qs(query)
        first, last = given.get("first", [""])[0], given.get("last", [""])[0]
        if not (_DAY.fullmatch(first) and _DAY.fullmatch(last)):
            return None
        return msgspec.json.encode(self.tell(first, last))

    def _names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        with self._store.transaction(write=False) as transaction:
            for kind, member in (("rest_api", "name"), ("api", "Name")):
                for document in transaction.scan(kind):
                    names[document.key.id] = str(document.body.get(member) or "")
        return names


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("control", timeout=_PATIENCE)
        self._path = str(path)

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(_PATIENCE)
        self.sock.connect(self._path)


def ask(control: Path, first_day: str, last_day: str) -> Told:
    """Ask the running node, by the socket of its control process. Blocks.

    Raises ConnectionRefusedError when no node runs, BooksError when it does not answer as it should.
    """
    connection = _UnixConnection(control)
    try:
        try:
            connection.connect()
        except FileNotFoundError:
            raise ConnectionRefusedError from None
        connection.request("GET", f"{PATH}?first={first_day}&last={last_day}")
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise BooksError(f"the running node answered {response.status}; its log says why")
        return msgspec.json.decode(body, type=Told)
    except ConnectionRefusedError:
        raise
    except (OSError, http.client.HTTPException, msgspec.DecodeError) as error:
        raise BooksError(f"the running node did not answer: {error}") from None
    finally:
        connection.close()
