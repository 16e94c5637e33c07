"""Writes src/gatewright/catalog/service_table.py from botocore's models: `python tools/service_table.py`.

The data plane signs and addresses calls to AWS services, but must not import botocore: what it needs of the models is
a table. A test makes the table anew and compares.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import botocore.session
from botocore import __file__ as botocore_file

TARGET = Path(__file__).resolve().parents[1] / "src" / "gatewright" / "catalog" / "service_table.py"
# Of several models that share an endpoint, the one whose actions integrations mean.
_PREFERRED = {
    "apigateway": "apigateway",
    "elasticloadbalancing": "elbv2",
    "email": "ses",
    "es": "opensearch",
    "kinesisanalytics": "kinesisanalyticsv2",
    "lambda": "lambda",
    "rds": "rds",
    "sdb": "sdb",
}
# JSON services that answer the query protocol too: of SQS its former protocol, of SSM recorded through API Gateway.
_QUERY_TOO = frozenset({"sqs", "ssm"})
_HEAD = '''"""AWS services by the name that URIs of integrations have for them; from tools/service_table.py (botocore).

Columns: name, signing name, id (of AWS_ENDPOINT_URL_<ID>), X-Amz-Target prefix, JSON version, query API version, host
of a service without Regions. "-": the name itself for the first two, nothing for the others. Services that have a dash
everywhere are left out.
"""

ROWS = """\\
'''


def rows() -> Iterator[str]:
    """The lines of the table."""
    loader = botocore.session.get_session().get_component("data_loader")
    hosts = _global_hosts()
    chosen: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for model in loader.list_available_services("service-2"):
        metadata = loader.load_service_model(model, "service-2")["metadata"]
        name = metadata["endpointPrefix"]
        if name not in chosen or _PREFERRED.get(name) == model:
            chosen[name] = model, metadata
    for name, (_, metadata) in sorted(chosen.items()):
        columns = _columns(name, metadata, hosts.get(name))
        if any(column != "-" for column in columns):
            yield " ".join((name, *columns))


def _columns(name: str, metadata: Mapping[str, Any], host: str | None) -> tuple[str, ...]:
    signing = metadata.get("signingName") or name
    identity = metadata["serviceId"].lower().replace(" ", "_").replace("-", "_")
    protocols = {metadata["protocol"], *metadata.get("protocols", ())}
    rest = metadata["protocol"].startswith("rest-")
    target = None if rest else metadata.get("targetPrefix")
    query = bool(protocols & {"query", "ec2"}) or name in _QUERY_TOO
    return (
        "-" if signing == name else signing,
        "-" if identity == name.replace("-", "_") else identity,
        target or "-",
        (metadata.get("jsonVersion") or "1.0") if target else "-",
        metadata["apiVersion"] if query else "-",
        host or "-",
    )


def _global_hosts() -> dict[str, str]:
    """Hosts of the services of the partition `aws` that have one for all Regions."""
    data = json.loads((Path(botocore_file).parent / "data" / "endpoints.json").read_text())
    services = data["partitions"][0]["services"]
    found = {}
    for name, service in services.items():
        if service.get("isRegionalized") is False:
            endpoint = service["endpoints"].get(service.get("partitionEndpoint"), {})
            if endpoint.get("credentialScope", {}).get("region") == "us-east-1" and "hostname" in endpoint:
                found[name] = endpoint["hostname"]
    return found


def text() -> str:
    """The whole module."""
    return _HEAD + "".join(f"{row}\n" for row in rows()) + '"""\n'


if __name__ == "__main__":
    TARGET.write_text(text())
