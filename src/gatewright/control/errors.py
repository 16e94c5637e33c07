"""AWS's refusals that several nouns share, with their literals (control-plane facts: recorded unless marked)."""

from __future__ import annotations

from gatewright.aws.base import AwsError
from gatewright.catalog.quotas import Quota
from gatewright.control.call import Call

CONCURRENT = "Unable to complete operation due to concurrent modification. Please try again later."


def bad_request(message: str) -> AwsError:
    return AwsError("BadRequestException", message, 400)


def not_found(message: str) -> AwsError:
    return AwsError("NotFoundException", message, 404)


def conflict(message: str) -> AwsError:
    return AwsError("ConflictException", message, 409)


def denied(message: str) -> AwsError:
    return AwsError("AccessDeniedException", message, 403)


def limit(quota: Quota) -> AwsError:
    return AwsError("LimitExceededException", quota.message, 429, {"retryAfterSeconds": None})


def no_api(call: Call, api_id: str) -> AwsError:
    return not_found(f"Invalid API identifier specified {call.account}:{api_id}")


def mapping_errors(*errors: str) -> str:
    """The frame in which AWS reports what it found wrong in mappings and templates."""
    return f"Validation Result: warnings : [], errors : [{', '.join(errors)}]"
