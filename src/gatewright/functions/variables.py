"""The environment of a handler's process, as AWS's table has it, and nothing of the server's own.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html (the defined runtime environment variables).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gatewright.functions.runtime import BOOTSTRAP, family

# Names that AWS refuses in Environment.Variables.
RESERVED = frozenset(
    [
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_DEFAULT_REGION",
        "AWS_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_LAMBDA_RUNTIME_API",
        "LAMBDA_TASK_ROOT",
        "LAMBDA_RUNTIME_DIR",
        "AWS_LAMBDA_MAX_CONCURRENCY",
        "AWS_LAMBDA_METADATA_API",
        "AWS_LAMBDA_METADATA_TOKEN",
    ]
)
# Nobody assumes the function's role in the production profile, so there the user has to supply credentials himself.
CREDENTIALS = frozenset({"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"})


def variables(
    config: Mapping[str, Any],
    *,
    account: str,
    region: str,
    task_root: Path,
    runtime_api: str,
    log_stream: str,
    endpoint_url: str | None,
    access_key: str | None,
) -> dict[str, str]:
    """All variables of a process. `access_key` None: the process gets no credentials but the function's own variables'.

    The user's variables may replace what AWS does not reserve (PATH, TZ, AWS_ENDPOINT_URL …).
    """
    name, runtime = config["FunctionName"], config["Runtime"]
    given: dict[str, str] = dict((config.get("Environment") or {}).get("Variables") or {})
    free = _free(task_root, endpoint_url, family(runtime), from_folder="_folder" in config)
    if config.get("_folder"):
        # Bytecode is cached by second and size: an edit within a second of the last would not be seen.
        free["PYTHONDONTWRITEBYTECODE"] = "1"
    logging = config.get("LoggingConfig") or {}
    fixed = {
        "_HANDLER": config["Handler"],
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config["MemorySize"]),
        "AWS_LAMBDA_FUNCTION_VERSION": config["Version"],
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": logging.get("LogGroup") or f"/aws/lambda/{name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_LAMBDA_LOG_FORMAT": logging.get("LogFormat") or "Text",
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "LAMBDA_TASK_ROOT": str(task_root),
        "LAMBDA_RUNTIME_DIR": str(BOOTSTRAP.parent),
    }
    if logging.get("ApplicationLogLevel"):
        fixed["AWS_LAMBDA_LOG_LEVEL"] = logging["ApplicationLogLevel"]
    if access_key is not None:
        fixed |= {"AWS_ACCESS_KEY_ID": access_key, "AWS_SECRET_ACCESS_KEY": "test", "AWS_SESSION_TOKEN": "test"}
    return free | given | fixed


def _free(task_root: Path, endpoint_url: str | None, kind: str | None, *, from_folder: bool) -> dict[str, str]:
    """What the function's own variables may replace."""
    free = {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin:/opt/bin",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "HOME": "/tmp",  # noqa: S108 - as on AWS; and the server's own ~/.aws stays out of sight
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
    }
    if endpoint_url is not None:
        free["AWS_ENDPOINT_URL"] = endpoint_url
        free["AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"] = endpoint_url  # also for those who name https://{domainName}
    if from_folder:
        # Cached bytecode is checked by size and whole seconds: an edit right after another one could go unseen.
        free["PYTHONDONTWRITEBYTECODE"] = "1"
    if kind == "nodejs":
        free["NODE_PATH"] = os.pathsep.join([str(task_root / "node_modules"), str(task_root)])
    return free
