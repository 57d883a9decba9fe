"""Which credentials requests are signed with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import botocore.credentials
import botocore.session
import pytest

from adapters.aws import credentials as module
from adapters.aws.credentials import Credentials, CredentialsMissingError, credentials

# In seconds: botocore renews credentials that end within fifteen minutes.
_SOON = 60


@pytest.fixture(autouse=True)
def nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Leave no credentials of the machine's own, and look for none in its network."""
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "SECURITY_TOKEN", "CREDENTIAL_EXPIRATION"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    module._chain.cache_clear()
    yield
    module._chain.cache_clear()


def test_the_environments_come_first_and_are_read_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What the environment has counts before a file, and a change of it is seen at once."""
    (tmp_path / "credentials").write_text("[default]\naws_access_key_id = f\naws_secret_access_key = f\n")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "one")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert credentials() == Credentials("one", "secret")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "two")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    assert credentials() == Credentials("two", "secret", "token")


def test_others_are_found_by_botocore(tmp_path: Path) -> None:
    """A file's credentials are used where the environment has none."""
    (tmp_path / "credentials").write_text("[default]\naws_access_key_id = f\naws_secret_access_key = s\n")
    assert credentials() == Credentials("f", "s")


def test_credentials_that_end_soon_are_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call asks botocore, which renews what is about to expire."""
    renewals = iter(range(10))

    def renewed() -> dict[str, str]:
        end = (datetime.now(UTC) + timedelta(seconds=_SOON)).isoformat()
        return {"access_key": f"key{next(renewals)}", "secret_key": "s", "token": "t", "expiry_time": end}

    found = botocore.credentials.RefreshableCredentials.create_from_metadata(renewed(), renewed, "test")
    monkeypatch.setattr(module, "_chain", cache(lambda: found))
    assert [credentials().access_key for _ in range(3)] == ["key1", "key2", "key3"]


def test_without_any_the_error_names_the_cause() -> None:
    """Nothing is signed with empty keys."""
    with pytest.raises(CredentialsMissingError, match="NoCredentials"):
        credentials()


def test_a_source_that_fails_is_named(tmp_path: Path) -> None:
    """The error has the class of botocore's own, and no value."""
    (tmp_path / "config").write_text("[default]\ncredential_process = false secret-argument\n")
    with pytest.raises(CredentialsMissingError, match=r"^CredentialRetrievalError$"):
        credentials()


def test_no_secret_is_shown() -> None:
    """The representation has neither the secret key nor the token."""
    assert repr(Credentials("key", "secret", "token")) == "Credentials(access_key='key')"
