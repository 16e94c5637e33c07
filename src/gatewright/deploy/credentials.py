"""The credentials of a node, published beside its programs: one file, secrets still sealed.

The workers know them from it without the database; what opens the secrets lies elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gatewright.deploy.base import CompileError
from gatewright.store.base import Transaction

NAME = "credentials"
FORMAT = 1
_KIND = "credential"


def collect(tx: Transaction) -> dict[str, Any] | None:
    """The document to publish; None when there are no credentials."""
    found = [each.body for each in tx.scan(_KIND)]
    return {"format": FORMAT, "type": "CREDENTIALS", "credentials": found} if found else None


def read(document: Mapping[str, Any] | None) -> Sequence[Mapping[str, Any]]:
    """The credentials of a published document, none of None. Raises CompileError."""
    if document is None:
        return ()
    if document.get("format") != FORMAT or document.get("type") != "CREDENTIALS":
        raise CompileError("", f"document of credentials of unknown format {document.get('format')!r}")
    found: Sequence[Mapping[str, Any]] = document["credentials"]
    return found
