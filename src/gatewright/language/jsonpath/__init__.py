"""JSONPath in Jayway's dialect, which API Gateway speaks in mapping templates and parameter mappings.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html names JSONPath;
its engine is Jayway JsonPath for Java (https://github.com/json-path/JsonPath), not RFC 9535. `parse` reads a path into
`tokens`, `steps` makes closures of them, `nodes` compares values in filters, `functions` has sum() and its like.
"""

from gatewright.language.jsonpath.errors import (
    EmptyPath,
    FunctionFailed,
    IndexOutOfBounds,
    InvalidPath,
    NullDocument,
    PathError,
    PathNotFound,
    TooComplex,
)
from gatewright.language.jsonpath.path import Path, compile_path

__all__ = [
    "EmptyPath",
    "FunctionFailed",
    "IndexOutOfBounds",
    "InvalidPath",
    "NullDocument",
    "Path",
    "PathError",
    "PathNotFound",
    "TooComplex",
    "compile_path",
]
