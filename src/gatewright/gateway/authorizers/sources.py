"""Identity sources: the parts of a request that say who calls. Their values are what results are kept by.

AWS: "Configure a Lambda authorizer for API Gateway". A header or parameter may come several times; then all its values
count, in order: were it only one of them, a function that reads another one could be made to give its answer about
the caller to somebody else. For the same reason headers that the gateway adds or completes count as the function sees
them, and where events keep the client's spelling of a header's name (REST APIs), the spelling counts, too: a function
that looks for X-Tenant has not seen x-tenant. Text that is no UTF-8 counts as missing. unverified: all four.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gatewright.gateway.exchange import Exchange
from gatewright.gateway.integrations.event import TITLE_CASE
from gatewright.gateway.integrations.http_proxy import forwarded_port
from gatewright.program.authorizers import IdentitySource

# The values of all sources in the order of declaration; a tuple where a header or parameter came several times.
Value = str | tuple[str, ...]
Identity = tuple[Value, ...]
# Gives None where one of the values is missing or empty.
Collect = Callable[[Exchange], Identity | None]
# `$context.<name>` as text.
ContextValue = Callable[[Exchange, str], str | None]
_Read = Callable[[Exchange], Value | None]


def collector(
    sources: Sequence[IdentitySource], variables: Mapping[str, str], context: ContextValue, *, spelled: bool = False
) -> Collect:
    """What reads these sources from a request. `variables`: of the stage.

    `spelled`: a header's value is a tuple, in which each value follows its name as it was sent.
    """
    readers = tuple(_reader(source, variables, context, spelled) for source in sources)
    if len(readers) == 1:
        return _only(readers[0])

    def collect(exchange: Exchange) -> Identity | None:
        values: list[Value] = []
        for read in readers:
            value = read(exchange)
            if not value:
                return None
            values.append(value)
        return tuple(values)

    return collect


def _only(read: _Read) -> Collect:
    def collect(exchange: Exchange) -> Identity | None:
        value = read(exchange)
        return (value,) if value else None

    return collect


def _reader(source: IdentitySource, variables: Mapping[str, str], context: ContextValue, spelled: bool) -> _Read:
    name = source.name
    if source.location == "header":
        added = ADDED.get(name)
        if added is not None:
            return added
        wanted = name.encode()
        if spelled and wanted not in TITLE_CASE:
            return lambda exchange: _spelled_value(exchange, wanted)
        return lambda exchange: header_value(exchange, wanted)
    if source.location == "querystring":
        return lambda exchange: _query_value(exchange, name)
    if source.location == "stage":
        variable = variables.get(name)
        return lambda exchange: variable
    return lambda exchange: context(exchange, name)


def _forwarded_for(exchange: Exchange) -> str:
    request = exchange.request
    passed = [value.decode("utf-8", "replace") for name, value in request.headers if name.lower() == b"x-forwarded-for"]
    return ", ".join([*passed, request.peer])


# Headers as events have them, whatever the client has sent.
ADDED: Mapping[str, _Read] = {
    "x-amzn-trace-id": lambda exchange: exchange.trace.decode("utf-8", "replace"),
    "x-forwarded-for": _forwarded_for,
    "x-forwarded-port": lambda exchange: forwarded_port(exchange.request.host, exchange.request.scheme).decode(),
    "x-forwarded-proto": lambda exchange: exchange.request.scheme,
}


def header_value(exchange: Exchange, wanted: bytes) -> Value | None:
    """The value of the header with this lower-case name, without the blanks around it; several as a tuple.

    None when there is none, when one of them is empty, or is no UTF-8.
    """
    first = exchange.header(wanted)
    if not first:
        return None
    length = len(wanted)
    values = [value for name, value in exchange.request.headers if len(name) == length and name.lower() == wanted]
    try:
        if len(values) == 1:
            return values[0].decode()
        return tuple(value.decode() for value in values) if all(values) else None
    except UnicodeDecodeError:
        return None


def _spelled_value(exchange: Exchange, wanted: bytes) -> Value | None:
    value = header_value(exchange, wanted)
    if value is None:
        return None
    values = iter((value,) if isinstance(value, str) else value)
    length = len(wanted)
    pairs: list[str] = []
    for name, _ in exchange.request.headers:
        if len(name) == length and name.lower() == wanted:
            pairs.append(name.decode("ascii"))
            pairs.append(next(values))
    return tuple(pairs)


def _query_value(exchange: Exchange, wanted: str) -> Value | None:
    values = [value for name, value in exchange.query if name == wanted]
    if not values or not all(values):
        return None
    return values[0] if len(values) == 1 else tuple(values)
