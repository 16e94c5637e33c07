"""The pages of published portals (and previews), over HTTP.

The edge forwards here what is for a portal: by its host name as `/_gatewright/portal-hosts/{host}/…`, and in the local
profile by its path, `/_gatewright/portals/{portal}/…`. What is served was written into the store by PublishPortal or
PreviewPortal, but for the files that all portals share.

A page runs no script but these files, and in an origin of its own ("sandbox" without "allow-same-origin"): in the local
profile it lies beside the control plane, which any page of this machine could otherwise drive. What its scripts send
has `Origin: null` and no Referer, which `edge/guard.py` refuses. docs/decisions/0013.
"""

from __future__ import annotations

import hmac
import logging
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from gatewright.aws.base import HttpRequest, HttpResponse
from gatewright.clock import Clock
from gatewright.portal import site
from gatewright.store.base import Body, Document, Key, Store, StoreError, Transaction

PATHS, HOSTS = "/_gatewright/portals/", "/_gatewright/portal-hosts/"
_DEFAULT_HOST = re.compile(r"p-([a-z0-9]{10,30})\.apigw-portal\.[a-z0-9-]+\.on\.aws")
_PORTAL = re.compile(r"[a-z0-9]{10,30}")
_PREVIEW = re.compile(r"preview/([a-z0-9]+)/(.*)")
_SWAGGER = {"swagger-ui-bundle.js": site.SCRIPT, "swagger-ui.css": site.STYLE}
_OWN = {"portal.js": site.SCRIPT, "portal.css": site.STYLE}
_SANDBOX = "sandbox allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; connect-src {connect}; "
    f"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; {_SANDBOX}"
)
_TEXT = "text/plain; charset=utf-8"

log = logging.getLogger("gatewright.control")


class PortalPages:
    """Answers requests for portals. Blocks: call it from worker threads; safe to share among them."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer one request. Never raises."""
        if request.method not in ("GET", "HEAD"):
            return _answer(405, "Method Not Allowed\n", [(b"Allow", b"GET, HEAD")])
        path = request.path.decode("latin-1")
        try:
            with self._store.transaction(write=False) as tx:
                return self._by_path(tx, path) if path.startswith(PATHS) else self._by_host(tx, path)
        except StoreError as error:
            log.error("portals: %s", error)
            return _answer(503, "Service Unavailable\n")

    def _by_path(self, tx: Transaction, path: str) -> HttpResponse:
        portal, slash, name = path.removeprefix(PATHS).partition("/")
        if _PORTAL.fullmatch(portal) is None:
            return _NOT_FOUND
        if not slash:  # links within the pages are relative
            return _answer(308, "", [(b"Location", f"{PATHS}{portal}/".encode())])
        found = tx.find("portal_site", portal)
        return self._file(tx, portal, found[0] if found else None, name)

    def _by_host(self, tx: Transaction, path: str) -> HttpResponse:
        host, _, name = path.removeprefix(HOSTS).partition("/")
        match = _DEFAULT_HOST.fullmatch(host)
        if match is not None:
            found = [each for each in tx.find("portal_site", match[1]) if each.body["host"] == host]
            known = [each for each in tx.find("portal", match[1]) if _default_host(each.body) == host]
            return self._file(tx, match[1], found[0] if found else None, name) if known else _NOT_FOUND
        found = [each for each in tx.scan("portal_site") if each.body["host"] == host]
        return self._file(tx, found[0].key.id, found[0], name) if found else _NOT_FOUND

    def _file(self, tx: Transaction, portal: str, served: Document | None, name: str) -> HttpResponse:
        """A file of what is published, or of the preview."""
        preview = _PREVIEW.fullmatch(name)
        if preview is not None:
            owner = self._previewed(tx, portal, preview[1])
            parent, name, closed = f"{portal}/preview", preview[2], owner and owner.body["_preview"]["closed"]
        else:
            owner, parent, closed = served, portal, served and served.body["closed"]
        if owner is None:
            return _NOT_FOUND
        if closed:
            log.info("portal %s answers 403: %s", portal, closed)
            return _answer(403, "Forbidden\n")
        name = name or "index.html"
        if name in _SWAGGER or name in _OWN:
            return _shared(name)
        file = tx.get(Key(owner.key.account, owner.key.region, "portal_file", parent, name))
        return _NOT_FOUND if file is None else _page(file.body)

    def _previewed(self, tx: Transaction, portal: str, token: str) -> Document | None:
        """The portal, if this is its preview's token and the preview is not over."""
        for found in tx.find("portal", portal):
            preview = found.body.get("_preview")
            if preview and hmac.compare_digest(preview["token"], token) and self._clock.now() < preview["expires"]:
                return found
        return None


def _default_host(portal: Body) -> str:
    name: str = portal["EndpointConfiguration"]["PortalDefaultDomainName"]
    return name


def _page(file: Body) -> HttpResponse:
    policy = _POLICY.format(connect=" ".join(file["connect"]) or "'none'")
    headers = [(b"Content-Security-Policy", policy.encode()), (b"Cache-Control", b"no-cache")]
    return _answer(200, file["text"], headers, file["type"])


def _shared(name: str) -> HttpResponse:
    kind = _SWAGGER.get(name) or _OWN[name]
    headers = [(b"Content-Security-Policy", b"default-src 'none'; sandbox"), (b"Cache-Control", b"max-age=3600")]
    return _answer(200, _shared_text(name), headers, kind)


@cache
def _shared_text(name: str) -> str:
    if name in _OWN:
        return site.asset(name)
    # The package is found and not imported: it would import Flask.
    package = find_spec("flask_swagger_ui")
    assert package is not None, "a dependency of this package"
    assert package.origin is not None
    return Path(package.origin).with_name("dist").joinpath(name).read_text(encoding="utf-8")


def _answer(
    status: int, text: str, headers: list[tuple[bytes, bytes]] | None = None, kind: str = _TEXT
) -> HttpResponse:
    common = [
        (b"Content-Type", kind.encode()),
        (b"X-Content-Type-Options", b"nosniff"),
        (b"Referrer-Policy", b"no-referrer"),
    ]
    return HttpResponse(status, [*common, *(headers or ())], text.encode())


_NOT_FOUND = _answer(404, "Not Found\n")
