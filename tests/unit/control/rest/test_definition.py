from __future__ import annotations

from gatewright.catalog import ids
from tests.unit.control.rest.test_imports import X, document, operation
from tests.unit.control.support import Control, refused


def test_a_failed_parent_is_reported_once(plane: Control) -> None:
    given = document({"/a$/b": {"get": operation()}, "/a$/c": {"get": operation()}})
    assert refused(plane.rest.import_rest_api, body=given)[2].count("Unable to create resource") == 1


def test_unknown_names_are_refused_as_unknown_ids(plane: Control) -> None:
    given = document({"/": {"get": operation(**{X + "request-validator": "nobody"})}})
    assert refused(plane.rest.import_rest_api, body=given)[2] == (
        "Errors found during import:\n\tUnable to put method 'GET' on resource at path '/': "
        "Invalid Request Validator identifier specified"
    )


def test_an_integration_response_without_its_method_response(plane: Control) -> None:
    given = document({"/": {"get": operation(responses={}, **{X + "integration": {
        "type": "mock",
        "responses": {"default": {"statusCode": "200", "responseParameters": {"method.response.header.a": "'b'"}}},
    }})}})  # fmt: skip
    assert refused(plane.rest.import_rest_api, body=given)[2] == (
        "Errors found during import:\n\tUnable to put integration response on 'GET' for resource at path '/': "
        "Invalid mapping expression specified: Validation Result: warnings : [], "
        "errors : [No method response exists for method.]"
    )


def test_integration_and_gateway_response_types(plane: Control) -> None:
    given = document(
        {"/": {"get": operation(**{X + "integration": {}}), "put": operation(**{X + "integration": {"type": "soap"}})}},
        **{X + "gateway-responses": {"NOTHING": {}}},
    )
    assert refused(plane.rest.import_rest_api, body=given)[2].split("\n\t")[1:] == [
        "Unable to put gateway response 'NOTHING': Invalid response type specified",
        "Unable to put integration on 'GET' for resource at path '/': Enumeration value for Type must be non-empty",
        "Unable to put integration on 'PUT' for resource at path '/': Invalid integration type specified: SOAP",
    ]


def test_cache_namespaces_of_what_was_there_before(plane: Control) -> None:
    """Recorded of overwriting: not the resource's id, one for all methods of the resource."""
    given = document({"/": {"get": operation(), "put": operation()}})
    made = plane.rest.import_rest_api(body=given)
    api_id, root = made["id"], made["rootResourceId"]

    def namespaces() -> set[str]:
        at = {"restApiId": api_id, "resourceId": root}
        return {plane.rest.get_integration(**at, httpMethod=verb)["cacheNamespace"] for verb in ("GET", "PUT")}

    assert namespaces() == {root}
    plane.rest.put_rest_api(restApiId=api_id, body=given, mode="overwrite")
    (namespace,) = namespaces()
    assert namespace != root
    assert set(namespace) <= set(ids.ALPHABET)


def test_a_quota_is_met_once(plane: Control) -> None:
    given = document({f"/r{at}": {"get": operation()} for at in range(320)})
    assert refused(plane.rest.import_rest_api, body=given)[2].split("\n\t")[1:] == [
        "Unable to create resource at path '/r80': Maximum number of Resources for this API has been reached.  "
        "Please contact AWS if you need additional Resources."
    ]


def test_documentation_is_checked(plane: Control) -> None:
    part = {"location": {"type": "API"}, "properties": "no object"}
    given = document(**{X + "documentation": {"documentationParts": [part]}})
    assert refused(plane.rest.import_rest_api, body=given)[2].split("\n\t")[1:] == [
        "Unable to create documentation part of type 'API': "
        "Invalid documentation properties specified: they must be a JSON object"
    ]
