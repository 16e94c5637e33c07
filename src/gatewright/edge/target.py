"""Which API a request is for, whatever form its URL had."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Door(Enum):
    """By which of AWS's entrances a call comes: an API may have closed one or the other."""

    EXECUTE_API = "execute-api"  # AWS's default endpoint, in whatever form of its URL
    VPC_ENDPOINT = "vpc-endpoint"
    DOMAIN = "domain"  # a domain name of the API's owner
    PRIVATE_DOMAIN = "private-domain"  # likewise, through a VPC endpoint
    ALIAS = "alias"  # a name that this server's operator has given a stage


@dataclass(frozen=True, slots=True)
class Target:
    """An API call in AWS's own form.

    `path` is the raw path as AWS would have received it on `{api}.execute-api.{region}.amazonaws.com`: it begins with
    the stage ("/v1/orders"), or is "/" when no stage was given; b"" stands for the request's own path, so that all
    calls of a host can share a target. A call under a name that stands for stages has the stage in `path` all the same,
    though its client did not write it; `base` is what its path began with instead. `domain` is the host name that the
    client used when that names the API, else None (path forms, `x-apigw-api-id`): AWS's own name is then used in
    events.
    """

    api_id: str
    path: bytes
    domain: str | None = None
    region: str | None = None  # when the form names one: it must be the API's
    vpce_id: str | None = None  # the VPC endpoint that the request came through
    vpc_id: str | None = None  # the VPC that it is in, if the operator has said so
    door: Door = Door.EXECUTE_API
    domain_arn: str | None = None  # of a private domain name, as policies name it
    base: bytes | None = None  # b"/v1", b""; None where the client itself names API and stage
