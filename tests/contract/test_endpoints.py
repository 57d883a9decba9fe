"""Where services are reached, compared with what botocore says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import botocore.session
import pytest

from adapters.aws import endpoints
from adapters.aws.endpoints import Endpoint, EndpointMissingError, certificates, endpoint_of

pytestmark = pytest.mark.one_python

_DOMAINS = {
    "aws": "amazonaws.com",
    "aws-cn": "amazonaws.com.cn",
    "aws-us-gov": "amazonaws.com",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
    "aws-iso-e": "cloud.adc-e.uk",
    "aws-iso-f": "csp.hci.ic.gov",
    "aws-eusc": "amazonaws.eu",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Leave nothing of the machine's own settings."""
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_LAMBDA", "AWS_CA_BUNDLE", *endpoints._SWITCHES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


def botocore_url(service: str, region: str | None = None, session: botocore.session.Session | None = None) -> str:
    """Return the address that a client of botocore has; one session of many clients reads its rules once."""
    used = session or botocore.session.get_session()
    return used.create_client(service, region_name=region).meta.endpoint_url


def regions() -> Iterator[tuple[str, str]]:
    """Yield each partition that botocore knows, with each region of it that has Lambda."""
    session = botocore.session.get_session()
    for partition in session.get_available_partitions():
        for region in session.get_available_regions("lambda", partition):
            yield partition, region


@pytest.mark.parametrize("service", ["lambda", "dynamodb"])
def test_the_usual_hostname_is_botocores_in_every_region(monkeypatch: pytest.MonkeyPatch, service: str) -> None:
    """A service's region and its partition's domain make the hostname that botocore finds."""
    found = {}
    for partition, region in regions():
        monkeypatch.setenv("AWS_DEFAULT_REGION", region)
        monkeypatch.setenv(endpoints.DOMAIN, _DOMAINS[partition])
        found[region] = endpoint_of(service)
    assert len(found) > 30
    session = botocore.session.get_session()
    assert found == {region: Endpoint(botocore_url(service, region, session), region) for region in found}


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"AWS_ENDPOINT_URL": "http://127.0.0.1:4566/"}, id="any service"),
        pytest.param({"AWS_ENDPOINT_URL_LAMBDA": "http://127.0.0.1:1", "AWS_ENDPOINT_URL": "http://x"}, id="one"),
        pytest.param({"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1"}, id="another service"),
        pytest.param({"AWS_ENDPOINT_URL": "http://x", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, id="ignored"),
        pytest.param({"AWS_USE_FIPS_ENDPOINT": "true", "AWS_DEFAULT_REGION": "us-east-1"}, id="FIPS"),
        pytest.param({"AWS_USE_DUALSTACK_ENDPOINT": "true"}, id="dual-stack"),
        pytest.param({"AWS_USE_DUALSTACK_ENDPOINT": "true", "AWS_USE_FIPS_ENDPOINT": "true"}, id="both"),
        pytest.param({"AWS_DEFAULT_REGION": "cn-north-1"}, id="another partition"),
    ],
)
@pytest.mark.parametrize("domain", [None, "amazonaws.com"])
def test_settings_count_as_for_botocore(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], domain: str | None
) -> None:
    """With the template's domain and without, a configured address or switch leads where botocore's client goes."""
    if domain:
        monkeypatch.setenv(endpoints.DOMAIN, "amazonaws.com.cn" if "cn-north-1" in settings.values() else domain)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert endpoint_of("lambda").url == botocore_url("lambda").rstrip("/")


def test_a_configuration_file_counts_as_for_botocore(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The address in a profile's section of services is used."""
    file = tmp_path / "config"
    file.write_text("[default]\nservices = s\n[services s]\nlambda =\n  endpoint_url = http://127.0.0.1:9\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    monkeypatch.setenv(endpoints.DOMAIN, "amazonaws.com")
    assert endpoint_of("lambda").url == botocore_url("lambda") == "http://127.0.0.1:9"


def test_without_a_region_there_is_no_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names what botocore lacks."""
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(EndpointMissingError, match="NoRegion"):
        endpoint_of("lambda")


def test_certificates_are_botocores_unless_the_environment_names_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """`AWS_CA_BUNDLE` counts; else the file is there and has certificates."""
    assert "BEGIN CERTIFICATE" in Path(certificates()).read_text()
    monkeypatch.setenv("AWS_CA_BUNDLE", "/somewhere/ca.pem")
    assert certificates() == "/somewhere/ca.pem"
