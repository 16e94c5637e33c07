"""The SDK types: what GetSdkTypes answers, and which parameters GetSdk needs for each.

Names, descriptions and properties of AWS's types are those of its console, as its open-source developer portal copies
them; the ids are those of API_GetSdk, whose shorter names for Java's parameters count as well. `python` is Gatewright's
own. https://docs.aws.amazon.com/apigateway/latest/api/API_GetSdk.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]

GENERATED = ("javascript", "python")
_ALSO = {"service.name": "serviceName", "java.package-name": "javaPackageName"}
_PACKAGE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _property(name: str, friendly: str, description: str, *, required: bool, default: str | None = None) -> Document:
    made = {"name": name, "friendlyName": friendly, "description": description, "required": required}
    return made if default is None else made | {"defaultValue": default}


def _type(id: str, friendly: str, description: str, *properties: Document) -> Document:
    return {"id": id, "friendlyName": friendly, "description": description, "configurationProperties": list(properties)}


_PREFIX = _property("classPrefix", "Prefix", "", required=True)

TYPES: Mapping[str, Document] = {
    each["id"]: each
    for each in (
        _type(
            "android",
            "Android",
            "",
            _property("groupId", "Group ID", "", required=True),
            _property("invokerPackage", "Invoker package", "", required=True),
            _property("artifactId", "Artifact ID", "", required=True),
            _property("artifactVersion", "Artifact version", "", required=True),
        ),
        _type(
            "java",
            "Java",
            "Java SDK generator for API Gateway APIs",
            _property(
                "service.name",
                "Service Name",
                "Name of the service which is used to derive the Java interface name for your client",
                required=True,
            ),
            _property(
                "java.package-name",
                "Java Package Name",
                "Name of the Java package your code will be generated under",
                required=True,
            ),
            _property(
                "java.build-system",
                "Java Build System",
                "Build system to setup for project; Currently supported: maven, gradle",
                required=False,
            ),
            _property(
                "java.group-id",
                "Java Group Id",
                "Group id for your Maven or Gradle project. Defaults to package name",
                required=False,
            ),
            _property(
                "java.artifact-id",
                "Java Artifact Id",
                "Artifact Id for your Maven project or project name for your Gradle project. Defaults to service name",
                required=False,
            ),
            _property(
                "java.artifact-version",
                "Java Artifact Version",
                "Version of your Maven or Gradle project. Defaults to 1.0-SNAPSHOT",
                required=False,
            ),
            _property(
                "java.license-text",
                "Source Code License Text",
                "Customer provided license to inject into source file headers",
                required=False,
            ),
        ),
        _type("javascript", "JavaScript", ""),
        _type("objectivec", "iOS (Objective-C)", "", _PREFIX),
        _type(
            "ruby",
            "Ruby",
            "Ruby SDK generator for API Gateway APIs",
            _property(
                "service.name",
                "Service Name",
                "Name of the service which is used to derive the name for your client",
                required=True,
            ),
            _property(
                "ruby.gem-name",
                "Ruby Gem Name",
                "Name of the Ruby gem your code will be generated under",
                required=False,
            ),
            _property(
                "ruby.gem-version",
                "Ruby Gem Version",
                "Version number for your service gem. Defaults to 1.0.0",
                required=False,
            ),
        ),
        _type("swift", "iOS (Swift)", "", _PREFIX),
        _type(
            "python",
            "Python (Gatewright)",
            "Python SDK generator of Gatewright; AWS has no such type",
            _property(
                "packageName",
                "Package name",
                "Name of the Python package. Defaults to apig_client",
                required=False,
                default="apig_client",
            ),
        ),
    )
}


def problem(sdk_type: str, parameters: Mapping[str, str]) -> str | None:
    """Why a client cannot be generated so. unverified: AWS's words for a type or a parameter that is missing."""
    kind = TYPES.get(sdk_type)
    if kind is None:
        return f"Invalid SDK type specified: {sdk_type}. Valid options are {', '.join(TYPES)}"
    for each in kind["configurationProperties"]:
        name = each["name"]
        if each["required"] and not parameters.get(name) and not parameters.get(_ALSO.get(name, name)):
            return f"Missing required parameter for SDK type {sdk_type}: {name}"
    if sdk_type not in GENERATED:
        return f"Gatewright does not generate SDKs of type {sdk_type}; it generates {' and '.join(GENERATED)}"
    package = parameters.get("packageName")
    if sdk_type == "python" and package and _PACKAGE.fullmatch(package) is None:
        return f"Invalid packageName specified: {package}. It must be a Python identifier of ASCII characters"
    return None
