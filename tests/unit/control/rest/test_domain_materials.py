"""Truststores and certificates of domain names: when they are fetched, and what becomes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests import pki
from tests.unit.control.rest.test_domain_names import CERT, NAME, asked
from tests.unit.control.support import ROOT, Control, control, patch, refused

URI = "s3://bucket/trust.pem"
OTHER = pki.make("other", authority=True, days=36500, since=5000)
EXPIRED = pki.make("expired", authority=True, days=-4000, since=5000)


def create(plane: Control, **members: Any) -> Any:
    return plane.rest.create_domain_name(**asked(**members))


def update(plane: Control, *operations: dict[str, str]) -> Any:
    return plane.rest.update_domain_name(domainName=NAME, patchOperations=list(operations))


def kept(plane: Control) -> dict[str, Any]:
    """The document of the domain name."""
    with plane.store.transaction(write=False) as tx:
        (found,) = tx.scan("domain_name")
    return dict(found.body)


def test_a_truststore_is_fetched_when_it_is_named(plane: Control) -> None:
    made = create(plane, mutualTlsAuthentication={"truststoreUri": URI})
    assert made["mutualTlsAuthentication"] == {"truststoreUri": URI}
    assert kept(plane)["_truststore"] == ROOT.pem
    assert plane.outside.asked == [(URI, None)]
    update(plane, patch("replace", "/securityPolicy", "TLS_1_2"))
    assert len(plane.outside.asked) == 1
    plane.outside.objects[URI, None] = OTHER.pem.encode()
    update(plane, patch("replace", "/mutualTlsAuthentication/truststoreUri", URI))
    assert kept(plane)["_truststore"] == OTHER.pem


def test_versions(plane: Control) -> None:
    create(plane, mutualTlsAuthentication={"truststoreUri": URI, "truststoreVersion": "1"})
    plane.outside.objects[URI, "2"] = (OTHER.pem + EXPIRED.pem).encode()
    changed = update(plane, patch("replace", "/mutualTlsAuthentication/truststoreVersion", "2"))
    assert changed["mutualTlsAuthentication"] == {
        "truststoreUri": URI,
        "truststoreVersion": "2",
        "truststoreWarnings": ["Certificate with subject CN=expired: the certificate has expired"],
    }
    assert kept(plane)["_truststore"] == OTHER.pem
    again = plane.v2.update_domain_name(DomainName=NAME, MutualTlsAuthentication={"TruststoreVersion": "3"})
    assert again["MutualTlsAuthentication"] == {"TruststoreUri": URI, "TruststoreVersion": "3"}
    assert kept(plane)["_truststore"] == ROOT.pem
    assert plane.outside.asked == [(URI, "1"), (URI, "2"), (URI, "3")]


def test_without_mutual_tls_nothing_is_left_of_it(plane: Control) -> None:
    create(plane, mutualTlsAuthentication={"truststoreUri": URI})
    assert "mutualTlsAuthentication" not in update(
        plane, patch("replace", "/mutualTlsAuthentication/truststoreUri", "")
    )
    assert "_truststore" not in kept(plane)
    create_v2 = plane.v2.update_domain_name(DomainName=NAME, MutualTlsAuthentication={"TruststoreUri": URI})
    assert create_v2["MutualTlsAuthentication"] == {"TruststoreUri": URI}
    plane.v2.update_domain_name(DomainName=NAME, MutualTlsAuthentication={"TruststoreUri": ""})
    assert "_truststore" not in kept(plane)


def test_a_truststore_that_cannot_be_used_changes_nothing(plane: Control) -> None:
    create(plane, mutualTlsAuthentication={"truststoreUri": URI})
    plane.outside.objects["s3://bucket/text", None] = b"hello"
    for uri, words in (
        ("s3://bucket/missing", "The truststore s3://bucket/missing could not be read"),
        ("s3://bucket/text", "The truststore holds no PEM-encoded certificate"),
    ):
        change = [patch("replace", "/mutualTlsAuthentication/truststoreUri", uri)]
        status, code, said = refused(plane.rest.update_domain_name, domainName=NAME, patchOperations=change)
        assert (status, code) == (400, "BadRequestException")
        assert said.startswith(words)
    assert kept(plane)["_truststore"] == ROOT.pem
    new = asked(domainName="b.example.com", mutualTlsAuthentication={"truststoreUri": "s3://bucket/missing"})
    assert refused(plane.rest.create_domain_name, **new)[0] == 400
    assert refused(plane.rest.get_domain_name, domainName="b.example.com")[0] == 404


def test_files_of_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "trust.pem"
    file.write_text(OTHER.pem)
    with control(tmp_path / "control", truststore_files={URI: str(file)}) as plane:
        create(plane, mutualTlsAuthentication={"truststoreUri": URI})
        assert kept(plane)["_truststore"] == OTHER.pem
        assert plane.outside.asked == []
        change = [patch("replace", "/mutualTlsAuthentication/truststoreVersion", "2")]
        said = refused(plane.rest.update_domain_name, domainName=NAME, patchOperations=change)[2]
        assert "has no versions" in said
        file.unlink()
        change = [patch("replace", "/mutualTlsAuthentication/truststoreUri", URI)]
        assert "could not be read" in refused(plane.rest.update_domain_name, domainName=NAME, patchOperations=change)[2]


def test_a_certificate_that_acm_has(plane: Control) -> None:
    plane.outside.certificates[CERT] = "CHAIN AND PRIVATE KEY"
    create(plane)
    assert kept(plane)["_certificate"] == "CHAIN AND PRIVATE KEY"
    for path in (f"/domainnames/{NAME}", "/domainnames", f"/v2/domainnames/{NAME}"):
        assert b"PRIVATE KEY" not in plane.handle("GET", path).body
    del plane.outside.certificates[CERT]  # companions begin empty with every start
    update(plane, patch("replace", "/securityPolicy", "TLS_1_2"))
    assert kept(plane)["_certificate"] == "CHAIN AND PRIVATE KEY"
    other = CERT.replace("/1", "/2")
    update(plane, patch("replace", "/regionalCertificateArn", other))
    assert "_certificate" not in kept(plane)
    plane.outside.certificates[other] = "RENEWED"
    plane.v2.update_domain_name(DomainName=NAME, RoutingMode="ROUTING_RULE_ONLY")
    assert kept(plane)["_certificate"] == "RENEWED"


def test_certificates_are_looked_up_in_companions_only(tmp_path: Path) -> None:
    with control(tmp_path / "control", companions=False) as plane:
        plane.outside.certificates[CERT] = "CHAIN AND PRIVATE KEY"
        create(plane)
        assert "_certificate" not in kept(plane)


def test_companions_that_do_not_answer_hold_up_nothing(plane: Control, caplog: pytest.LogCaptureFixture) -> None:
    create(plane, regionalCertificateArn=CERT.replace("/1", "/broken"))
    assert "_certificate" not in kept(plane)
    assert "/broken: no answer" in caplog.text


def test_no_mutual_tls_with_enhanced_policies(plane: Control) -> None:
    enhanced = {"securityPolicy": "SecurityPolicy_TLS13_1_3_2025_09", "endpointAccessMode": "BASIC"}
    new = asked(mutualTlsAuthentication={"truststoreUri": URI}, **enhanced)
    assert refused(plane.rest.create_domain_name, **new) == (
        400,
        "BadRequestException",
        "Mutual TLS is not supported with an enhanced security policy",
    )
    create(plane, mutualTlsAuthentication={"truststoreUri": URI})
    change = [patch("replace", f"/{name}", value) for name, value in enhanced.items()]
    assert refused(plane.rest.update_domain_name, domainName=NAME, patchOperations=change)[0] == 400
