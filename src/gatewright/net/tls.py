"""Server-side TLS: a context from PEM files, TLS 1.2 or newer, HTTP/1.1 only."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path


class TlsError(Exception):
    """A certificate or key that cannot be used; the message is for the operator."""


def server_context(
    certificate: str | Path, key: str | Path, names: Mapping[str, str | Path] | None = None
) -> ssl.SSLContext:
    """A context that presents the chain in the PEM file `certificate` with the private key in `key`. Raises TlsError.

    `names`: a PEM file with chain and key for clients that ask for a name (SNI), "*.example.com" for every name one
    level below. Clients that offer ALPN without `http/1.1` are not refused by the handshake; they are answered in
    HTTP/1.1.
    """
    context = _context(certificate, key)
    known = {name.lower(): _context(file, file) for name, file in (names or {}).items()}

    def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        asked = (name or "").lower().removesuffix(".")
        own = known.get(asked) or known.get("*." + asked.partition(".")[2])
        if own is not None:
            connection.context = own

    if known:
        context.sni_callback = choose
    return context


def _context(certificate: str | Path, key: str | Path) -> ssl.SSLContext:
    for what, path in (("certificate", certificate), ("key", key)):
        _readable(what, Path(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE | ssl.OP_NO_COMPRESSION
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except ssl.SSLError as error:
        raise TlsError(_explain(error, certificate, key)) from None
    return context


def _readable(what: str, path: Path) -> None:
    try:
        text = path.read_bytes()
    except OSError as error:
        raise TlsError(f"TLS {what} {path}: {error.strerror}") from None
    if b"-----BEGIN " not in text:
        raise TlsError(f"TLS {what} {path}: not a PEM file (no line begins with -----BEGIN)")


def _no_password() -> str:
    raise TlsError("the TLS key is encrypted: give an unencrypted one, readable by this user alone")


def _explain(error: ssl.SSLError, certificate: str | Path, key: str | Path) -> str:
    if error.reason == "KEY_VALUES_MISMATCH":
        return f"TLS key {key} does not belong to the certificate {certificate}"
    return f"TLS certificate {certificate} and key {key} cannot be used: {error.reason or error}"
