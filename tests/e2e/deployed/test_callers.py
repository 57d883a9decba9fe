"""Only signed requests of a user with the template's caller policy reach the parent."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.e2e.deployed.api import JSON, Answer
from tests.e2e.deployed.cloud import Cloud

BODY = json.dumps({"name": "who", "parameters": {"x": [1], "y": [1]}}).encode()
HEADERS = {"Content-Type": JSON}


@pytest.fixture
def unprivileged(cloud: Cloud) -> Iterator[Credentials]:
    """Yield the key of a user of the account without any policy."""
    users = cloud.client("iam")
    users.create_user(UserName="unprivileged")
    key = users.create_access_key(UserName="unprivileged")["AccessKey"]
    yield Credentials(key["AccessKeyId"], key["SecretAccessKey"])
    users.delete_access_key(UserName="unprivileged", AccessKeyId=key["AccessKeyId"])
    users.delete_user(UserName="unprivileged")


def test_the_callers_policy_allows_the_api_and_nothing_else(cloud: Cloud) -> None:
    """The caller of the tests may submit a sweep and may not list tables."""
    assert cloud.call("POST", "/sweeps?dry_run=true", BODY, HEADERS).status == 200
    denied = cloud.client_of(cloud.caller, "dynamodb")
    with pytest.raises(denied.exceptions.ClientError) as error:
        denied.list_tables()
    assert error.value.response["Error"]["Code"] == "AccessDeniedException"


@pytest.mark.parametrize("path", ["/sweeps", "/sweeps?dry_run=true"])
def test_an_unsigned_request_is_refused(cloud: Cloud, path: str) -> None:
    """An unsigned request gets 403 and does not invoke the parent."""
    before = cloud.invocations("parent")
    assert cloud.send("POST", path, BODY, HEADERS).status == 403
    assert cloud.send("GET", path, b"", {}).status == 403
    assert cloud.send("GET", "/sweeps/toy-000000000000", b"", {}).status == 403
    assert cloud.send("POST", "/sweeps/toy-000000000000/cancel", b"", {}).status == 403
    assert cloud.invocations("parent") == before


def test_a_wrong_signature_is_refused(cloud: Cloud) -> None:
    """A wrong secret, an unknown key and a changed body each get 403."""
    before = cloud.invocations("parent")
    forged = Credentials(cloud.caller.access_key, "0" * 40)
    unknown = Credentials("AKIA0000000000000000", "0" * 40)
    assert [cloud.call("POST", "/sweeps", BODY, HEADERS, signer=one).status for one in (forged, unknown)] == [403, 403]
    signed = cloud.signed("POST", "/sweeps", BODY, HEADERS)
    assert cloud.send("POST", "/sweeps", BODY.replace(b"who", b"wha"), signed).status == 403
    assert cloud.invocations("parent") == before


def test_a_signature_for_another_service_or_region_is_refused(cloud: Cloud) -> None:
    """A correct signature whose scope names another service or region gets 403, whatever the caller may do there."""
    before = cloud.invocations("parent")
    for service, region in [("dynamodb", cloud.region), ("s3", cloud.region), ("execute-api", "eu-west-1")]:
        assert asked_within(cloud, service, region).problem["detail"] == "the signature does not match the request"
    assert cloud.invocations("parent") == before
    assert asked_within(cloud, "execute-api", cloud.region).status == 200


def asked_within(cloud: Cloud, service: str, region: str) -> Answer:
    """Return the answer to a request whose signature has this scope."""
    request = AWSRequest("GET", f"{cloud.api}/sweeps")
    SigV4Auth(cloud.caller, service, region).add_auth(request)
    return cloud.send("GET", "/sweeps", b"", dict(request.headers))


def test_every_refusal_of_the_gateway_has_the_shape_of_the_parents_errors(
    cloud: Cloud, unprivileged: Credentials
) -> None:
    """Whatever the gateway refuses by itself, its answer is a problem document with the answer's status."""
    forged, unknown = Credentials(cloud.caller.access_key, "0" * 40), Credentials("AKIA0000000000000000", "0" * 40)
    half = {"Authorization": "AWS4-HMAC-SHA256 Credential=a/b"}
    answers = {
        "unsigned": cloud.send("GET", "/sweeps", b"", {}),
        "forged": cloud.call("GET", "/sweeps", signer=forged),
        "an unknown key": cloud.call("GET", "/sweeps", signer=unknown),
        "half a signature": cloud.send("GET", "/sweeps", b"", half),
        "without the policy": cloud.call("GET", "/sweeps", signer=unprivileged),
        "another path": cloud.call("GET", "/elsewhere"),
        "another method": cloud.call("PUT", "/sweeps", BODY, HEADERS),
    }
    assert {about: answer.problem["status"] for about, answer in answers.items()} == dict.fromkeys(answers, 403)
    assert "may not" in answers["without the policy"].document["detail"]


def test_a_crash_of_the_parent_has_the_shape_of_its_errors_and_tells_nothing(cloud: Cloud) -> None:
    """A parent that raises or cannot be imported is a 500 of the gateway, without a word of the exception."""
    with cloud.changed("Parent", Handler="entrypoints.absent.handler"):
        answer = cloud.call("GET", "/sweeps")
    assert answer.problem["status"] == 500
    assert b"absent" not in answer.body


def test_a_user_without_the_policy_is_refused(cloud: Cloud, unprivileged: Credentials) -> None:
    """A correct signature of a user without the policy gets 403."""
    before = cloud.invocations("parent")
    assert cloud.call("POST", "/sweeps", BODY, HEADERS, signer=unprivileged).status == 403
    assert cloud.call("GET", "/sweeps/toy-000000000000", signer=unprivileged).status == 403
    assert cloud.invocations("parent") == before


def test_the_policy_alone_lets_a_user_call(cloud: Cloud, unprivileged: Credentials) -> None:
    """The same user gets an answer once the template's policy is attached."""
    users, policy = cloud.client("iam"), cloud.outputs["CallerPolicyArn"]
    users.attach_user_policy(UserName="unprivileged", PolicyArn=policy)
    try:
        assert cloud.call("POST", "/sweeps?dry_run=true", BODY, HEADERS, signer=unprivileged).status == 200
    finally:
        users.detach_user_policy(UserName="unprivileged", PolicyArn=policy)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/sweeps"),
        ("DELETE", "/sweeps/toy-000000000000"),
        ("GET", "/sweeps/toy-000000000000/retry"),
        ("POST", "/"),
    ],
)
def test_what_the_api_does_not_offer_is_refused(cloud: Cloud, method: str, path: str) -> None:
    """Another method or path is refused and does not invoke the parent."""
    before = cloud.invocations("parent")
    assert cloud.call(method, path, BODY, HEADERS).status in {403, 404, 405}
    assert cloud.invocations("parent") == before
