from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from tests.unit.control.support import ACCOUNT, REGION, Control, patch, refused


def test_a_certificate_is_generated(plane: Control) -> None:
    made = plane.rest.generate_client_certificate(description="for the backend", tags={"a": "b"})
    assert made.keys() - {"ResponseMetadata"} == {
        "clientCertificateId", "description", "pemEncodedCertificate", "createdDate", "expirationDate", "tags"
    }  # fmt: skip
    certificate = x509.load_pem_x509_certificate(made["pemEncodedCertificate"].encode())
    key = certificate.public_key()
    assert isinstance(key, RSAPublicKey)
    assert key.key_size == 2048
    assert certificate.not_valid_before_utc == made["createdDate"]
    assert certificate.not_valid_after_utc == made["expirationDate"]
    assert (made["expirationDate"] - made["createdDate"]).days == 365
    certificate.verify_directly_issued_by(certificate)


def test_the_private_key_stays_inside(plane: Control) -> None:
    made = plane.rest.generate_client_certificate()
    at = {"clientCertificateId": made["clientCertificateId"]}
    with plane.store.transaction(write=False) as tx:
        (kept,) = tx.list(ACCOUNT, REGION, "client_certificate")
    assert kept.body["_key"].startswith("-----BEGIN PRIVATE KEY-----")
    for path in ("/clientcertificates", f"/clientcertificates/{at['clientCertificateId']}"):
        assert b"PRIVATE" not in plane.handle("GET", path).body
    plane.rest.update_client_certificate(**at, patchOperations=[patch("replace", "/description", "x")])
    assert plane.rest.get_client_certificate(**at)["description"] == "x"
    with plane.store.transaction(write=False) as tx:
        assert tx.list(ACCOUNT, REGION, "client_certificate")[0].body["_key"] == kept.body["_key"]


def test_in_order_of_creation_and_gone(plane: Control) -> None:
    ids = []
    for _ in range(2):
        ids.append(plane.rest.generate_client_certificate()["clientCertificateId"])
        plane.clock.advance(1)
    assert [each["clientCertificateId"] for each in plane.rest.get_client_certificates()["items"]] == ids
    plane.rest.delete_client_certificate(clientCertificateId=ids[0])
    missing = (404, "NotFoundException", "Invalid Client Certificate identifier specified")
    assert refused(plane.rest.get_client_certificate, clientCertificateId=ids[0]) == missing
    assert refused(plane.rest.delete_client_certificate, clientCertificateId=ids[0]) == missing


def test_one_that_a_stage_shows_stays(plane: Control) -> None:
    certificate = plane.rest.generate_client_certificate()["clientCertificateId"]
    api_id, _ = plane.mock_api()
    plane.rest.create_deployment(restApiId=api_id, stageName="v1")
    shown = [patch("replace", "/clientCertificateId", certificate)]
    plane.rest.update_stage(restApiId=api_id, stageName="v1", patchOperations=shown)
    assert refused(plane.rest.delete_client_certificate, clientCertificateId=certificate)[::2] == (
        400,
        f"Cannot delete client certificate '{certificate}', is referenced in stage: {api_id}/v1",
    )
