"""Opening a connection to an origin: name, address, TLS; every failure as an `UpstreamError`."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable

from gatewright.net.base import Failure, Origin, UpstreamError
from gatewright.net.upstream.resolve import Resolver


class Dialer:
    """Opens connections for a client. `trust` replaces the system's trusted certificates."""

    def __init__(self, connect_timeout: float, trust: ssl.SSLContext | None = None) -> None:
        self._timeout = connect_timeout
        self._resolver = Resolver()
        self._verifying = trust
        self._trusting: ssl.SSLContext | None = None

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
        addresses = await self._resolver.addresses(origin.host)
        for last, address in enumerate(addresses, 1 - len(addresses)):
            try:
                await loop.create_connection(
                    factory,
                    address,
                    origin.port,
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
        if origin.verify:
            if self._verifying is None:
                self._verifying = ssl.create_default_context()
                self._verifying.set_alpn_protocols(["http/1.1"])
            return self._verifying
        if self._trusting is None:
            self._trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self._trusting.check_hostname = False
            self._trusting.verify_mode = ssl.CERT_NONE
            self._trusting.set_alpn_protocols(["http/1.1"])
        return self._trusting
