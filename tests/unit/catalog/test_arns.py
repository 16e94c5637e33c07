from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.catalog import arns


def test_arns_that_are_tagged_name_no_account() -> None:
    assert arns.rest_api("us-east-1", "abc") == "arn:aws:apigateway:us-east-1::/restapis/abc"
    assert arns.stage("cn-north-1", "abc", "prod") == "arn:aws-cn:apigateway:cn-north-1::/restapis/abc/stages/prod"


def test_arns_of_domain_names() -> None:
    assert arns.domain_name("us-east-1", "1", "a.example.com", None) == (
        "arn:aws:apigateway:us-east-1::/domainnames/a.example.com"
    )
    assert arns.domain_name("us-east-1", "1", "a.example.com", "abc") == (
        "arn:aws:apigateway:us-east-1:1:/domainnames/a.example.com+abc"
    )
    assert arns.access_association("us-east-1", "1", "domainname/a+b/vpcesource/vpce-1") == (
        "arn:aws:apigateway:us-east-1:1:/domainnameaccessassociations/domainname/a+b/vpcesource/vpce-1"
    )


@pytest.mark.parametrize("path", ["/orders/{id}", "orders/{id}"])
def test_arns_of_methods_name_the_account(path: str) -> None:
    arn = arns.execute_api("us-gov-west-1", "123456789012", "abc", "prod", "GET", path)
    assert arn == "arn:aws-us-gov:execute-api:us-gov-west-1:123456789012:abc/prod/GET/orders/{id}"


def test_arns_of_what_is_invoked_begin_alike() -> None:
    assert arns.executed("cn-north-1", "123456789012", "abc") == "arn:aws-cn:execute-api:cn-north-1:123456789012:abc"


@pytest.mark.parametrize(
    "text", ["", "arn", "arn:aws:s3", "arn::s3:::x", "arn:aws::::x", "arn:aws:s3:::", "x:aws:s3:::y"]
)
def test_what_is_no_arn(text: str) -> None:
    assert arns.parse(text) is None


part = st.text(st.characters(exclude_characters=":", exclude_categories=["Cs"]))


@given(part.filter(bool), part.filter(bool), part, part, st.text().filter(bool))
def test_parse_takes_apart_what_str_puts_together(a: str, b: str, c: str, d: str, e: str) -> None:
    arn = arns.Arn(a, b, c, d, e)
    assert arns.parse(str(arn)) == arn
