"""Every setting: a type, a default and a line of documentation each. See the package for where new ones go."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_origin

import msgspec
from msgspec import Meta


class SettingsError(Exception):
    """A setting that cannot be used; the message says which and how to go on."""


def _doc(text: str, **constraints: Any) -> Meta:
    return Meta(description=text, **constraints)


Port = Annotated[int, Meta(ge=0, le=65535)]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one node of Gatewright runs."""

    profile: Annotated[
        Literal["local", "production"],
        _doc("local: any credentials, companions on, loopback only. production: SigV4 enforced, nothing implicit."),
    ] = "local"
    host: Annotated[str, _doc("Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, _doc("Port of the APIs (and, in the local profile, of everything else).", ge=0, le=65535)] = (
        4566
    )
    data_dir: Annotated[str, _doc("Folder of the database, programs, functions and logs.")] = ".gatewright"
    database_url: Annotated[
        str | None,
        _doc(
            "PostgreSQL database that holds the documents instead of a file in data_dir, for many nodes: "
            "postgresql://user:password@host/database."
        ),
    ] = None
    state: Annotated[
        str,
        _doc(
            "Where token buckets and cached answers are: in each worker (memory), in the machine's shared store "
            "(machine), or (auto) in the latter as soon as there are several workers; quotas are in the machine's "
            "store then. For many nodes Valkey or Redis has all of them: redis://, rediss:// (TLS) or unix://, like "
            "redis://user:password@host:6379/0.",
            pattern=r"^(auto|memory|machine|(redis|rediss|unix)://\S+)$",
        ),
    ] = "auto"
    account_rate_limit: Annotated[
        float | None,
        _doc("Requests a second of all APIs of an account in a Region together; when absent, nothing limits them."),
    ] = None
    account_burst_limit: Annotated[
        int | None,
        _doc("Requests at once under account_rate_limit; when absent, half a second's, as AWS has it."),
    ] = None
    rate_limit_headers: Annotated[
        bool,
        _doc(
            "Tell clients with an API key of their limits, as AWS does not: X-RateLimit-Limit, -Remaining and -Reset "
            "of their quota. Tell every client that is refused for calling too often when to come again: Retry-After."
        ),
    ] = False
    cache_per_caller: Annotated[
        bool,
        _doc(
            "Keep cached answers of methods with an authorizer apart by caller. AWS does not: whoever may call gets "
            "what was answered to others."
        ),
    ] = False
    cache_one_call: Annotated[
        bool, _doc("Of equal requests at once that find nothing in the cache, one calls the backend; the others wait.")
    ] = False
    workers: Annotated[int, _doc("Edge worker processes.", ge=1, le=256)] = 1
    control_host: Annotated[str, _doc("production: address of the control plane's own port.")] = "127.0.0.1"
    control_port: Annotated[int, _doc("production: port of the control plane.", ge=0, le=65535)] = 4567
    trusted_hosts: Annotated[
        str,
        _doc(
            "local: more names of this machine, comma-separated, each with what is below it: requests that are no API "
            "calls may name them in Host, and pages on them may send such.",
            pattern=r"^[A-Za-z0-9._ ,-]*$",
        ),
    ] = ""
    tls_certificate: Annotated[str | None, _doc("PEM file with the server's certificate chain; turns TLS on.")] = None
    tls_key: Annotated[str | None, _doc("PEM file with the certificate's private key.")] = None
    tls_port: Annotated[
        int | None,
        _doc(
            "local: port for TLS beside the plain one. Clients get the certificate of the domain name that they ask "
            "for, else tls_certificate, if there is one."
        ),
    ] = None
    account_id: Annotated[str, _doc("Account of callers whose access key names none.", pattern=r"^\d{12}$")] = (
        "123456789012"
    )
    region: Annotated[
        str, _doc("Region of callers whose credentials name none.", pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")
    ] = "us-east-1"
    access_key_id: Annotated[str | None, _doc("production: access key id of the account's administrator.")] = None
    secret_access_key: Annotated[str | None, _doc("production: secret of that key.")] = None
    credentials_key: Annotated[
        str | None,
        _doc(
            "File with the key that opens the secrets of `gatewright credentials`; when absent, credentials.key in "
            "data_dir, made on first use."
        ),
    ] = None
    prices: Annotated[
        str | None,
        _doc("TOML file with prices that stand before AWS's public ones in what `gatewright cost` reckons."),
    ] = None
    limits: Annotated[Literal["aws", "own"], _doc("aws: AWS's quotas. own: those below count instead.")] = "aws"
    payload_limit: Annotated[int, _doc("limits=own: largest request or response body, bytes.", ge=1)] = 10 * 1024 * 1024
    timeout_limit: Annotated[int, _doc("limits=own: largest integration timeout, milliseconds.", ge=50)] = 29_000
    websocket_frame_limit: Annotated[
        int, _doc("limits=own: largest frame of a WebSocket message, either way, bytes.", ge=125, le=2**28)
    ] = 32 * 1024
    websocket_message_limit: Annotated[
        int, _doc("limits=own: largest WebSocket message, bytes; of @connections, too.", ge=125, le=2**28)
    ] = 128 * 1024
    websocket_idle_timeout: Annotated[
        float,
        _doc(
            "Seconds after which a WebSocket connection without messages is closed; more than AWS's 600 with "
            "limits=own.",
            ge=1,
            le=2_592_000,
        ),
    ] = 600.0
    websocket_duration: Annotated[
        float,
        _doc(
            "Seconds after which a WebSocket connection is closed in any case; more than AWS's 7200 with limits=own.",
            ge=1,
            le=2_592_000,
        ),
    ] = 7200.0
    websocket_messages: Annotated[
        Literal["aws", "any"],
        _doc(
            "aws: a binary WebSocket message closes its connection, an empty answer is not sent. any: integrations get "
            "binary messages, too, and what answers one is binary; empty answers are sent."
        ),
    ] = "aws"
    max_connections: Annotated[
        int,
        _doc("Most client connections of one worker; also at most half of the files that a process may open.", ge=1),
    ] = 10_000
    max_buffered: Annotated[
        int,
        _doc(
            "Most bytes of request bodies, and of WebSocket messages, that one worker holds; more are refused.",
            ge=1,
        ),
    ] = 512 * 1024 * 1024
    idle_timeout: Annotated[float, _doc("Seconds a connection may stay silent between requests.", gt=0)] = 310.0
    header_timeout: Annotated[float, _doc("Seconds a client may take to send a request's head.", gt=0)] = 30.0
    body_timeout: Annotated[float, _doc("Seconds a client may pause while it sends a body.", gt=0)] = 60.0
    connect_timeout: Annotated[float, _doc("Seconds to connect to a backend.", gt=0)] = 5.0
    upstream_connections: Annotated[int, _doc("Most connections of one worker to one backend.", ge=1)] = 1024
    drain_timeout: Annotated[float, _doc("Seconds to finish what is in flight after TERM.", ge=0)] = 30.0
    companions: Annotated[bool, _doc("local: serve other AWS services from moto on the same port.")] = True
    aws_endpoint_url: Annotated[
        str | None, _doc("Endpoint of other AWS services (also AWS_ENDPOINT_URL); set, no companions are started.")
    ] = None
    aws_endpoint_urls: Annotated[
        dict[str, str],
        _doc("Endpoint per service (also AWS_ENDPOINT_URL_<SERVICE>); lambda: where integrations invoke functions."),
    ] = msgspec.field(default_factory=dict)
    domain_aliases: Annotated[
        dict[str, str],
        _doc("Host names that stand for a stage of an API, without the stage in the path: name → api/stage."),
    ] = msgspec.field(default_factory=dict)
    domain_certificates: Annotated[
        dict[str, str],
        _doc(
            "Certificates for domain names besides tls_certificate: name (or *.name) → PEM file with chain and private "
            "key."
        ),
    ] = msgspec.field(default_factory=dict)
    truststore_files: Annotated[
        dict[str, str],
        _doc("Truststores that are not fetched from S3: truststoreUri of a domain name → PEM file."),
    ] = msgspec.field(default_factory=dict)
    vpc_link_targets: Annotated[
        dict[str, str],
        _doc("Where VPC links lead: ARN of a link's target, or the link's id → [http(s)://]host[:port]."),
    ] = msgspec.field(default_factory=dict)
    trusted_proxies: Annotated[
        str,
        _doc(
            "CIDR blocks, comma-separated, of proxies in front of this node: their X-Forwarded-For says who the client "
            "is ($context.identity.sourceIp, aws:SourceIp)."
        ),
    ] = ""
    vpc_endpoint_peers: Annotated[
        str,
        _doc(
            "CIDR blocks, comma-separated, of those whose requests may come through a VPC endpoint, as host name or "
            "x-amzn-vpce-id says (private APIs). Default: local, this machine; production, nobody."
        ),
    ] = ""
    vpc_endpoints: Annotated[
        dict[str, str],
        _doc("The VPC of each VPC endpoint, for aws:SourceVpc in policies: endpoint's id → VPC's id."),
    ] = msgspec.field(default_factory=dict)
    issuer_urls: Annotated[
        dict[str, str],
        _doc(
            "Where the documents of an issuer of tokens are found, if not at the issuer itself: issuer → base URL. "
            "Plain http only over a network that you trust: whoever changes what comes back signs tokens."
        ),
    ] = msgspec.field(default_factory=dict)
    lambda_permissions: Annotated[
        bool,
        _doc(
            "Require a function's resource policy to let API Gateway invoke it. Off: for development, with a warning."
        ),
    ] = True
    function_processes: Annotated[int, _doc("Most processes of one function at once.", ge=1)] = 50
    function_idle: Annotated[float, _doc("Seconds after which an idle function process ends.", gt=0)] = 300.0
    node: Annotated[str, _doc("Node.js program that runs nodejs functions.")] = "node"
    access_log: Annotated[
        str,
        _doc(
            "Where access logs go: aws, to the log group or Firehose stream that a stage names; stdout; or the path of "
            "a file or named pipe."
        ),
    ] = "aws"
    log_files: Annotated[
        bool,
        _doc(
            "Write the logs of APIs to files in data_dir/logs as well, where `gatewright logs` reads them; access logs "
            "with access_log=aws only."
        ),
    ] = True
    log_file_size: Annotated[
        int, _doc("Bytes at which a file of an API's log makes room for a new one; 0: never.", ge=0)
    ] = 64 * 1024 * 1024
    log_file_count: Annotated[int, _doc("Old files of each log that are kept.", ge=0, le=1000)] = 3
    log_buffer: Annotated[
        int,
        _doc(
            "Most bytes of log lines that wait in one worker; what finds no room is dropped and counted.",
            ge=64 * 1024,
        ),
    ] = 16 * 1024 * 1024
    metrics: Annotated[
        bool, _doc("Count requests, messages and times. Off: there are no metrics, and nothing is known of costs.")
    ] = True
    metrics_retention: Annotated[
        int, _doc("Days for which metrics are kept by the minute. What was used by the day is kept for ever.", ge=1)
    ] = 15
    otlp_endpoint: Annotated[
        str | None,
        _doc(
            "OTLP/HTTP receiver of OpenTelemetry for the spans of traced requests and for metrics, like "
            "http://localhost:4318. Needs the extra gatewright[otlp]."
        ),
    ] = None
    otlp_headers: Annotated[
        dict[str, str], _doc("Headers of requests to otlp_endpoint, such as an API key: name → value.")
    ] = msgspec.field(default_factory=dict)
    otlp_interval: Annotated[float, _doc("Seconds between exports of metrics to otlp_endpoint.", ge=1)] = 60.0
    explain: Annotated[
        int | None,
        _doc(
            "How many requests each worker keeps for `gatewright explain`; 0: none. When absent, 1000 in the local "
            "profile, none in production."
        ),
    ] = None
    log_level: Annotated[Literal["debug", "info", "warning", "error"], _doc("Least severity that is logged.")] = "info"

    @property
    def local(self) -> bool:
        return self.profile == "local"

    @property
    def state_url(self) -> str | None:
        """Where many nodes share their state; None: they do not."""
        return self.state if "://" in self.state else None

    @property
    def shares(self) -> bool:
        """Whether workers share buckets and caches."""
        return self.state == "machine" or (self.state == "auto" and self.workers > 1)

    @property
    def account_throttle(self) -> tuple[float, int] | None:
        """Tokens a second, and how many at once, of an account in a Region; None: nothing limits it."""
        rate, burst = self.account_rate_limit, self.account_burst_limit
        if rate is None:
            return None
        return rate, math.ceil(rate / 2) if burst is None else burst

    @property
    def explained(self) -> int:
        """How many requests each worker keeps."""
        return (1000 if self.local else 0) if self.explain is None else self.explain

    @property
    def trusted(self) -> tuple[str, ...]:
        """The names in trusted_hosts."""
        return tuple(name.strip(" .").lower() for name in self.trusted_hosts.split(",") if name.strip(" ."))

    @property
    def proxies(self) -> tuple[str, ...]:
        """The blocks in trusted_proxies."""
        return blocks(self.trusted_proxies)

    @property
    def endpoint_peers(self) -> tuple[str, ...]:
        """The blocks in vpc_endpoint_peers, or their default."""
        return blocks(self.vpc_endpoint_peers) or (("127.0.0.0/8", "::1/128") if self.local else ())

    @property
    def tls(self) -> bool:
        """Whether the ports speak TLS; with `tls_port` that one alone does."""
        return self.tls_certificate is not None and self.tls_port is None

    @property
    def max_payload(self) -> int:
        """Largest request or buffered response body of an API, bytes (AWS: 10 MB)."""
        return self.payload_limit if self.limits == "own" else 10 * 1024 * 1024

    @property
    def max_timeout(self) -> int:
        """Largest timeoutInMillis of an integration (AWS: 29 s)."""
        return self.timeout_limit if self.limits == "own" else 29_000

    @property
    def aliases(self) -> dict[str, tuple[str, str]]:
        """`domain_aliases` as host name → (API, stage)."""
        return {name.lower(): (to.partition("/")[0], to.partition("/")[2]) for name, to in self.domain_aliases.items()}

    @property
    def data(self) -> Path:
        return Path(self.data_dir).absolute()

    @property
    def credentials_file(self) -> Path:
        """The file of the key to the credentials' secrets."""
        return self.data / "credentials.key" if self.credentials_key is None else Path(self.credentials_key).absolute()


def describe() -> Iterator[tuple[str, Any, Any, str]]:
    """(name, type, default, documentation) of every setting, in order."""
    for item in msgspec.structs.fields(Settings):
        meta = next(m for m in item.type.__metadata__ if isinstance(m, Meta))
        default = item.default if item.default is not msgspec.NODEFAULT else item.default_factory()
        yield item.name, item.type.__origin__, default, meta.description or ""


def blocks(text: str) -> tuple[str, ...]:
    """The items of a list with commas."""
    return tuple(block.strip() for block in text.split(",") if block.strip())


# Settings that are tables of names.
TABLES = frozenset(name for name, kind, *_ in describe() if get_origin(kind) is dict)
