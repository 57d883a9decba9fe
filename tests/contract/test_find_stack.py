"""A stack is found by its name; what is wrong with the name, the region or the credentials is said with its remedy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.remote.account import Account, authorities_of, credentials_of
from adapters.remote.stack import Deployed, find_stack
from domain.errors import DependencyUnavailable, PlaceUnusable, SweepError
from tests.fakes.api import ApiDesk
from tests.fakes.deployed_api import DeployedApi

CONFIG = """
[profile lab]
region = us-east-1
endpoint_url = {url}
aws_access_key_id = key
aws_secret_access_key = secret
sweep_stack = lab
[profile other]
region = eu-west-1
"""


@pytest.fixture(autouse=True)
def no_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away every credential and setting of the machine that runs the tests."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def server() -> Iterator[DeployedApi]:
    """Yield a server that knows the stack `lab`."""
    with DeployedApi(ApiDesk()) as server:
        yield server


@pytest.fixture
def account(server: DeployedApi, tmp_path: Path) -> Account:
    """Return the settings of the file that describes the server."""
    config = tmp_path / "aws-config"
    config.write_text(CONFIG.format(url=server.url), encoding="utf-8")
    return Account(profile="lab", config=config)


def found(account: Account, name: str = "lab") -> Deployed:
    """Return what is found."""
    session = account.session()
    return find_stack(account, session, name, authorities_of(session))


def test_an_emulators_api_is_below_its_endpoint(account: Account, server: DeployedApi) -> None:
    """An endpoint that stands for all of AWS has the APIs below it; the file goes before the environment."""
    assert found(account).api == f"{server.url}/_aws/execute-api/api1/v1"
    assert found(account).region == "us-east-1"


def test_the_file_goes_before_the_environment(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a shell has exported for another stack does not lead away from the one that is named."""
    for name, value in {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "another",
        "AWS_SECRET_ACCESS_KEY": "another",
    }.items():
        monkeypatch.setenv(name, value)
    assert found(account).region == "us-east-1"
    assert credentials_of(account.session()).access_key == "key"


def test_the_environment_alone_is_enough(server: DeployedApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any file, the variables of the AWS SDKs lead to the stack; AWS_REGION is one of them."""
    variables = {"AWS_ENDPOINT_URL": server.url, "AWS_REGION": "us-east-1"}
    for name, value in (variables | {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}).items():
        monkeypatch.setenv(name, value)
    assert found(Account()).api == f"{server.url}/_aws/execute-api/api1/v1"


def test_awss_api_is_the_one_of_the_outputs(server: DeployedApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only CloudFormation has an endpoint of its own, as in a private network, the API is where AWS has it."""
    variables = {"AWS_ENDPOINT_URL_CLOUDFORMATION": server.url, "AWS_REGION": "us-east-1"}
    for name, value in (variables | {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}).items():
        monkeypatch.setenv(name, value)
    assert found(Account()).api == "https://api1.execute-api.us-east-1.amazonaws.com/v1"


def absent(_: DeployedApi) -> None:
    """Change nothing."""


def refusing(code: str) -> object:
    """Return what has CloudFormation answer with an error code."""
    return lambda server: setattr(server, "refusal", (403, code))


def standing(status: str) -> object:
    """Return what gives the stack this status, and no outputs."""

    def change(server: DeployedApi) -> None:
        server.status, server.outputs = status, {}

    return change


CASES = {
    "another name": (absent, "nope", PlaceUnusable, "there is no stack nope in us-east-1; check --stack, --region"),
    "no right": (refusing("AccessDenied"), "lab", PlaceUnusable, "may not describe a stack lab .* CallerPolicyArn"),
    "expired": (refusing("ExpiredToken"), "lab", PlaceUnusable, "the credentials have expired; get new ones"),
    "an unknown key": (refusing("InvalidClientTokenId"), "lab", PlaceUnusable, "AWS does not know the key"),
    "a wrong secret": (refusing("SignatureDoesNotMatch"), "lab", PlaceUnusable, "check the secret key, and this mach"),
    "another error": (refusing("InternalFoo"), "lab", DependencyUnavailable, "CloudFormation in us-east-1 answers Int"),
    "half deployed": (standing("CREATE_IN_PROGRESS"), "lab", PlaceUnusable, r"not deployed to the end \(CREATE_IN_PR"),
    "rolled back": (standing("ROLLBACK_COMPLETE"), "lab", PlaceUnusable, r"not deployed to the end \(ROLLBACK_COMPL"),
    "going away": (standing("DELETE_IN_PROGRESS"), "lab", PlaceUnusable, r"is being deleted .*\(DELETE_IN_PROGRESS"),
    "no sweep's": (standing("CREATE_COMPLETE"), "lab", PlaceUnusable, "is no serverless-sweep: it has no output"),
}


@pytest.mark.parametrize(("change", "name", "error", "message"), CASES.values(), ids=CASES)
def test_what_is_wrong_is_said(
    account: Account, server: DeployedApi, change: object, name: str, error: type[SweepError], message: str
) -> None:
    """The message names the stack and the region, and what the caller can do."""
    assert callable(change)
    change(server)
    account = Account(account.region, account.profile, account.config)
    text = account.config.read_text() if account.config else ""
    (account.config or Path()).write_text(text.replace("sweep_stack = lab", f"sweep_stack = {name}"))
    with pytest.raises(error, match=message):
        found(account, name)


def test_a_profile_that_is_none_is_said(account: Account) -> None:
    """The message has the profile's name."""
    with pytest.raises(PlaceUnusable, match=r"profile \(gone\) could not be found"):
        found(Account(profile="gone", config=account.config))


def test_a_config_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """The message has the path of the file."""
    config = tmp_path / "half"
    config.write_text("[profile lab\nregion", encoding="utf-8")
    with pytest.raises(PlaceUnusable, match=str(config)):
        found(Account(profile="lab", config=config))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param({}, "no region is said", id="no region"),
        pytest.param({"AWS_REGION": "us east"}, "the region's name is no host name", id="no name of a region"),
        pytest.param({"AWS_REGION": "us-east-1"}, "there are no AWS credentials", id="no credentials"),
        pytest.param(
            {"AWS_REGION": "us-east-1", "AWS_CA_BUNDLE": "/nowhere/ca.pem"},
            "no bundle .* /nowhere/ca.pem",
            id="no bundle",
        ),
    ],
)
def test_what_the_environment_lacks_is_said(
    settings: dict[str, str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is sent."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(PlaceUnusable, match=message):
        found(Account())


def test_an_unreachable_service_is_said(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """A region that is none has no host; the message does not blame the credentials."""
    monkeypatch.setattr("adapters.remote.stack._ATTEMPTS", 1)
    text = CONFIG.format(url="http://127.0.0.1:9")
    assert account.config
    account.config.write_text(text, encoding="utf-8")
    with pytest.raises(DependencyUnavailable, match="AWS cannot be reached; check the network, and the region's name"):
        found(account)
