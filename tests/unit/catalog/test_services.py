from __future__ import annotations

import pytest

from gatewright.catalog.services import find, service_of


@pytest.mark.parametrize(
    ("name", "signing", "id", "subdomain", "host"),
    [
        ("sqs", "sqs", "sqs", "", "sqs.eu-west-1.amazonaws.com"),
        ("states", "states", "sfn", "", "states.eu-west-1.amazonaws.com"),
        ("events", "events", "eventbridge", "", "events.eu-west-1.amazonaws.com"),
        ("email", "ses", "ses", "", "email.eu-west-1.amazonaws.com"),
        ("ses", "ses", "ses", "", "email.eu-west-1.amazonaws.com"),
        ("iam", "iam", "iam", "", "iam.amazonaws.com"),
        ("runtime.sagemaker", "sagemaker", "sagemaker_runtime", "", "runtime.sagemaker.eu-west-1.amazonaws.com"),
        ("bucket.s3", "s3", "s3", "bucket", "bucket.s3.eu-west-1.amazonaws.com"),
        ("a.b.s3", "s3", "s3", "a.b", "a.b.s3.eu-west-1.amazonaws.com"),
        ("brand-new", "brand-new", "brand_new", "", "brand-new.eu-west-1.amazonaws.com"),
    ],
)
def test_names(name: str, signing: str, id: str, subdomain: str, host: str) -> None:
    found = find(name, "eu-west-1")
    assert (found.service.signing_name, found.service.id, found.subdomain, found.host) == (signing, id, subdomain, host)


@pytest.mark.parametrize(
    ("name", "region", "host", "signed_for"),
    [
        ("iam", "eu-west-1", "iam.amazonaws.com", "us-east-1"),
        ("iam", "cn-north-1", "iam.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("sqs", "us-gov-west-1", "sqs.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
    ],
)
def test_regions(name: str, region: str, host: str, signed_for: str) -> None:
    assert (find(name, region).host, find(name, region).signing_region) == (host, signed_for)


@pytest.mark.parametrize(
    ("name", "target", "version"),
    [
        ("dynamodb", "DynamoDB_20120810", None),
        ("sns", None, "2010-03-31"),
        ("sqs", "AmazonSQS", "2012-11-05"),
        ("ssm", "AmazonSSM", "2014-11-06"),
        ("s3", None, None),
    ],
)
def test_protocols_of_actions(name: str, target: str | None, version: str | None) -> None:
    service, _ = service_of(name)
    assert (service.target, service.version) == (target, version)
