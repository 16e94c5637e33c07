"""OData behind a REST API: a real client (pyodata) against a small service, and the targets that OData clients send.

A backend must see the path and query that the client wrote: `$` in names, parentheses, quotes and commas in path parts,
percent-encoded or not, and `$batch` bodies to the byte. Links in answers lead back through the API, because the
service is told by two mapped headers under which address it is called.
"""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, unquote_plus

import pyodata
import pytest
import requests
from pyodata.v2.service import GetEntitySetFilter

from tests.wire.rest_support import Api
from tests.wire.support import Server

METADATA = b"""<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx" Version="1.0">
 <edmx:DataServices xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" m:DataServiceVersion="2.0">
  <Schema xmlns="http://schemas.microsoft.com/ado/2008/09/edm" Namespace="Shop">
   <EntityType Name="Product"><Key><PropertyRef Name="ID"/></Key>
    <Property Name="ID" Type="Edm.String" Nullable="false"/><Property Name="Name" Type="Edm.String"/>
    <Property Name="Price" Type="Edm.Int32"/>
    <NavigationProperty Name="Category" Relationship="Shop.In" FromRole="Product" ToRole="Category"/>
   </EntityType>
   <EntityType Name="Category"><Key><PropertyRef Name="ID"/></Key>
    <Property Name="ID" Type="Edm.Int32" Nullable="false"/><Property Name="Name" Type="Edm.String"/>
   </EntityType>
   <Association Name="In"><End Type="Shop.Product" Multiplicity="*" Role="Product"/>
    <End Type="Shop.Category" Multiplicity="1" Role="Category"/></Association>
   <EntityContainer Name="Container" m:IsDefaultEntityContainer="true">
    <EntitySet Name="Products" EntityType="Shop.Product"/><EntitySet Name="Categories" EntityType="Shop.Category"/>
    <AssociationSet Name="InSet" Association="Shop.In"><End EntitySet="Products" Role="Product"/>
     <End EntitySet="Categories" Role="Category"/></AssociationSet>
   </EntityContainer>
  </Schema>
 </edmx:DataServices>
</edmx:Edmx>"""
CATEGORIES = {1: {"ID": 1, "Name": "Bücher & more"}, 2: {"ID": 2, "Name": "Tools"}}
_KEY = re.compile(r"(Products|Categories)\((.*)\)(?:/(\w+))?")
_CONDITION = re.compile(r"(\w+) (eq|gt) (?:'((?:[^']|'')*)'|(\d+))")


class Service(BaseHTTPRequestHandler):
    """OData V2 with two entity sets (and V4's way to say what comes next, when asked for with OData-Version)."""

    protocol_version = "HTTP/1.1"
    products: ClassVar[dict[str, dict[str, Any]]] = {}
    seen: ClassVar[list[tuple[str, str]]] = []
    batches: ClassVar[list[bytes]] = []

    @classmethod
    def fill(cls) -> None:
        rows = [("1", "O'Reilly", 10), ("a/b", "Grüße 你好", 20), ("50% (off)", "a+b=c&d", 30), ("$x", "plain", 40)]
        cls.products.clear()
        cls.products.update({key: {"ID": key, "Name": name, "Price": price} for key, name, price in rows})

    def _do(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append((self.command, self.path))
        raw, _, query = self.path.partition("?")
        path = raw.removeprefix("/svc").lstrip("/")
        if path == "$batch":
            self.batches.append(body)
            status, kind, answer = self._batch(body.decode())
        else:
            status, kind, answer = self._one(self.command, path, query, body)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(answer)))
        self.send_header("DataServiceVersion", "2.0")
        self.end_headers()
        self.wfile.write(answer)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._do
        raise AttributeError(name)

    def log_message(self, format: str, *args: Any) -> None:
        return None

    def _one(self, verb: str, path: str, query: str, body: bytes) -> tuple[int, str, bytes]:
        if path == "$metadata":
            return 200, "application/xml", METADATA
        if verb == "POST":
            made = json.loads(body)
            self.products[made["ID"]] = made
            return 201, "application/json", _json({"d": made})
        found = _KEY.fullmatch(unquote(path.replace("%2F", "\0")))  # an encoded slash belongs to a key
        if found is None:
            return self._list(query)
        key = found[2].replace("\0", "/").strip("'").replace("''", "'")
        row: dict[str, Any] | None = self.products.get(key) if found[1] == "Products" else CATEGORIES.get(int(key))
        if row is None:
            return 404, "application/json", _json({"error": {"message": {"value": f"no {key}"}}})
        if found[3] == "Category":
            row = CATEGORIES[1]
        if verb == "DELETE":
            del self.products[key]
            return 204, "application/json", b""
        if verb in ("PATCH", "PUT"):
            row.update(json.loads(body))
            return 204, "application/json", b""
        return 200, "application/json", _json({"d": self._shaped(row, query)})

    def _shaped(self, row: dict[str, Any], query: str) -> dict[str, Any]:
        options = {name: values[0] for name, values in parse_qs(query).items()}
        chosen = options.get("$select")
        shaped = dict(row) if chosen in (None, "*") else {name: row[name] for name in chosen.split(",")}
        if options.get("$expand") == "Category":
            shaped["Category"] = CATEGORIES[1]
        return shaped

    def _list(self, query: str) -> tuple[int, str, bytes]:
        options = {name: values[0] for name, values in parse_qs(query).items()}
        rows = [row for row in self.products.values() if _holds(row, options.get("$filter", ""))]
        token = options.get("$skiptoken", "0")
        first = int(token) if token.isdigit() else 0
        shaped = [self._shaped(row, query) for row in rows[first : first + 2]]
        more = first + 2 < len(rows)
        base = f"http://{self.headers['X-Forwarded-Host']}{self.headers['X-Forwarded-Prefix']}"
        following = f"{base}/Products?$skiptoken={first + 2}"
        if self.headers.get("OData-Version"):
            return 200, "application/json", _json({"value": shaped} | ({"@odata.nextLink": following} if more else {}))
        return 200, "application/json", _json({"d": {"results": shaped} | ({"__next": following} if more else {})})

    def _batch(self, body: str) -> tuple[int, str, bytes]:
        """Every request of the batch; those of a change set answer in a set."""
        parts: list[str] = []
        for found in re.finditer(r"\r\n\r\n(GET|POST|PATCH|DELETE) (\S+) HTTP/1.1\r\n(?:\S.*\r\n)*\r\n(.*)", body):
            path, _, query = found[2].partition("?")
            status, kind, answer = self._one(found[1], path, query, found[3].encode())
            head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(answer)}\r\n\r\n"
            part = f"Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n{head}{answer.decode()}"
            if found[1] != "GET":
                part = f"Content-Type: multipart/mixed; boundary=set\r\n\r\n--set\r\n{part}\r\n--set--"
            parts.append(part)
        text = "".join(f"--answer\r\n{part}\r\n" for part in parts) + "--answer--"
        return 202, "multipart/mixed; boundary=answer", text.encode()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _holds(row: dict[str, Any], condition: str) -> bool:
    for name, operator, text, number in _CONDITION.findall(condition):
        wanted = int(number) if number else text.replace("''", "'")
        if not (row[name] == wanted if operator == "eq" else row[name] > wanted):
            return False
    return True


@pytest.fixture(scope="module")
def backend() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/svc"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def api(live: Server, backend: str) -> Iterator[Api]:
    """/greedy/{proxy+} for everything; /plain/{set} and /plain/{set}/{member} as resources of their own."""
    made = Api(live)
    for path, uri in (
        ("/greedy/{proxy+}", f"{backend}/{{proxy}}"),
        ("/plain/{set}", f"{backend}/{{set}}"),
        ("/plain/{set}/{member}", f"{backend}/{{set}}/{{member}}"),
    ):
        names = re.findall(r"\{(\w+)\+?\}", path)
        parameters = {f"integration.request.path.{name}": f"method.request.path.{name}" for name in names}
        parameters["integration.request.header.X-Forwarded-Host"] = "method.request.header.Host"
        prefix = f"/_aws/execute-api/{made.id}/v1/greedy"
        parameters["integration.request.header.X-Forwarded-Prefix"] = f"'{prefix}'"
        integration = {
            "type": "HTTP_PROXY",
            "integrationHttpMethod": "ANY",
            "uri": uri,
            "requestParameters": parameters,
        }
        made.method(path, "ANY", integration, {"method.request.header.Host": False})
    made.method("/root", "ANY", {"type": "HTTP_PROXY", "integrationHttpMethod": "ANY", "uri": f"{backend}/Products"})
    yield made.deploy()
    made.client.delete_rest_api(restApiId=made.id)


@pytest.fixture
def shop(api: Api) -> Iterator[Any]:
    """The service as its client sees it, through the API."""
    Service.fill()
    url = f"{api.server.url}/_aws/execute-api/{api.id}/v1/greedy"
    with requests.Session() as session:
        yield pyodata.Client(url, session)


# ---- A real client --------------------------------------------------------------------------------------------------


def test_metadata_and_entities_by_key(shop: Any) -> None:
    assert {each.name for each in shop.schema.entity_sets} == {"Products", "Categories"}
    for key, row in list(Service.products.items()):
        assert shop.entity_sets.Products.get_entity(key).execute().Name == row["Name"]
    assert shop.entity_sets.Categories.get_entity(2).execute().Name == "Tools"
    assert shop.entity_sets.Products.get_entity("a/b").nav("Category").execute().Name == "Bücher & more"


@pytest.mark.parametrize(("name", "key"), [("O'Reilly", "1"), ("Grüße 你好", "a/b"), ("a+b=c&d", "50% (off)")])
def test_filters(shop: Any, name: str, key: str) -> None:
    products = shop.entity_sets.Products
    escaped = name.replace("'", "''")
    found = products.get_entities().filter(f"Name eq '{escaped}'").execute()
    assert [each.ID for each in found] == [key]
    request = products.get_entities()
    found = request.filter(GetEntitySetFilter.and_(request.Name == name, request.Price > 5)).execute()
    assert [each.ID for each in found] == [key]


def test_select_expand_and_custom_options(shop: Any) -> None:
    (one,) = shop.entity_sets.Products.get_entities().filter("ID eq '1'").select("ID,Name").execute()
    assert one.Name == "O'Reilly"
    (full,) = shop.entity_sets.Products.get_entities().filter("ID eq '1'").expand("Category").execute()
    assert full.Category.Name == "Bücher & more"
    shop.entity_sets.Products.get_entities().custom("sap-language", "de & fr").execute()
    assert unquote_plus(Service.seen[-1][1]).endswith("sap-language=de & fr")


def test_pages_are_followed_through_the_api(shop: Any) -> None:
    names, request = [], shop.entity_sets.Products.get_entities()
    page = request.execute()
    names += [each.Name for each in page]
    while page.next_url:
        assert "/v1/greedy/Products?$skiptoken=" in page.next_url
        page = shop.entity_sets.Products.get_entities().next_url(page.next_url).execute()
        names += [each.Name for each in page]
    assert names == [row["Name"] for row in Service.products.values()]


def test_changes(shop: Any) -> None:
    products = shop.entity_sets.Products
    made = products.create_entity().set(ID="new (1)", Name="Ärger & 'Wut'", Price=5).execute()
    assert made.Name == "Ärger & 'Wut'"
    products.update_entity("new (1)").set(Price=6).execute()
    assert products.get_entity("new (1)").execute().Price == 6
    products.delete_entity("new (1)").execute()
    with pytest.raises(pyodata.exceptions.HttpError):
        products.get_entity("new (1)").execute()


def test_a_batch_with_a_change_set(shop: Any) -> None:
    products = shop.entity_sets.Products
    batch = shop.create_batch("batch_1")
    changes = shop.create_changeset("changes_1")
    changes.add_request(products.create_entity().set(ID="b", Name="Bätch", Price=1))
    batch.add_request(products.get_entity("1"))
    batch.add_request(changes)
    first, (second,) = batch.execute()
    assert (first.Name, second.Name) == ("O'Reilly", "Bätch")
    assert Service.batches[-1] == batch.get_body().encode()


# ---- What goes over the wire ----------------------------------------------------------------------------------------

EXACT = [
    "/$metadata",
    "/Products(1)/Category",
    "/Products('O''Reilly')",
    "/Products(ID=1,Name='x')/Category",
    "/Products(1)/$value",
    "/Products/$count",
    "/Products(1)/$links/Category",
    "/Products/Shop.Top(n=@n)?@n=%5B1,2%5D",
    "/$crossjoin(Products,Categories)",
    "/Products('a%2Fb')",
    "/Products('50%25')",
    "/Products('a%252Fb')",
    "/Products('Gr%C3%BC%C3%9Fe')",
    "/Products?$filter=Name%20eq%20'O''Reilly'%20and%20(Price%20gt%2010)&$select=ID,Name&$orderby=Price%20desc",
    "/Products?$filter=contains(Name,'%26')&$count=true&$top=5&$skip=10",
    "/Products?$expand=Category($select=Name;$top=1),Parts($filter=Price%20lt%205;$levels=max)",
    "/Products?$search=blue+OR+green&$format=application/json;odata.metadata=none",
    "/Products?%24filter=ID%20eq%201&%24select=ID",
    "/Products?$skiptoken=abc%3D%3D&$apply=groupby((Name),aggregate($count%20as%20n))",
    "/Products?$select=*&$expand=*/$ref&custom",
    "/Products?$filter=ID%20eq%20%27%E4%BD%A0%27&$filter=again",
]


def _get(api: Api, target: str, **headers: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", api.server.port, timeout=30)
    try:
        connection.request("GET", target, headers={"Host": api.host} | headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


PLACES = [("greedy", each) for each in EXACT]
PLACES += [("plain", each) for each in EXACT if each.partition("?")[0].count("/") <= 2]


@pytest.mark.parametrize(("place", "target"), PLACES)
def test_targets_reach_the_backend_as_they_were_sent(api: Api, place: str, target: str) -> None:
    Service.seen.clear()
    _get(api, f"/v1/{place}{target}")
    assert Service.seen == [("GET", f"/svc{target}")]


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("/%24metadata", "/$metadata"),
        ("/Products%281%29", "/Products(1)"),
        ("/Products(%27a%20b%27)", "/Products('a%20b')"),
        ("/Products(%27a%22b%7B%7D%27)", "/Products('a%22b%7B%7D')"),
    ],
)
def test_needless_escapes_in_paths_are_undone(api: Api, sent: str, seen: str) -> None:
    Service.seen.clear()
    _get(api, f"/v1/greedy{sent}")
    assert Service.seen == [("GET", f"/svc{seen}")]


def test_a_resource_without_placeholders(api: Api) -> None:
    Service.seen.clear()
    _get(api, "/v1/root?$filter=Name%20eq%20'x'&$top=1")
    assert Service.seen == [("GET", "/svc/Products?$filter=Name%20eq%20'x'&$top=1")]


def test_next_links_of_version_4(api: Api) -> None:
    Service.fill()
    target, rows = f"/_aws/execute-api/{api.id}/v1/greedy/Products", []
    while target:
        host = f"127.0.0.1:{api.server.port}"
        page = json.loads(_get(api, target, Host=host, **{"OData-Version": "4.0"})[1])
        rows += [row["ID"] for row in page["value"]]
        following = page.get("@odata.nextLink", "")
        assert not following or following.startswith(f"http://{host}/_aws/execute-api/{api.id}/v1/greedy/Products?")
        target = following.removeprefix(f"http://{host}")
    assert rows == list(Service.products)
