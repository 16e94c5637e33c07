"""Client certificates: GenerateClientCertificate, GetClientCertificate(s), UpdateClientCertificate,
DeleteClientCertificate.

A stage shows one to its https backends, which so know that a call comes through the API. The private key stays in the
document and never leaves it but for the programs of stages that use it.
https://docs.aws.amazon.com/apigateway/latest/api/API_ClientCertificate.html
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from gatewright.aws.pagination import page
from gatewright.catalog import patch, quotas
from gatewright.catalog.patches import client_certificate as table
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup, tags
from gatewright.store.base import Body

_DAYS = 365
_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ApiGateway")])  # unverified: AWS's own subject


def generate_client_certificate(call: Call, params: Params) -> Params:
    """A new self-signed certificate, RSA 2048, good for a year."""
    tags.check(params.get("tags") or {})
    lookup.room_for(call, "client_certificate", "", quotas.COUNTS["client_certificate"])
    certificate, key = _generate(call.now)
    fresh = call.new_id("client_certificate")
    made: Body = {
        "clientCertificateId": fresh,
        "pemEncodedCertificate": certificate,
        "createdDate": call.now,
        "expirationDate": call.now + _DAYS * 86_400,
        "_key": key,
    }
    made |= {name: params[name] for name in ("description", "tags") if params.get(name)}
    return call.insert("client_certificate", "", fresh, made)


def get_client_certificate(call: Call, params: Params) -> Params:
    return _find(call, params)


def get_client_certificates(call: Call, params: Params) -> Params:
    """In the order of their creation."""
    certificates = sorted(call.list("client_certificate", ""), key=_age)
    items, position = page(certificates, _age, params.get("position"), params.get("limit"))
    return {"items": items, "position": position}


def update_client_certificate(call: Call, params: Params) -> Params:
    certificate = _find(call, params)
    patched = patch.apply(table.TABLE, certificate, patch.operations(params.get("patchOperations")))
    return call.put("client_certificate", "", certificate["clientCertificateId"], patched)


def delete_client_certificate(call: Call, params: Params) -> None:
    """Refused while a stage shows it (unverified wording)."""
    wanted = _find(call, params)["clientCertificateId"]
    for api in call.list("rest_api", ""):
        for stage in call.list("stage", api["id"]):
            if stage.get("clientCertificateId") == wanted:
                raise errors.bad_request(
                    f"Cannot delete client certificate '{wanted}', is referenced in stage: "
                    f"{api['id']}/{stage['stageName']}"
                )
    call.delete("client_certificate", "", wanted)


def _generate(now: int) -> tuple[str, str]:
    """Certificate and private key as PEM."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    begin = datetime.fromtimestamp(now, UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_NAME)
        .issuer_name(_NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return certificate.public_bytes(pem).decode(), private.decode()


def _find(call: Call, params: Params) -> Body:
    return lookup.top(call, "client_certificate", params["clientCertificateId"], lookup.NO_CERTIFICATE)


def _age(certificate: Body) -> str:
    return f"{certificate['createdDate']:012d} {certificate['clientCertificateId']}"
