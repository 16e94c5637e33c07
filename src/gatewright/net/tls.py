"""Server-side TLS: contexts from PEM, TLS 1.2 or newer with authenticated ciphers (AEAD) only, HTTP/1.1 only."""

from __future__ import annotations

import contextlib
import os
import ssl
import tempfile
from collections.abc import Iterator
from pathlib import Path

from gatewright.catalog.tls_policies import DEFAULT, TlsPolicy

# OpenSSL's security level 2: no key under 112 bits of strength (RSA 2048, EC 224), no SHA-1, anywhere in a chain.
_STRENGTH = ":@SECLEVEL=2"


class TlsError(Exception):
    """A certificate or key that cannot be used; the message is for the operator."""


def server_context(certificate: str | Path, key: str | Path, policy: TlsPolicy = DEFAULT) -> ssl.SSLContext:
    """A context that presents the chain in the PEM file `certificate` with the private key in `key`. Raises TlsError.

    Clients that offer ALPN without `http/1.1` are not refused by the handshake; they are answered in HTTP/1.1.
    """
    for what, path in (("certificate", certificate), ("key", key)):
        _readable(what, Path(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2 if policy.tls12 else ssl.TLSVersion.TLSv1_3
    context.set_ciphers(":".join(policy.tls12 or DEFAULT.tls12) + _STRENGTH)
    context.set_alpn_protocols(["http/1.1"])
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE | ssl.OP_NO_COMPRESSION
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except ssl.SSLError as error:
        raise TlsError(_explain(error, certificate, key)) from None
    return context


def pem_context(certificate: str, policy: TlsPolicy, truststore: str | None = None) -> ssl.SSLContext:
    """The same from PEM text that holds chain and key. `truststore`, PEM: clients must show what it vouches for.

    Where they must, no session outlives its connection by a ticket. Raises TlsError.
    """
    with _as_file(certificate) as file:
        context = server_context(file, file, policy)
    if truststore is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.options |= ssl.OP_NO_TICKET
        context.num_tickets = 0
        try:
            context.load_verify_locations(cadata=truststore)
        except ssl.SSLError as error:
            raise TlsError(f"the truststore cannot be used: {error.reason or error}") from None
    return context


@contextlib.contextmanager
def _as_file(text: str) -> Iterator[str]:
    """A name under which OpenSSL reads a text: in memory where the system can, else for a moment on disk."""
    if hasattr(os, "memfd_create") and os.path.isdir("/proc/self/fd"):
        descriptor = os.memfd_create("pem", os.MFD_CLOEXEC)
        name = f"/proc/self/fd/{descriptor}"
    else:
        descriptor, name = tempfile.mkstemp()
    try:
        with open(descriptor, "w", closefd=False) as out:
            out.write(text)
        yield name
    finally:
        os.close(descriptor)
        if not name.startswith("/proc/"):
            os.unlink(name)


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
