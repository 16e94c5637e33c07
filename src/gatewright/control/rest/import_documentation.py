"""ImportDocumentationParts: the parts that an OpenAPI document lists in x-amazon-apigateway-documentation.

Merging replaces what a part at the same place has in common with the new one; overwriting takes all others away. The
API's own entities are not touched.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-documenting-api-quick-start-import-export.html
"""

from __future__ import annotations

from gatewright.catalog import quotas
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import documentation_parts, lookup
from gatewright.control.rest.imported_documents import put_documentation
from gatewright.openapi.base import DocumentError
from gatewright.openapi.reader import read_documentation
from gatewright.store.base import Body

_UNPARSABLE = "Unable to build importer with provided input."
_FOUND = "Errors found during import:"


def import_documentation_parts(call: Call, params: Params) -> Params:
    """{"ids": those of the document's parts, in its order}. There is nothing to warn of."""
    lookup.rest_api(call, params)
    api_id, parts = params["restApiId"], _read(params.get("body") or b"")
    for part in parts:
        documentation_parts.check(part["location"], part["properties"])
    if params.get("mode") == "overwrite":
        call.tx.delete_children(call.account, call.region, api_id, "documentation_part")
    ids = put_documentation(call, api_id, parts)
    quota = quotas.COUNTS["documentation_part"]
    if not call.unlimited and call.tx.count(call.account, call.region, "documentation_part", api_id) > quota.most:
        raise errors.limit(quota)
    return {"ids": ids}


def _read(body: bytes) -> list[Body]:
    try:
        return read_documentation(body)
    except DocumentError as error:
        lines = "\n\t".join((_FOUND, *error.problems)) if error.problems else _UNPARSABLE
        raise errors.bad_request(lines) from None
