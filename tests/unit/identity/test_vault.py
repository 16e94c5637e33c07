"""The vault: what is sealed, who may read its key, what does not open."""

from __future__ import annotations

import base64
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatewright.identity.vault import Vault, VaultError

ID = "AKIA0000000000000000"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    made = Vault(tmp_path / "credentials.key")
    made.create()
    return made


def test_what_is_sealed_opens_also_in_another_process(vault: Vault, tmp_path: Path) -> None:
    sealed = vault.seal(ID, "secret")
    assert Vault(tmp_path / "credentials.key").open(ID, sealed) == "secret"
    assert "secret" not in sealed
    assert base64.b64encode(b"secret").decode() not in sealed
    assert vault.seal(ID, "secret") != sealed


def test_the_key_is_its_owner_s_alone_and_made_once(vault: Vault, tmp_path: Path) -> None:
    file = tmp_path / "credentials.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    assert len(base64.b64decode(before)) == 32
    vault.create()
    assert file.read_bytes() == before
    assert os.listdir(tmp_path) == ["credentials.key"]


def test_of_many_who_make_the_key_one_does(tmp_path: Path) -> None:
    vaults = [Vault(tmp_path / "credentials.key") for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(Vault.create, vaults))
    sealed = [vault.seal(ID, "secret") for vault in vaults]
    assert {vaults[0].open(ID, each) for each in sealed} == {"secret"}
    assert os.listdir(tmp_path) == ["credentials.key"]


@given(secret=st.text(), key=st.text())
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_secret_of_any_key_opens(vault: Vault, secret: str, key: str) -> None:
    assert vault.open(key, vault.seal(key, secret)) == secret


@given(sealed=st.one_of(st.text(), st.binary().map(lambda data: f"1:{base64.b64encode(data).decode()}")))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_else_opens(vault: Vault, sealed: str) -> None:
    with pytest.raises(VaultError):
        vault.open(ID, sealed)


def test_a_sealed_secret_belongs_to_its_credential(vault: Vault) -> None:
    with pytest.raises(VaultError, match="sealed with another key"):
        vault.open("AKIA0000000000000001", vault.seal(ID, "secret"))


def test_a_sealed_secret_that_was_changed_does_not_open(vault: Vault) -> None:
    version, _, text = vault.seal(ID, "secret").partition(":")
    data = base64.b64decode(text)
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises(VaultError):
            vault.open(ID, f"{version}:{base64.b64encode(changed).decode()}")


@pytest.mark.parametrize("sealed", ["", "secret", "1:", "1:!!!!", "1:AAAA", "2:" + "A" * 60, "1:" + "A" * 60, ":"])
def test_what_was_not_sealed_does_not_open(vault: Vault, sealed: str) -> None:
    with pytest.raises(VaultError) as caught:
        vault.open(ID, sealed)
    assert ID in str(caught.value)


def test_another_key_opens_nothing(vault: Vault, tmp_path: Path) -> None:
    other = Vault(tmp_path / "other.key")
    other.create()
    with pytest.raises(VaultError, match=r"another key than .*other\.key"):
        other.open(ID, vault.seal(ID, "secret"))


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o660, 0o602, 0o610])
def test_a_key_that_others_may_read_or_change_is_refused(vault: Vault, tmp_path: Path, mode: int) -> None:
    (tmp_path / "credentials.key").chmod(mode)
    with pytest.raises(VaultError, match="chmod 600"):
        vault.seal(ID, "secret")


def test_a_key_that_is_given_to_a_group_is_taken(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "credentials.key").chmod(0o440)  # as secrets are mounted for a service
    assert vault.open(ID, vault.seal(ID, "secret")) == "secret"


@pytest.mark.parametrize("text", ["", "short", base64.b64encode(b"x" * 31).decode(), "é" * 44, "A" * 5000])
def test_a_file_that_holds_no_key(tmp_path: Path, text: str) -> None:
    file = tmp_path / "credentials.key"
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(VaultError, match="does not hold a key"):
        Vault(file).seal(ID, "secret")


def test_a_key_that_is_gone_is_said(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "credentials.key")
    assert not vault.exists
    with pytest.raises(VaultError, match="missing: restore it"):
        vault.seal(ID, "secret")
    with pytest.raises(VaultError, match="No such file"):
        Vault(tmp_path / "nowhere" / "credentials.key").create()
