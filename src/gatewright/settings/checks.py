"""What one setting alone cannot say of itself: combinations, files that must be there, forms of addresses.

Every check raises SettingsError, whose message names the setting and how to go on.
"""

from __future__ import annotations

import importlib.util
import ipaddress
import os
import re
from urllib.parse import urlsplit

from gatewright.settings.model import Settings, SettingsError, blocks

_HOST_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
_ADDRESS = re.compile(r"(?:https?://)?(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[1-9]\d{0,4})?/?")
_ENDPOINT, _VPC = re.compile(r"vpce-[0-9a-z]+"), re.compile(r"vpc-[0-9a-z]+")
_API_STAGE = re.compile(r"[a-z0-9]+/(?:[A-Za-z0-9_-]{1,128}|\$default)")

MOST_EXPLAINED = 1_000_000


def check(settings: Settings) -> None:
    """Refuse combinations that could not work or would open what must stay closed. Raises SettingsError."""
    _check_tls(settings)
    _check_places(settings)
    _check_networks(settings)
    _check_database(settings.database_url)
    _check_state(settings.state_url)
    _check_access_log(settings.access_log)
    _check_otlp(settings.otlp_endpoint)
    if not 0 <= settings.explained <= MOST_EXPLAINED:
        raise SettingsError(f"explain {settings.explained} is not between 0 and {MOST_EXPLAINED} requests")
    if settings.state == "memory" and settings.workers > 1:
        raise SettingsError("state=memory is for one worker: several would each have limits and caches of their own")
    _check_account_limits(settings.account_rate_limit, settings.account_burst_limit)
    if settings.limits == "aws":
        _check_aws_limits(settings)
    if settings.local and not loopback(settings.host):
        raise SettingsError(
            f"host {settings.host} is not a loopback address, and the local profile accepts any credentials. "
            "Listen on 127.0.0.1, or use --profile production with access_key_id and secret_access_key set."
        )
    if not settings.local:
        if not (settings.access_key_id and settings.secret_access_key):
            raise SettingsError(
                "the production profile enforces signatures: "
                "set GATEWRIGHT_ACCESS_KEY_ID and GATEWRIGHT_SECRET_ACCESS_KEY"
            )
        if settings.port == settings.control_port and settings.port:
            raise SettingsError("port and control_port must differ: the public port serves nothing but APIs")


def _check_tls(settings: Settings) -> None:
    """The files and ports of TLS."""
    if (settings.tls_certificate is None) != (settings.tls_key is None):
        raise SettingsError("tls_certificate and tls_key go together: set both or neither")
    for name in ("tls_certificate", "tls_key", "credentials_key"):
        path = getattr(settings, name)
        if path is not None and not os.access(path, os.R_OK):
            raise SettingsError(f"{name}: cannot read {path}")
    for name, path in settings.domain_certificates.items():
        if not _HOST_NAME.fullmatch(name.removeprefix("*.")) or not os.access(path, os.R_OK):
            raise SettingsError(f"domain_certificates: {name}={path} does not name a host and a file that can be read")
    for uri, path in settings.truststore_files.items():
        if not uri.startswith("s3://") or not os.access(path, os.R_OK):
            raise SettingsError(f"truststore_files: {uri}={path} is no s3:// URI and a file that can be read")
    if settings.tls_port is not None and not settings.local:
        raise SettingsError(
            "tls_port is for the local profile; in production tls_certificate and tls_key turn TLS on for both ports"
        )
    if settings.tls_port is not None and not 0 <= settings.tls_port <= 65535:
        raise SettingsError(f"tls_port {settings.tls_port} is no port: expected 0 to 65535")
    if settings.tls_port and settings.tls_port == settings.port:
        raise SettingsError("port and tls_port must differ: tls_port is beside the plain one")
    if settings.domain_certificates and settings.tls_certificate is None and settings.tls_port is None:
        raise SettingsError(
            "domain_certificates need tls_certificate and tls_key, for clients that ask for no such name, or tls_port"
        )


def _check_otlp(endpoint: str | None) -> None:
    if endpoint is None:
        return
    parts = urlsplit(endpoint)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"otlp_endpoint {endpoint} is no http or https URL, like http://localhost:4318")
    if importlib.util.find_spec("opentelemetry") is None:
        raise SettingsError("otlp_endpoint needs OpenTelemetry: pip install 'gatewright[otlp]'")


def _check_aws_limits(settings: Settings) -> None:
    """Nobody asks for figures that do not count: what may differ from AWS's is what clients cannot tell from it."""
    aws = Settings()
    for name in ("payload_limit", "timeout_limit", "websocket_frame_limit", "websocket_message_limit"):
        if getattr(settings, name) != getattr(aws, name):
            raise SettingsError(f"{name} counts only with limits=own; with limits=aws AWS's figure holds")
    for name in ("websocket_idle_timeout", "websocket_duration"):
        if getattr(settings, name) > getattr(aws, name):
            raise SettingsError(f"{name} can be longer than AWS's with limits=own only")


def _check_account_limits(rate: float | None, burst: int | None) -> None:
    if burst is not None and rate is None:
        raise SettingsError("account_burst_limit needs account_rate_limit: set both, or the rate alone")
    if rate is not None and not 0 <= rate <= 1e9:
        raise SettingsError(f"account_rate_limit {rate} is not between 0 and 1000000000 requests a second")
    if burst is not None and not 0 <= burst < 2**31:
        raise SettingsError(f"account_burst_limit {burst} is not between 0 and 2147483647 requests")


def _check_database(url: str | None) -> None:
    if url is None:
        return
    if not url.startswith(("postgresql://", "postgres://")):
        raise SettingsError("database_url is not of the form postgresql://user:password@host/database")
    if importlib.util.find_spec("psycopg") is None:
        raise SettingsError("database_url needs PostgreSQL's driver: pip install 'gatewright[cluster]'")


def _check_state(url: str | None) -> None:
    if url is None:
        return
    parts = urlsplit(url)
    try:
        if not (parts.path if parts.scheme == "unix" else parts.hostname and (parts.port or 6379)):
            raise ValueError
    except ValueError:
        raise SettingsError(
            "state is not of the form redis://user:password@host:6379/0 or unix:///path/of/the.sock"
        ) from None
    if importlib.util.find_spec("redis") is None:
        raise SettingsError("state needs the client of Valkey and Redis: pip install 'gatewright[cluster]'")


def _check_access_log(place: str) -> None:
    folder = os.path.dirname(os.path.abspath(place))
    if place not in ("aws", "stdout") and (not place or os.path.isdir(place) or not os.access(folder, os.W_OK)):
        raise SettingsError(f"access_log {place} is neither aws nor stdout nor a file that could be written")


def _check_places(settings: Settings) -> None:
    """The endpoints, host names and addresses that settings give."""
    for url in (settings.aws_endpoint_url, *settings.aws_endpoint_urls.values()):
        if url is not None and not _is_http(url):
            raise SettingsError(f"{url} is no endpoint: it must be an http or https URL")
    for name, to in settings.domain_aliases.items():
        if not _HOST_NAME.fullmatch(name) or not _API_STAGE.fullmatch(to):
            raise SettingsError(f"domain_aliases: {name}={to} is not of the form host.name=api/stage")
    for name, url in settings.issuer_urls.items():
        if not _is_http(name) or not _is_http(url) or set(url) & set("?#@\\ "):
            raise SettingsError(f"issuer_urls: {name}={url} does not lead from an issuer's URL to an http or https URL")
    for name, address in settings.vpc_link_targets.items():
        if not _ADDRESS.fullmatch(address):
            raise SettingsError(
                f"vpc_link_targets: {name}={address} does not end in an address like http://10.0.0.5:8080"
            )


def _check_networks(settings: Settings) -> None:
    for name in ("trusted_proxies", "vpc_endpoint_peers"):
        for block in blocks(getattr(settings, name)):
            try:
                ipaddress.ip_network(block)
            except ValueError as error:
                raise SettingsError(f"{name}: {error}; write blocks like 10.0.0.0/8 or 2001:db8::/32") from None
    for endpoint, vpc in settings.vpc_endpoints.items():
        if not _ENDPOINT.fullmatch(endpoint) or not _VPC.fullmatch(vpc):
            raise SettingsError(f"vpc_endpoints: {endpoint}={vpc} is not of the form vpce-1a2b=vpc-3c4d")


def _is_http(text: str) -> bool:
    try:
        url = urlsplit(text)
        return url.scheme in ("http", "https") and bool(url.hostname) and (url.port is None or url.port > 0)
    except ValueError:
        return False


def loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
