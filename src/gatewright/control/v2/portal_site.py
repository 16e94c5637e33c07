"""What a portal shows, gathered from the store: its products, what their display order names, and the API's own words.

All of it is read at one moment, when the portal is published or previewed; what is edited later needs a new publish.
"""

from __future__ import annotations

from collections.abc import Iterable

from gatewright.aws.base import AwsError
from gatewright.control import errors
from gatewright.control.call import Call
from gatewright.control.rest import sdks
from gatewright.control.v2 import portal_lookup, product_rest_endpoint_pages
from gatewright.portal import reference
from gatewright.portal.base import Document, Endpoint, Page, Product, Reference, Section, Site
from gatewright.store.base import Body


def gather(call: Call, portal: Body, *, preview: bool) -> Site:
    """The site of a portal. Raises AwsError when something that it includes is not there, or not to be had."""
    content = portal["PortalContent"]
    return Site(
        content["DisplayName"],
        content.get("Description") or "",
        content["Theme"]["CustomColors"],
        tuple(_product(call, arn, preview) for arn in portal["IncludedPortalProductArns"]),
    )


def _product(call: Call, arn: str, preview: bool) -> Product:
    found = portal_lookup.included(call, arn)
    if found is None:
        raise errors.not_found(f"Portal product {arn} does not exist or is not shared with this account")
    return _Gathering(*found, preview).product()


class _Gathering:
    """The pages of one product, read as its owner; the document of each stage is made once."""

    def __init__(self, call: Call, product: Body, preview: bool) -> None:
        self._call = call
        self._product = product
        self._preview = preview
        self._id = product["PortalProductId"]
        self._documents: dict[tuple[str, str], Document] = {}
        self._shown: dict[tuple[str, str, str], list[tuple[str, str]]] = {}  # methods by API, stage and URL

    def product(self) -> Product:
        order = self._product.get("DisplayOrder") or {}
        pages = {each["ProductPageArn"]: each for each in self._call.list("product_page", self._id)}
        overview = pages.get(order.get("OverviewPageArn") or "")
        sections = tuple(
            Section(each["SectionName"], tuple(self._endpoints(each["ProductRestEndpointPageArns"])))
            for each in order.get("Contents") or ()
        )
        return Product(
            self._id,
            self._product["DisplayName"],
            self._product["Description"],
            None if overview is None else _page(overview),
            tuple(_page(pages[arn]) for arn in order.get("ProductPageArns") or ()),
            sections,
            tuple(self._references()),
        )

    def _endpoints(self, named: Iterable[str]) -> Iterable[Endpoint]:
        pages = {
            each["ProductRestEndpointPageArn"]: each for each in self._call.list("product_rest_endpoint_page", self._id)
        }
        for arn in named:
            try:
                yield self._endpoint(pages[arn])
            except AwsError as error:
                raise errors.not_found(f"Product REST endpoint page {arn} cannot be shown: {error.message}") from None

    def _endpoint(self, page: Body) -> Endpoint:
        parts = page["RestEndpointIdentifier"]["IdentifierParts"]
        api_id, stage, path, method = parts["RestApiId"], parts["Stage"], parts["Path"], parts["Method"]
        document = self._document(page, api_id, stage)
        said = reference.operation(document, path, method)
        if said is None:
            raise errors.not_found(f"{method} {path} is not deployed to stage {stage}")
        overrides = page["_overrides"]
        url = overrides.get("Endpoint") or sdks.invoke_url(self._call, api_id, {"stageName": stage})
        self._shown.setdefault((api_id, stage, url), []).append((path, method))
        own = "\n\n".join(said[name] for name in ("summary", "description") if said.get(name))
        private = product_rest_endpoint_pages.is_private(self._call, page)
        return Endpoint(
            page["ProductRestEndpointPageId"],
            overrides.get("OperationName") or path,
            method,
            path,
            url,
            overrides.get("Body") or own,
            page["TryItState"] == "ENABLED" and not self._preview and not private,
            reference.select(document, [(path, method)], url),
        )

    def _document(self, page: Body, api_id: str, stage: str) -> Document:
        if (api_id, stage) not in self._documents:
            self._documents[api_id, stage] = product_rest_endpoint_pages.described(self._call, page)
        return self._documents[api_id, stage]

    def _references(self) -> Iterable[Reference]:
        for (api_id, stage, url), methods in self._shown.items():
            document = self._documents[api_id, stage]
            title = f"{document['info'].get('title', api_id)} ({stage})"
            yield Reference(title, reference.select(document, methods, url))


def _page(page: Body) -> Page:
    return Page(page["ProductPageId"], page["DisplayContent"]["Title"], page["DisplayContent"]["Body"])
