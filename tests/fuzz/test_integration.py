"""Integration URIs of AWS services, and the status in a rendered MOCK template: any text is read or refused, soon."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gatewright.deploy.base import RefusedError
from gatewright.deploy.services import compile_service
from gatewright.language.literal import mock_status
from gatewright.language.variables import texts
from tests.fuzz.effort import FUZZ

_URI = st.lists(
    st.sampled_from(
        [
            *("sqs", "s3", "iam", "lambda", "dynamodb", "runtime.sagemaker", "{b}.s3", "{b}.sqs", "none", "."),
            *(":path/", ":action/", "path//", "/", "?", "&", "#", "{", "}", "{key}", "${stageVariables.x}", "%", "%2F"),
            *(
                "2015-03-31/functions/",
                "arn:aws:lambda:us-east-1:1:function:f",
                "/invocations",
                "SendMessage",
                " ",
                "é",
            ),
        ]
    ),
    max_size=8,
).map(lambda pieces: "arn:aws:apigateway:us-east-1:" + "".join(pieces))
_STATUS = st.lists(
    st.sampled_from(["{", "}", "statusCode", '"', "'", ":", ",", "200", " ", "\n", "x", "{statusCode: 200}"]),
    max_size=60,
).map("".join)
_WRITTEN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
)


@FUZZ
@given(_URI | st.text(max_size=60))
def test_any_uri_is_an_integration_or_is_refused(uri: str) -> None:
    try:
        compile_service({"type": "AWS", "uri": uri, "httpMethod": "POST"}, {}, {"x": "y"})
    except RefusedError:
        return


@FUZZ
@given(_STATUS | st.text(max_size=200))
def test_any_text_names_a_status_or_none(text: str) -> None:
    status = mock_status(text)
    assert status is None or isinstance(status, int)


@FUZZ
@given(_WRITTEN)
def test_any_written_value_is_texts(value: object) -> None:
    assert all(isinstance(text, str) for text in texts(value))
