"""The configuration of a function: what AWS fills in, what it refuses, and what cannot be had here.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable
from typing import Any

import orjson

from gatewright.aws.base import AwsError, Params
from gatewright.functions.names import LATEST, FunctionKey
from gatewright.functions.runtime import SUPPORTED, family
from gatewright.functions.variables import CREDENTIALS, RESERVED

ENVIRONMENT_LIMIT = 4096  # bytes of all variables as JSON
TIMEOUT_LIMIT = 900  # seconds
MEMORY_LIMIT = 10_240  # MB

# What changes how a function runs on AWS and has no counterpart here is refused, unless it asks for nothing.
_UNSUPPORTED: dict[str, Callable[[Any], bool]] = {
    "Layers": lambda v: bool(v),
    "FileSystemConfigs": lambda v: bool(v),
    "ImageConfig": lambda v: bool(v),
    "DeadLetterConfig": lambda v: bool(v and v.get("TargetArn")),
    "SnapStart": lambda v: bool(v and v.get("ApplyOn") == "PublishedVersions"),
    "CodeSigningConfigArn": lambda v: bool(v),
    "TenancyConfig": lambda v: bool(v),
    "CapacityProviderConfig": lambda v: bool(v),
    "DurableConfig": lambda v: bool(v),
    "RuntimeConfig": lambda v: bool(v),
    "AcceleratorConfig": lambda v: bool(v),
    "PublishTo": lambda v: bool(v),
}
# Members that are taken over as they are given. What has no effect on one machine is stored and shown (VpcConfig,
# KMSKeyArn, TracingConfig, EphemeralStorage, Architectures).
_PLAIN = ("Runtime", "Role", "Handler", "Description", "Timeout", "MemorySize", "KMSKeyArn", "Architectures")


def invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterValueException", message, 400, {"Type": "User"})


def new(key: FunctionKey, params: Params, now: float, *, profile_local: bool = True) -> dict[str, Any]:
    """The document of a function that is being created, without its code. Raises AwsError."""
    if params.get("PackageType", "Zip") != "Zip":
        raise invalid("Gatewright runs functions from zip archives; PackageType Image is not supported.")
    if not params.get("Runtime") or not params.get("Handler"):
        raise invalid("Runtime and Handler are mandatory parameters for functions created with deployment packages.")
    body: dict[str, Any] = {
        "FunctionName": key.name,
        "FunctionArn": key.arn,
        "Runtime": params["Runtime"],
        "Role": params["Role"],
        "Handler": params["Handler"],
        "Description": "",
        "Timeout": 3,
        "MemorySize": 128,
        "Version": LATEST,
        "TracingConfig": {"Mode": "PassThrough"},
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
        "EphemeralStorage": {"Size": 512},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{key.name}"},
        "_tags": dict(params.get("Tags") or {}),
        "_next": 1,
    }
    apply(body, params, profile_local=profile_local)
    touch(body, now)
    return body


def apply(body: dict[str, Any], params: Params, *, profile_local: bool = True) -> None:
    """Lay given members over a document. Raises AwsError; the document is then not to be used."""
    for member, asks in _UNSUPPORTED.items():
        if asks(params.get(member)):
            raise invalid(f"Gatewright does not support {member}.")
    for member in _PLAIN:
        if params.get(member) is not None:
            body[member] = params[member]
    if body["Timeout"] > TIMEOUT_LIMIT:
        raise _range("timeout", body["Timeout"], TIMEOUT_LIMIT)
    if body["MemorySize"] > MEMORY_LIMIT:
        raise _range("memorySize", body["MemorySize"], MEMORY_LIMIT)
    if family(body["Runtime"]) is None:
        raise invalid(f"Gatewright does not run the runtime {body['Runtime']}. It runs {SUPPORTED}.")
    body["RuntimeVersionConfig"] = {"RuntimeVersionArn": _runtime_arn(body)}
    for member in ("TracingConfig", "EphemeralStorage"):
        if params.get(member):
            body[member] = dict(params[member])
    if "Environment" in params and params["Environment"] is not None:
        _set_environment(body, dict(params["Environment"].get("Variables") or {}), profile_local)
    if params.get("VpcConfig") is not None:
        given = params["VpcConfig"]
        body["VpcConfig"] = {
            "SubnetIds": list(given.get("SubnetIds") or []),
            "SecurityGroupIds": list(given.get("SecurityGroupIds") or []),
            "VpcId": "",
        }
    if params.get("LoggingConfig"):
        _set_logging(body, params["LoggingConfig"])


def touch(body: dict[str, Any], now: float) -> None:
    """Give a changed document its new RevisionId and time."""
    body["RevisionId"] = str(uuid.uuid4())
    body["LastModified"] = timestamp(now)


def timestamp(now: float) -> str:
    """As Lambda writes it: 2024-05-01T12:00:00.123+0000."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03d}+0000"


def check_revision(body: dict[str, Any], params: Params, kind: str = "Function") -> None:
    """Refuse an update that was meant for another revision."""
    given = params.get("RevisionId")
    if given and given != body["RevisionId"]:
        raise AwsError(
            "PreconditionFailedException",
            "The Revision Id provided does not match the latest Revision Id. "
            f"Call the Get{kind} API to retrieve the latest Revision Id",
            412,
            {"Type": "User"},
        )


def _set_environment(body: dict[str, Any], variables: dict[str, str], profile_local: bool) -> None:
    reserved = RESERVED if profile_local else RESERVED - CREDENTIALS
    if bad := sorted(reserved & variables.keys()):
        raise invalid(
            "Lambda was unable to configure your environment variables because the environment variables you have "
            "provided "
            "contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(bad)}"
        )
    text = orjson.dumps(variables)
    if len(text) > ENVIRONMENT_LIMIT:
        raise invalid(
            "Lambda was unable to configure your environment variables because the environment variables you have "
            "provided "
            f"exceeded the 4KB limit. String measured: {text.decode()}"
        )
    if any("\0" in value for value in variables.values()):
        raise invalid("Environment variables must not contain NUL characters.")
    if variables:
        body["Environment"] = {"Variables": variables}
    else:
        body.pop("Environment", None)


def _set_logging(body: dict[str, Any], given: Params) -> None:
    logging = {**body["LoggingConfig"], **{k: v for k, v in given.items() if v is not None}}
    if logging["LogFormat"] == "JSON":
        logging.setdefault("ApplicationLogLevel", "INFO")
        logging.setdefault("SystemLogLevel", "INFO")
    else:
        logging.pop("ApplicationLogLevel", None)
        logging.pop("SystemLogLevel", None)
    body["LoggingConfig"] = logging


def _runtime_arn(body: dict[str, Any]) -> str:
    region = body["FunctionArn"].split(":")[3]
    return f"arn:aws:lambda:{region}::runtime:{hashlib.sha256(body['Runtime'].encode()).hexdigest()}"


def _range(member: str, value: int, most: int) -> AwsError:
    return AwsError(
        "ValidationException",
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: "
        f"Member must have value less than or equal to {most}",
        400,
    )
