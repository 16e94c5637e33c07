"""What a domain name needs from outside of this node: its truststore, and in the local profile its certificate.

Both are fetched between two transactions. The truststore comes from S3 (the companions', or the configured endpoint),
or from a file that the settings give for its URI; it is fetched anew whenever a change names it. The certificate is
what the companions' ACM has under the ARN, chain and private key; elsewhere, and where ACM knows no such ARN, the
settings say which certificate is shown.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gatewright.control import errors
from gatewright.control.base import Outside, UnreachableError
from gatewright.control.call import Call, Params
from gatewright.control.rest import truststores
from gatewright.control.rest.truststores import Bundle
from gatewright.store.base import Body

log = logging.getLogger("gatewright.control")

Again = Callable[[Call, "Fetched"], Params | None]
Source = tuple[str, str | None]  # truststoreUri, truststoreVersion


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was asked for, and what came of it; None: it was not asked for, or is not known."""

    source: Source | None = None
    bundle: Bundle | None = None
    arn: str | None = None
    certificate: str | None = None


def postpone(call: Call, domain: Body, before: Body | None, again: Again, *, renew: bool) -> bool:
    """Whether something must be fetched first; `again` then goes on with it, in another transaction.

    `before`: the domain name as it was, None for a new one. `renew`: the change names the truststore.
    """
    source = _source(domain)
    if source is not None and not renew and before is not None:
        same = source == _source(before) and "_truststore" in before
        source = None if same else source
    settings = call.settings
    served = settings.local and settings.companions and settings.aws_endpoint_url is None
    arn = _arn(domain) if served else None
    if source is None and arn is None:
        return False
    file = None if source is None else settings.truststore_files.get(source[0])
    outside, account, region, now, request = call.outside, call.account, call.region, call.now, call.request_id

    def after() -> Callable[[Call], Params | None]:
        bundle = None
        if source is not None:
            try:
                data = _of_file(file, source) if file is not None else outside.object(account, region, *source)
            except (OSError, UnreachableError) as error:
                log.warning("request %s: truststore %s: %s", request, source[0], error)
                raise errors.bad_request(  # unverified wording
                    f"The truststore {source[0]} could not be read: make sure that bucket, key and version exist and "
                    "that this server may read them"
                ) from None
            bundle = truststores.read(data, now)
        fetched = Fetched(source, bundle, arn, _certificate(outside, arn, request))
        return lambda later: again(later, fetched)

    call.after = after
    return True


def settle(domain: Body, fetched: Fetched | None) -> None:
    """Write what was fetched into a domain name. Raises ConflictException when it is not what the name now needs."""
    truststore = domain.get("mutualTlsAuthentication")
    if truststore is None:
        domain.pop("_truststore", None)
    elif fetched is not None and fetched.bundle is not None:
        if fetched.source != _source(domain):
            raise errors.conflict(errors.CONCURRENT)
        truststore.pop("truststoreWarnings", None)
        if fetched.bundle.warnings:
            truststore["truststoreWarnings"] = list(fetched.bundle.warnings)
        domain["_truststore"] = fetched.bundle.pem
    arn = _arn(domain)
    if domain.get("_certificateArn") != arn:
        domain.pop("_certificate", None)
        domain["_certificateArn"] = arn
    if fetched is not None and fetched.certificate is not None and fetched.arn == arn:
        domain["_certificate"] = fetched.certificate


def _source(domain: Body) -> Source | None:
    truststore = domain.get("mutualTlsAuthentication")
    return None if truststore is None else (truststore["truststoreUri"], truststore.get("truststoreVersion"))


def _arn(domain: Body) -> str | None:
    found: str | None = domain.get("regionalCertificateArn") or domain.get("certificateArn")
    return found


def _of_file(file: str, source: Source) -> bytes:
    if source[1] is not None:
        raise errors.bad_request(f"The truststore {source[0]} is a file of the server's and has no versions")
    with Path(file).open("rb") as opened:
        return opened.read(truststores.MOST_BYTES + 1)


def _certificate(outside: Outside, arn: str | None, request: str) -> str | None:
    if arn is None:
        return None
    try:
        return outside.certificate(arn)
    except UnreachableError as error:
        log.warning("request %s: certificate %s: %s", request, arn, error)
        return None
