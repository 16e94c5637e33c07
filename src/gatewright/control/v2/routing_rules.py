"""Routing rules: CreateRoutingRule, GetRoutingRule, ListRoutingRules, PutRoutingRule, DeleteRoutingRule.

Conditions on headers and base paths that lead requests of a domain name to a stage of a REST API; the lowest priority
whose conditions all hold wins. Without conditions a rule fits every request.
https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-routing-rules.html
"""

from __future__ import annotations

import re
from operator import itemgetter

from gatewright.aws.pagination import page
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import domain_names as rest
from gatewright.control.v2 import domain_names, lookup
from gatewright.store.base import Body

_KIND = "routing_rule"
# unverified: the words of all refusals here; the rules are AWS's documentation's.
_NO_RULE = "The routing rule resource specified in the request was not found."
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,39}")
_GLOB = re.compile(r"\*?[^*]*\*?")
_BASE_PATH = re.compile(r"[A-Za-z0-9$\-_.+!*'()/]{1,127}")
_GLOB_LENGTH, _INFIX_LENGTH = 127, 39
_MOST_HEADERS, _MOST_PATHS = 2, 1
_FORBIDDEN = re.compile(
    "access-control-.*|apigw-.*|authorization|connection|content-encoding|content-length|content-location|forwarded|"
    "keep-alive|origin|proxy-authenticate|proxy-authorization|te|trailers|transfer-encoding|upgrade|x-amz-.*|x-amzn-.*|"
    "x-forwarded-for|x-forwarded-host|x-forwarded-proto|via|x-apigw-api-id|x-restapi",
    re.IGNORECASE,
)


def create_routing_rule(call: Call, params: Params) -> Params:
    domain = _domain(call, params)
    fresh = call.new_id(_KIND, rest.key_of(domain))
    return _save(call, domain, fresh, params)


def get_routing_rule(call: Call, params: Params) -> Params:
    return _find(call, _domain(call, params), params)


def list_routing_rules(call: Call, params: Params) -> Params:
    """In the order in which they are tried."""
    rules = sorted(call.list(_KIND, rest.key_of(_domain(call, params))), key=itemgetter("Priority"))
    items, token = page(rules, _order, params.get("NextToken"), params.get("MaxResults"), most=100, name="nextToken")
    return {"RoutingRules": items, "NextToken": token}


def put_routing_rule(call: Call, params: Params) -> Params:
    """Replaces the rule as a whole."""
    domain = _domain(call, params)
    _find(call, domain, params)
    return _save(call, domain, params["RoutingRuleId"], params)


def delete_routing_rule(call: Call, params: Params) -> None:
    domain = _domain(call, params)
    _find(call, domain, params)
    call.delete(_KIND, rest.key_of(domain), params["RoutingRuleId"])
    call.publish_domains = True


def _domain(call: Call, params: Params) -> Body:
    return domain_names.find(call, params["DomainName"], params.get("DomainNameId"))


def _find(call: Call, domain: Body, params: Params) -> Body:
    found = call.get(_KIND, rest.key_of(domain), params["RoutingRuleId"])
    if found is None:
        raise errors.not_found(_NO_RULE)
    return found


def _order(rule: Body) -> str:
    return f"{rule['Priority']:07d}"


def _save(call: Call, domain: Body, id: str, params: Params) -> Body:
    parent = rest.key_of(domain)
    rule: Body = {
        "Actions": params["Actions"],
        "Conditions": params["Conditions"],
        "Priority": params["Priority"],
        "RoutingRuleArn": f"{domain['domainNameArn']}/routingrules/{id}",
        "RoutingRuleId": id,
    }
    _check_conditions(rule["Conditions"])
    _check_actions(call, domain, rule["Actions"])
    for other in call.list(_KIND, parent):
        if other["Priority"] == rule["Priority"] and other["RoutingRuleId"] != id:
            raise errors.conflict("A routing rule with this priority already exists for this domain name.")
    call.publish_domains = True
    return call.put(_KIND, parent, id, rule)


def _check_actions(call: Call, domain: Body, actions: list[Body]) -> None:
    if len(actions) != 1:
        raise errors.bad_request("A routing rule must have exactly one action.")
    action = actions[0]["InvokeApi"]
    if call.get("rest_api", "", action["ApiId"]) is None:
        raise lookup.missing("API", action["ApiId"])
    if call.get("stage", action["ApiId"], action["Stage"]) is None:
        raise errors.bad_request(lookup.NO_STAGE)
    mapped = [each["restApiId"] for each in call.list("base_path_mapping", rest.key_of(domain))]
    if {call.get("api", "", each) is None for each in mapped} == {True, False}:
        raise errors.bad_request(
            "Routing rules are not supported for a domain name with API mappings to both REST and HTTP APIs."
        )


def _check_conditions(conditions: list[Body]) -> None:
    headers = [each["MatchHeaders"] for each in conditions if each.get("MatchHeaders")]
    paths = [each["MatchBasePaths"] for each in conditions if each.get("MatchBasePaths")]
    if len(headers) + len(paths) != len(conditions):
        raise errors.bad_request("A condition must have exactly one of matchHeaders and matchBasePaths.")
    if len(headers) > _MOST_HEADERS or len(paths) > _MOST_PATHS:
        raise errors.bad_request(
            "A routing rule can have at most two matchHeaders conditions and one matchBasePaths condition."
        )
    for each in headers + paths:
        if len(each["AnyOf"]) != 1:
            raise errors.bad_request("A condition must have exactly one value.")
    for each in headers:
        _check_header(each["AnyOf"][0])
    for each in paths:
        path = each["AnyOf"][0]
        if path is None or _BASE_PATH.fullmatch(path) is None or path.startswith("/") or path.endswith("/"):
            raise errors.bad_request(f"Invalid base path specified: {path}")


def _check_header(match: Body) -> None:
    header, glob = match["Header"], match["ValueGlob"]
    if _HEADER.fullmatch(header) is None or _FORBIDDEN.fullmatch(header):
        raise errors.bad_request(f"Invalid header name specified: {header}")
    inner = glob.strip("*")
    infix = glob.startswith("*") and glob.endswith("*")
    fits = _GLOB.fullmatch(glob) is not None and bool(inner) and len(glob) <= _GLOB_LENGTH
    if not fits or (infix and len(inner) > _INFIX_LENGTH):
        raise errors.bad_request(f"Invalid header value glob specified: {glob}")
