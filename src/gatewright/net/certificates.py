"""Which TLS context a client gets, by the name it asks for; contexts are replaced while the server runs.

Names come from two sides. The operator's settings give PEM files: one for whoever asks for nothing better, others by
name. The control plane publishes domain names: how TLS is spoken there, who may be a client, perhaps a certificate. A
file for exactly the name wins over a published certificate, that over a file for all names below, that over the
default; how TLS is spoken is always the published name's business. "*.example.com" stands for one level below.

Each context is its own world: sessions are resumed in the context that made them or not at all, so a ticket carries no
client past the authentication of another name. Where clients authenticate there are no tickets. A context is replaced
when what it was made of has changed; clients authenticated by the old one are then unknown, and their idle connections
close. What cannot be used any more (a file that was damaged) is told, and the old context goes on.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from cryptography import x509

from gatewright.catalog import tls_policies
from gatewright.catalog.tls_policies import TlsPolicy
from gatewright.net import client_certificate
from gatewright.net.base import ClientCertificate, Secured, TlsName
from gatewright.net.client_certificate import Truststore
from gatewright.net.tls import TlsError, pem_context, server_context

log = logging.getLogger(__name__)

File = tuple[str | Path, str | Path]  # certificate chain, private key; the same file may hold both
_Version = tuple[tuple[int, int, int], ...]
_PLAIN = TlsName("", tls_policies.DEFAULT.name)  # how TLS is spoken where nothing is published


class Choice:
    """A context and what belongs to it. `mutual`: clients show certificates."""

    __slots__ = ("context", "mutual", "policy", "retired", "truststore")

    def __init__(
        self, context: ssl.SSLContext, policy: TlsPolicy, truststore: Truststore | None, *, mutual: bool
    ) -> None:
        self.context = context
        self.policy = policy
        self.truststore = truststore
        self.mutual = mutual
        self.retired = False

    def secure(self, name: str) -> Secured:
        """See `TlsChoice.secure`."""
        return Handshake(name, self)


class Handshake:
    """Implements `net.base.Secured` for one connection."""

    def __init__(self, name: str, choice: Choice) -> None:
        self.name = name
        self.choice = choice
        self.version = self.suite = ""
        self.client: ClientCertificate | None = None

    def holds(self) -> bool:
        """See `Secured.holds`."""
        return self.client is not None and not self.choice.retired and self.client.expires > time.time()

    def settle(self, transport: asyncio.BaseTransport) -> bool:
        """See `Secured.settle`. A client that a truststore does not vouch for stays without a name: it gets its 403."""
        spoken: ssl.SSLObject | None = transport.get_extra_info("ssl_object")
        agreed = None if spoken is None else spoken.cipher()
        if spoken is None or agreed is None or not self.choice.policy.permits(agreed[0]):
            return False
        self.version, self.suite = agreed[1], tls_policies.iana(agreed[0])
        return self._authenticate(spoken.getpeercert(binary_form=True)) if self.choice.mutual else True

    def _authenticate(self, shown: bytes | None) -> bool:
        truststore = self.choice.truststore
        if shown is None or truststore is None:
            return False  # the context asks for one: this cannot be
        try:
            certificate = x509.load_der_x509_certificate(shown)
            objection = truststore.objection(certificate)
            client = client_certificate.show(certificate)
        except Exception as error:  # noqa: BLE001 - whatever OpenSSL takes and the library does not
            log.warning("%s: Access denied. Reason: the client's certificate cannot be read: %s", self.name, error)
            return False
        if objection is None:
            self.client = client
        else:
            log.info("%s: Access denied. Reason: %s", self.name, objection)
        return True


class Certificates:
    """The contexts of one worker. `default`: None where nobody is served who asks for no known name.

    Raises TlsError for files of the settings that cannot be used.
    """

    def __init__(self, default: File | None, files: Mapping[str, str | Path]) -> None:
        self._files: dict[str, File] = {name.lower(): (file, file) for name, file in files.items()}
        if default is not None:
            self._files[""] = default
        self._published: dict[str, TlsName] = {}
        self._versions = {name: _version(file) for name, file in self._files.items()}
        self._texts = {name: _read(file) for name, file in self._files.items()}  # PEM
        self._choices: dict[tuple[TlsName, str], Choice | None] = {}  # by certificate; None: cannot be used

    def choose(self, name: str) -> Choice | None:
        """The context for a client that asks for this name in lower case ("": for none); None when there is none."""
        published = self._published.get(name) or self._published.get(_wildcard(name))
        return self._choice(_way(published or _PLAIN), self._certificate(name, published))

    def choose_own(self, name: str) -> Choice | None:
        """The same for listeners that serve no domain names."""
        return self._choice(_PLAIN, self._certificate(name, None))

    def serve(self, names: Sequence[TlsName]) -> None:
        """These are the published names from now on; of several that are called the same the first one counts."""
        self._published = {}
        for name in names:
            self._published.setdefault(name.name, name)
        self._settle()

    def refresh(self) -> None:
        """Look at the files again."""
        changed = False
        for name, file in self._files.items():
            try:
                version = _version(file)
                if version == self._versions[name]:
                    continue
                self._versions[name] = version
                self._texts[name] = _read(file)
            except TlsError as error:
                log.error("the old certificate goes on: %s", error)
                continue
            changed = True
            log.info("TLS certificate %s was read again", file[0])
        if changed:
            self._settle()

    def _settle(self) -> None:
        """Make what published names need, and forget what nothing leads to any more."""
        ways = {*map(_way, self._published.values()), _PLAIN}
        texts = {*self._texts.values(), *(each.certificate for each in self._published.values())}
        stale = [key for key in self._choices if key[0] not in ways or key[1] not in texts]
        for key in stale:
            choice = self._choices.pop(key)
            if choice is not None:
                choice.retired = True
        for name, published in self._published.items():
            self._choice(_way(published), self._certificate(name, published))

    def _certificate(self, name: str, published: TlsName | None) -> str | None:
        own = self._texts.get(name) if name else None
        if own is None and published is not None:
            own = published.certificate
        return own or self._texts.get(_wildcard(name)) or self._texts.get("")

    def _choice(self, way: TlsName, certificate: str | None) -> Choice | None:
        if certificate is None:
            return None
        key = (way, certificate)
        if key not in self._choices:
            self._choices[key] = _make(way, certificate)
        return self._choices[key]


def _way(published: TlsName) -> TlsName:
    """How TLS is spoken under a name: what decides on its context, beside the certificate.

    Names whose clients show no certificate share contexts; with mutual TLS each has its own.
    """
    return replace(published, certificate=None) if published.mutual else TlsName("", published.policy)


def _make(way: TlsName, certificate: str) -> Choice | None:
    if way.mutual and not way.truststore:
        return None
    policy = tls_policies.POLICIES.get(way.policy)
    if policy is None:
        log.error("TLS under %s is refused: the security policy %s is not known", way.name, way.policy)
        return None
    try:
        truststore = Truststore(way.truststore) if way.mutual and way.truststore else None
        context = pem_context(certificate, policy, way.truststore if way.mutual else None)
    except (TlsError, ValueError) as error:
        log.error("TLS under %s is refused: %s", way.name or "the server's own names", error)
        return None
    return Choice(context, policy, truststore, mutual=way.mutual)


def _wildcard(name: str) -> str:
    """What stands for all names beside this one; "" is for no name."""
    below = name.partition(".")[2]
    return f"*.{below}" if below else "*"


def _version(file: File) -> _Version:
    """What tells one content of files from the next. Raises TlsError."""
    try:
        found = [Path(each).stat() for each in file]
    except OSError as error:
        raise TlsError(f"TLS certificate {file[0]}: {error.strerror}") from None
    return tuple((each.st_ino, each.st_mtime_ns, each.st_size) for each in found)


def _read(file: File) -> str:
    """Chain and key as one text, which works. Raises TlsError."""
    server_context(*file)
    try:
        texts = [Path(each).read_text() for each in dict.fromkeys(map(str, file))]
    except (OSError, UnicodeDecodeError) as error:
        raise TlsError(f"TLS certificate {file[0]}: {error}") from None
    return "\n".join(texts)
