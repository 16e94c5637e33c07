"""Which operations were spoken over the wire in this run, accepted and refused: every SDK client of a server tells."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

ACCEPTED: set[tuple[str, str]] = set()  # (service, operation)
REFUSED: set[tuple[str, str]] = set()


def listen(client: Any) -> None:
    """Note from now on what this client is answered."""

    def note(http_response: Any, model: Any, **_: Any) -> None:
        spoken = REFUSED if http_response.status_code >= 400 else ACCEPTED
        spoken.add((model.service_model.service_name, model.name))

    client.meta.events.register("after-call", note)


def fails(status: int, message: str, operation: Any, **params: Any) -> None:
    """The call is refused with this status and these words."""
    with pytest.raises(ClientError) as error:
        operation(**params)
    response: Any = error.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert message in response["Error"]["Message"]
