"""Tags through boto3 against a running server, accepted and refused."""

from __future__ import annotations

from typing import Any

from tests.wire.spoken import fails

START = "arn:aws:apigateway:us-east-1::"


def test_tags(v2: Any, http_api: str) -> None:
    v2.create_stage(ApiId=http_api, StageName="$default")
    for resource in (f"/apis/{http_api}", f"/apis/{http_api}/stages/$default"):
        arn = f"{START}{resource}"
        v2.tag_resource(ResourceArn=arn, Tags={"a": "1", "b": "2"})
        v2.untag_resource(ResourceArn=arn, TagKeys=["a"])
        assert v2.get_tags(ResourceArn=arn)["Tags"] == {"b": "2"}
    assert v2.get_api(ApiId=http_api)["Tags"] == {"b": "2"}
    assert v2.get_stage(ApiId=http_api, StageName="$default")["Tags"] == {"b": "2"}


def test_what_is_refused(v2: Any, http_api: str) -> None:
    gone = f"{START}/apis/nothing"
    for operation, more in (
        (v2.get_tags, {}),
        (v2.tag_resource, {"Tags": {"a": "b"}}),
        (v2.untag_resource, {"TagKeys": ["a"]}),
    ):
        fails(404, "Invalid API identifier specified nothing", operation, ResourceArn=gone, **more)
    fails(400, "Invalid tag key", v2.tag_resource, ResourceArn=f"{START}/apis/{http_api}", Tags={"aws:x": "y"})
