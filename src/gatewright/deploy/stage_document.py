"""The program document of a stage from what the store holds: a snapshot, the stage, and what both name beside them.

Products differ in their documents and in what these compile to; here is where they are told apart.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gatewright.deploy import http_api_document, http_api_links, links, unsupported, websocket_document
from gatewright.deploy.compile import compile_program
from gatewright.deploy.document import assemble, canary_stage, program_name, with_canary
from gatewright.deploy.http_api import TYPE, compile_http_api
from gatewright.deploy.websocket import compile_websocket
from gatewright.program.http_api import HttpApiProgram
from gatewright.program.records import StageProgram
from gatewright.program.websocket import WebSocketProgram
from gatewright.store.base import Body, Document, Key, Transaction

logger = logging.getLogger("gatewright.deploy")
HTTP_STAGE = "api_stage"
STAGES = ("stage", HTTP_STAGE)
Program = StageProgram | HttpApiProgram | WebSocketProgram
Targets = Mapping[str, str]  # addresses of VPC links, as the setting gives them


def document_of(
    tx: Transaction, stage: Document, targets: Targets, tell: Callable[[str], None] = lambda _: None
) -> dict[str, Any] | None:
    """The program document of a stage; None when it serves nothing. `tell` hears what the document leaves out."""
    deployment = stage.body.get("DeploymentId" if stage.key.kind == HTTP_STAGE else "deploymentId") or ""
    snapshot = None if stage.key.kind == HTTP_STAGE and not deployment else _snapshot(tx, stage.key, deployment)
    if snapshot is None:
        return None
    for line in unsupported.of_api(snapshot["api"]):
        tell(line)
    document = assembled(tx, stage, snapshot, deployment, targets)
    canary = stage.body.get("canarySettings")
    if canary:
        with_canary(document, _snapshot(tx, stage.key, canary.get("deploymentId") or deployment), stage.body)
        program = document["canary"].get("program")
        if program is not None:
            program |= _beside(tx, stage, program, targets)
    return document


def assembled(tx: Transaction, stage: Document, snapshot: Body, deployment: str, targets: Targets) -> dict[str, Any]:
    """What a stage would serve of a snapshot, without a canary."""
    account, region, body = stage.key.account, stage.key.region, stage.body
    if stage.key.kind != HTTP_STAGE:
        document = assemble(account, region, snapshot, body, deployment)
        return document | _beside(tx, stage, document, targets)
    if snapshot["api"].get("ProtocolType") == websocket_document.TYPE:
        document = websocket_document.assemble(account, region, snapshot, body, deployment)
        return document | links.known(tx, stage.key, websocket_document.for_links(document), targets)
    document = http_api_document.assemble(account, region, snapshot, body, deployment)
    return document | http_api_links.known(tx, stage.key, document, targets)


def canary_of(stage: Document) -> Document:
    """A stage as the requests of its canary see it."""
    return Document(stage.key, stage.revision, canary_stage(stage.body))


def compiled(document: Mapping[str, Any]) -> Program:
    """Raises CompileError."""
    if document["type"] == TYPE:
        return compile_http_api(document)
    if document["type"] == websocket_document.TYPE:
        return compile_websocket(document)
    return compile_program(document)


def without_effect(document: Mapping[str, Any]) -> Iterator[str]:
    """A line for whatever a document asks for in vain."""
    if document["type"] == TYPE:
        yield from http_api_document.unsupported(document)


def unaddressed(document: Mapping[str, Any]) -> Iterator[str]:
    """A line for whatever will fail because of its VPC link; of a canary, too."""
    if document["type"] == TYPE:
        yield from http_api_links.unaddressed(document)
    elif document["type"] == websocket_document.TYPE:
        yield from links.unaddressed(websocket_document.for_links(document) | {"vpcLinks": document.get("vpcLinks")})
    else:
        canary = (document.get("canary") or {}).get("program")
        for part in (document, *(() if canary is None else (canary,))):
            yield from links.unaddressed(part)


def certificate(tx: Transaction, stage: Key, wanted: str | None) -> dict[str, Any]:
    """The member `clientCertificate` of a stage's program documents, if there is one to show."""
    found = tx.get(Key(stage.account, stage.region, "client_certificate", "", wanted)) if wanted else None
    if found is None:
        return {}
    body = found.body
    return {"clientCertificate": {"pemEncodedCertificate": body["pemEncodedCertificate"], "key": body["_key"]}}


def _beside(tx: Transaction, stage: Document, document: dict[str, Any], targets: Targets) -> dict[str, Any]:
    """What a REST API's program needs of other documents."""
    return links.known(tx, stage.key, document, targets) | certificate(
        tx, stage.key, stage.body.get("clientCertificateId")
    )


def _snapshot(tx: Transaction, stage: Key, deployment: str) -> Body | None:
    found = tx.get(Key(stage.account, stage.region, "snapshot", stage.parent, deployment))
    if found is None:
        logger.error("stage %s: deployment %r has no snapshot", program_name(stage.parent, stage.id), deployment)
    return None if found is None else found.body
