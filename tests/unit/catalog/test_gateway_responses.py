from __future__ import annotations

from gatewright.catalog.gateway_responses import KINDS, TEMPLATES, Document, shown, standing_for


def test_the_types_are_in_the_order_of_their_names() -> None:
    assert list(KINDS) == sorted(KINDS)
    assert len(KINDS) == 21


def test_a_type_stands_for_itself_before_its_family_does() -> None:
    own, family = {"statusCode": "418"}, {"statusCode": "499"}
    assert standing_for("UNAUTHORIZED", {}) is None
    assert standing_for("UNAUTHORIZED", {"DEFAULT_4XX": family}) is family
    assert standing_for("UNAUTHORIZED", {"DEFAULT_4XX": family, "UNAUTHORIZED": own}) is own
    assert standing_for("UNAUTHORIZED", {"DEFAULT_5XX": family}) is None
    assert standing_for("INTEGRATION_TIMEOUT", {"DEFAULT_5XX": family}) is family
    assert standing_for("REQUEST_TOO_LARGE", {"DEFAULT_4XX": family}) is None


def test_what_is_shown_of_a_type_that_was_never_set() -> None:
    assert shown("UNAUTHORIZED", {}) == {
        "responseType": "UNAUTHORIZED",
        "statusCode": "401",
        "responseParameters": {},
        "responseTemplates": TEMPLATES,
        "defaultResponse": True,
    }
    assert "statusCode" not in shown("DEFAULT_4XX", {})


def test_an_inherited_response_is_shown_as_a_default() -> None:
    answer = shown("THROTTLED", {"DEFAULT_4XX": {"responseTemplates": {"text/plain": "no"}}})
    assert (answer["statusCode"], answer["defaultResponse"]) == ("429", True)
    assert answer["responseTemplates"] == {"text/plain": "no"}


def test_a_customised_response_without_status_has_its_own() -> None:
    customised: dict[str, Document] = {
        "AUTHORIZER_FAILURE": {"responseParameters": {}},
        "DEFAULT_5XX": {"statusCode": "599"},
    }
    assert shown("AUTHORIZER_FAILURE", customised)["statusCode"] == "500"
    assert shown("API_CONFIGURATION_ERROR", customised)["statusCode"] == "599"
