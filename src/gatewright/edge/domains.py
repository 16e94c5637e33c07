"""Host names that stand for stages: domain names of the control plane, and the aliases of the settings.

A path of such a name leads to the stage that the longest base path in front of it is mapped to; base paths end where a
part of the path ends ("/v1" is in front of "/v1" and "/v1/x", not of "/v10"). A mapping without a stage takes the next
part of the path for one. What no mapping covers names no API, and is answered like one that does not exist: 403.
AWS: "Use API mappings to connect API stages to a custom domain name for REST APIs".

Routing rules, where a name has them, are asked before its mappings, in their order (see `routing_rules`).

A private name answers only what comes through a VPC endpoint that is associated with it (`endpoints` says who is
believed), and what its policy allows (see `private_domains`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gatewright.catalog.tls_policies import DEFAULT
from gatewright.edge.endpoints import NOBODY, VpcEndpoints
from gatewright.edge.private_domains import Gate
from gatewright.edge.routing_rules import Rule
from gatewright.edge.target import Door, Target
from gatewright.net.base import Request, TlsName

# Base path with its leading slash (b"" covers everything) → API, and the stage if the mapping names one.
Mappings = Mapping[bytes, "tuple[str, str | None]"]

_REMEMBERED: Final = 1024  # targets per name
_REMEMBERED_BELOW: Final = 16  # per name below a wildcard, of which there may be many
_LONGEST: Final = 256  # bytes; longer paths are not remembered
_NOWHERE: Final = b"/"


class MappedHost:
    """What one host name leads to.

    `gate`: whom a private name answers to; None for a public one; `entrance`: who may say that a request came through
    an endpoint. `wildcard` names ("*.example.com") are asked by the name that the client used: see `called`.
    """

    __slots__ = ("_depth", "_door", "_entrance", "_gate", "_known", "_mappings", "_most", "_rules", "name")

    def __init__(
        self,
        name: str,
        mappings: Mappings,
        gate: Gate | None = None,
        door: Door = Door.DOMAIN,
        rules: tuple[Rule, ...] = (),
        entrance: VpcEndpoints = NOBODY,
    ) -> None:
        self.name = name
        self._mappings = mappings
        self._gate = gate
        self._entrance = entrance
        self._rules = rules
        self._door = door if gate is None else Door.PRIVATE_DOMAIN
        self._depth = max((base.count(b"/") for base in mappings), default=0)
        self._known: dict[bytes, Target] = {}
        self._most = _REMEMBERED

    def called(self, name: str) -> MappedHost:
        """The same mappings under the name that a client used for a wildcard."""
        host = MappedHost(name, self._mappings, self._gate, self._door, self._rules, self._entrance)
        host._most = _REMEMBERED_BELOW
        return host

    def target(self, request: Request) -> Target:
        """The API call that a request under this name makes, in AWS's own form."""
        path = request.path
        if self._gate is not None:
            return self._through(self._gate, request)
        if self._rules:
            ruled = self._ruled(request, None)
            if ruled is not None:
                return ruled
        known = self._known.get(path)
        if known is None:
            known = self._find(path, None)
            if len(path) <= _LONGEST:
                if len(self._known) >= self._most:
                    self._known.clear()
                self._known[path] = known
        return known

    def _through(self, gate: Gate, request: Request) -> Target:
        """The API call of a request under a private name."""
        entrance = self._entrance
        endpoint = entrance.said(request)
        if endpoint is None or endpoint not in gate.endpoints or not entrance.believes(request):
            return self._nowhere()
        target = self._ruled(request, endpoint) or self._find(request.path, endpoint)
        return target if gate.lets(request, target, entrance.now) else self._nowhere()

    def _ruled(self, request: Request, endpoint: str | None) -> Target | None:
        """Where the first rule that fits leads; None when none does."""
        whole = b"/" + request.path.lstrip(b"/")
        for rule in self._rules:
            if rule.fits(request, whole):
                base = rule.taken
                path = b"/" + rule.stage.encode() + whole[len(base) :]
                return Target(
                    rule.api_id,
                    path,
                    domain=self.name,
                    vpce_id=endpoint,
                    vpc_id=self._entrance.vpc(endpoint),
                    door=self._door,
                    domain_arn=None if self._gate is None else self._gate.arn,
                    base=base,
                )
        return None

    def _find(self, path: bytes, endpoint: str | None) -> Target:
        whole = b"/" + path.lstrip(b"/")
        base = self._base(whole)
        if base is None:
            return self._nowhere()
        api_id, stage = self._mappings[base]
        rest = whole[len(base) :]
        return Target(
            api_id,
            (rest or _NOWHERE) if stage is None else b"/" + stage.encode() + rest,
            domain=self.name,
            vpce_id=endpoint,
            vpc_id=self._entrance.vpc(endpoint),
            door=self._door,
            domain_arn=None if self._gate is None else self._gate.arn,
            base=base,
        )

    def _base(self, path: bytes) -> bytes | None:
        """The longest base path in front of a path."""
        ends = [len(path)]
        end = 0
        for _ in range(self._depth + 1):
            end = path.find(b"/", end + 1)
            if end < 0:
                break
            ends.append(end)
        for end in sorted(ends, reverse=True):
            if path[:end] in self._mappings:
                return path[:end]
        return b"" if b"" in self._mappings else None

    def _nowhere(self) -> Target:
        return Target("", _NOWHERE, domain=self.name, door=self._door, base=b"")


class GuardedHost(MappedHost):
    """A name with mutual TLS: it answers only clients that have authenticated in a handshake for this very name.

    Those come on connections of their own (`net.base.MUTUAL`), for which `admitted` is asked instead of `target`.
    """

    __slots__ = ()

    def called(self, name: str) -> MappedHost:
        """See `MappedHost.called`."""
        host = GuardedHost(name, self._mappings, self._gate, self._door, self._rules, self._entrance)
        host._most = _REMEMBERED_BELOW
        return host

    def target(self, request: Request) -> Target:
        """See `MappedHost.target`."""
        return self._nowhere()

    def admitted(self, request: Request) -> Target | None:
        """The API call of such a client; None for everybody else."""
        secured = request.secured
        if secured is None or secured.name != self.name or not secured.holds():
            return None
        return MappedHost.target(self, request)


class StrictHost(MappedHost):
    """A name with the endpoint access mode STRICT: Host must be what the client asked for in its TLS handshake."""

    __slots__ = ()

    def called(self, name: str) -> MappedHost:
        """See `MappedHost.called`."""
        host = StrictHost(name, self._mappings, self._gate, self._door, self._rules, self._entrance)
        host._most = _REMEMBERED_BELOW
        return host

    def target(self, request: Request) -> Target:
        """See `MappedHost.target`."""
        secured = request.secured
        if secured is None or secured.name != self.name:
            return self._nowhere()
        return MappedHost.target(self, request)


class Domain:
    """A domain name as control has published it.

    `regional`: AWS's own name for it; `gate`: of a private one; `portal`: it is a portal's;
    `tls`: how TLS is spoken under it, when not as anywhere; `strict`: see `StrictHost`.
    """

    __slots__ = ("gate", "mappings", "name", "portal", "regional", "rules", "strict", "tls")

    def __init__(
        self,
        name: str,
        regional: str | None,
        mappings: Mappings,
        gate: Gate | None,
        rules: tuple[Rule, ...] = (),
        portal: bool = False,
        tls: TlsName | None = None,
        strict: bool = False,
    ) -> None:
        self.name = name
        self.regional = regional
        self.mappings = mappings
        self.gate = gate
        self.rules = rules
        self.portal = portal
        self.tls = tls
        self.strict = strict

    def spoken(self) -> TlsName:
        """How TLS is spoken under the name. A name that is not told would be one below a wildcard."""
        return self.tls or TlsName(self.name, DEFAULT.name)

    def host(self, entrance: VpcEndpoints = NOBODY) -> MappedHost:
        """The name as requests are asked for it. `entrance`: who may say that a request came through an endpoint."""
        if self.tls is not None and self.tls.mutual:
            return GuardedHost(self.name, self.mappings, self.gate, rules=self.rules, entrance=entrance)
        if self.strict:
            return StrictHost(self.name, self.mappings, self.gate, rules=self.rules, entrance=entrance)
        return MappedHost(self.name, self.mappings, self.gate, rules=self.rules, entrance=entrance)
