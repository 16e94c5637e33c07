"""Opening a connection to an origin: name, address, TLS; every failure as an `UpstreamError`."""

from __future__ import annotations

import asyncio
import socket
import ssl
import tempfile
from collections.abc import Callable

from gatewright.net.base import Failure, Identity, Origin, UpstreamError
from gatewright.net.upstream.resolve import Resolver

_MOST_CONTEXTS = 256


class Dialer:
    """Opens connections for a client. `trust` replaces the system's trusted certificates."""

    def __init__(self, connect_timeout: float, trust: ssl.SSLContext | None = None) -> None:
        self._timeout = connect_timeout
        self._resolver = Resolver()
        self._trust = trust
        # By (verify, identity). A stage's certificate changes about once a year.
        self._contexts: dict[tuple[bool, Identity | None], ssl.SSLContext] = {}

    async def open(self, origin: Origin, factory: Callable[[], asyncio.Protocol]) -> None:
        """Connect a protocol made by `factory`, which hears of it by `connection_made`. Raises UpstreamError."""
        try:
            async with asyncio.timeout(self._timeout):
                await self._connect(origin, factory)
        except TimeoutError:
            raise UpstreamError(Failure.CONNECT_TIMEOUT, f"no connection within {self._timeout} s") from None
        except socket.gaierror as error:
            raise UpstreamError(Failure.UNRESOLVABLE, f"{origin.host}: {error.strerror or error}") from None
        except (ssl.SSLError, ssl.CertificateError) as error:
            raise UpstreamError(Failure.TLS, str(error)) from None
        except OSError as error:
            raise UpstreamError(Failure.REFUSED, str(error)) from None
        except ValueError as error:
            raise UpstreamError(Failure.UNRESOLVABLE, f"{origin.host}: {error}") from None

    async def _connect(self, origin: Origin, factory: Callable[[], asyncio.Protocol]) -> None:
        loop = asyncio.get_running_loop()
        context = self._context(origin) if origin.scheme == "https" else None
        server_name = origin.host if context is not None else None
        handshake = self._timeout if context is not None else None
        if origin.unix is not None:
            await loop.create_unix_connection(
                factory, origin.unix, ssl=context, server_hostname=server_name, ssl_handshake_timeout=handshake
            )
            return
        host, port = (origin.host, origin.port) if origin.via is None else origin.via
        addresses = await self._resolver.addresses(host)
        for last, address in enumerate(addresses, 1 - len(addresses)):
            try:
                await loop.create_connection(
                    factory,
                    address,
                    port,
                    ssl=context,
                    server_hostname=server_name,
                    ssl_handshake_timeout=handshake,
                )
            except ssl.SSLError:
                raise
            except OSError:
                if last == 0:
                    raise
            else:
                return

    def _context(self, origin: Origin) -> ssl.SSLContext:
        key = (origin.verify, origin.identity)
        context = self._contexts.get(key)
        if context is None:
            if len(self._contexts) >= _MOST_CONTEXTS:
                self._contexts.clear()
            context = self._contexts[key] = self._make(*key)
        return context

    def _make(self, verify: bool, identity: Identity | None) -> ssl.SSLContext:
        if not verify:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        elif self._trust is None:
            context = ssl.create_default_context()
        elif identity is None:
            return self._trust
        else:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            for authority in self._trust.get_ca_certs(binary_form=True):
                context.load_verify_locations(cadata=authority)
        context.set_alpn_protocols(["http/1.1"])
        if identity is not None:
            _show(context, identity)
        return context


def _show(context: ssl.SSLContext, identity: Identity) -> None:
    """OpenSSL takes certificates from files only: one that nobody else can read, for this moment."""
    with tempfile.NamedTemporaryFile("w", prefix="gatewright-") as file:
        file.write(f"{identity.certificate}\n{identity.key}\n")
        file.flush()
        context.load_cert_chain(file.name)
