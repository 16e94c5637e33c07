"""Portals on the web: PublishPortal, DisablePortal, PreviewPortal.

Publishing writes the portal's files into the store, in one piece with the new status; `control/portal_pages.py` serves
them. They are made between two transactions, because Markdown takes its time and other writers wait their turn; the
call returns when they are there. What cannot be shown leaves the files of the last publishing as they are, and the
status says why.

    portal_site (portal)            where the files are served: {"host", "own" (domain name), "closed" (why)}
    portal_file (portal, name)      a file: {"type", "text", "connect"}; those of the preview under "{portal}/preview"

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-portals-publish-portal.html
"""

from __future__ import annotations

import logging
import string
from collections.abc import Callable, Mapping

from gatewright.aws.base import AwsError
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.portal_pages import PATHS
from gatewright.control.v2 import portal_lookup, portal_site
from gatewright.portal import site
from gatewright.portal.base import File
from gatewright.store.base import Body

DISABLED, IN_PROGRESS, PUBLISHED, FAILED = "DISABLED", "PUBLISH_IN_PROGRESS", "PUBLISHED", "PUBLISH_FAILED"
PREVIEW_SECONDS = 3600  # unverified: AWS says "short-lived"
_TOKEN = string.ascii_lowercase + string.digits
_COGNITO = "signing in with Amazon Cognito is not supported yet, so nobody can be let in"

log = logging.getLogger("gatewright.control")


def publish_portal(call: Call, params: Params) -> Params:
    portal = portal_lookup.portal(call, params)
    try:
        gathered = portal_site.gather(call, portal, preview=False)
    except AwsError as error:
        _fail(call, portal, error)
        return {}
    token, said = call.request_id, params.get("Description") or ""
    save(call, portal | {"PublishStatus": IN_PROGRESS, "_publishing": token})

    def render() -> Callable[[Call], None]:
        files = site.files(gathered)
        return lambda later: _publish(later, portal, token, files, said)

    call.after = render
    return {}


def _publish(call: Call, asked: Body, token: str, files: Mapping[str, File], description: str) -> None:
    """The end of a publishing, if nothing has come between. `asked`: the portal as it was when it began."""
    portal = call.get("portal", "", asked["PortalId"])
    if portal is None or portal.get("_publishing") != token:
        return
    try:
        _check_free(call, asked)
    except AwsError as error:
        _fail(call, portal, error)
        return
    _tell(asked)
    _write(call, portal["PortalId"], files)
    _serve(call, portal["PortalId"], _place(asked))
    changed = _settled(portal) | {"PublishStatus": PUBLISHED, "LastPublished": call.now}
    save(call, changed | {"LastPublishedDescription": description})


def _fail(call: Call, portal: Body, error: AwsError) -> None:
    save(call, _settled(portal) | {"PublishStatus": FAILED, "StatusException": _exception(error)})


def _settled(portal: Body) -> Body:
    """A portal that is not being published, and has no failure to tell of."""
    return {name: value for name, value in portal.items() if name not in ("StatusException", "_publishing")}


def disable_portal(call: Call, params: Params) -> None:
    portal = portal_lookup.portal(call, params)
    if portal["PublishStatus"] == DISABLED:
        raise errors.conflict("The portal is already disabled")  # unverified wording
    call.tx.delete_children(call.account, call.region, portal["PortalId"], "portal_file")
    _serve(call, portal["PortalId"], None)
    save(call, _settled(portal) | {"PublishStatus": DISABLED})


def preview_portal(call: Call, params: Params) -> Params:
    """Shows what publishing would, without trying it; the URL of the last preview ends."""
    portal = portal_lookup.portal(call, params)
    portal_id = portal["PortalId"]
    try:
        gathered = portal_site.gather(call, portal, preview=True)
    except AwsError as error:
        failed = {"PreviewStatus": "PREVIEW_FAILED", "StatusException": _exception(error)}
        drop_preview(call, portal_id)
        save(call, portal | {"Preview": failed, "_preview": None})
        return {}
    token = "".join(_TOKEN[call.below(len(_TOKEN))] for _ in range(32))
    kept = {"token": token, "expires": call.now + PREVIEW_SECONDS, "closed": _closed(portal)}
    drop_preview(call, portal_id)
    save(call, portal | {"Preview": {"PreviewStatus": "PREVIEW_IN_PROGRESS"}, "_preview": kept})

    def render() -> Callable[[Call], None]:
        files = site.files(gathered)
        return lambda later: _show(later, portal_id, token, files)

    call.after = render
    return {}


def _show(call: Call, portal_id: str, token: str, files: Mapping[str, File]) -> None:
    """The end of a preview's making, if nothing has come between."""
    portal = call.get("portal", "", portal_id)
    if portal is None or (portal.get("_preview") or {}).get("token") != token:
        return
    _write(call, f"{portal_id}/preview", files)
    shown = {"PreviewStatus": "PREVIEW_READY", "PreviewUrl": f"{_base(call, portal)}/preview/{token}/"}
    save(call, portal | {"Preview": shown})


def drop_preview(call: Call, id: str) -> None:
    call.tx.delete_children(call.account, call.region, f"{id}/preview", "portal_file")


def save(call: Call, portal: Body) -> Body:
    return call.put("portal", "", portal["PortalId"], portal)


def host_of(portal: Body) -> str:
    """The one name that a portal is reached by: a domain name of its own takes the place of AWS's."""
    endpoint = portal["EndpointConfiguration"]
    name: str = endpoint.get("DomainName") or endpoint["PortalDefaultDomainName"]
    return name.lower()


def _place(portal: Body) -> Body:
    """Where a portal is served, as it is now."""
    own = "DomainName" in portal["EndpointConfiguration"]
    return {"host": host_of(portal), "own": own, "closed": _closed(portal)}


def _base(call: Call, portal: Body) -> str:
    settings = call.settings
    if settings.local:
        scheme = "https" if settings.tls else "http"
        return f"{scheme}://localhost:{settings.port}{PATHS}{portal['PortalId']}"
    return f"https://{portal['EndpointConfiguration']['PortalDefaultDomainName']}"


def _write(call: Call, parent: str, files: Mapping[str, File]) -> None:
    call.tx.delete_children(call.account, call.region, parent, "portal_file")
    for name, file in files.items():
        call.put("portal_file", parent, name, {"type": file.type, "text": file.text, "connect": list(file.connect)})


def _serve(call: Call, id: str, site: Body | None) -> None:
    """Serve the portal's files there, or nowhere. The workers are told of hosts that they cannot know by themselves."""
    before = call.get("portal_site", "", id)
    if site is None:
        call.delete("portal_site", "", id)
    else:
        call.put("portal_site", "", id, site)
    if any(each is not None and each["own"] for each in (before, site)):
        call.publish_domains = True


def _check_free(call: Call, portal: Body) -> None:
    """Raises ConflictException when another portal is served under the name (it was renamed and not published)."""
    host = host_of(portal)
    for each in call.tx.scan("portal_site"):
        if each.key.id != portal["PortalId"] and each.body["host"] == host:
            raise errors.conflict(f"The domain name {host} is in use by another portal")


def _closed(portal: Body) -> str | None:
    """Why a portal answers nobody."""
    return _COGNITO if portal["Authorization"].get("CognitoConfig") else None


def _tell(portal: Body) -> None:
    """What the portal asks for in vain, for the operator."""
    lines = [f"{_closed(portal)}: its pages answer 403"] if _closed(portal) else []
    lines += [
        f"{member} is kept and not shown yet" for member in ("LogoUri", "RumAppMonitorName") if portal.get(member)
    ]
    for line in lines:
        log.warning("portal %s: %s", portal["PortalId"], line)


def _exception(error: AwsError) -> Body:
    return {"Exception": error.code, "Message": error.message[:2048]}
