"""The API in the template: its methods, its model, its own answers, and when it is deployed again."""

from __future__ import annotations

import copy
import json
import re

import pytest
from botocore.loaders import Loader

from adapters.api_gateway.problems import _TITLES, problem
from domain.errors import SweepNotFound
from infra.template_file import TEMPLATE, api_digest, read_template, sealed
from tests.contract.cloudformation import properties, resources, template

PROBLEMS = resources("AWS::ApiGateway::GatewayResponse")
# Kinds of features that this API does not use: authorizers, keys and a firewall.
UNUSED = {
    "AUTHORIZER_CONFIGURATION_ERROR",
    "AUTHORIZER_FAILURE",
    "INVALID_API_KEY",
    "UNAUTHORIZED",
    "WAF_FILTERED",
}
# Titles of answers that the parent never gives.
OF_THE_GATEWAY = {"Forbidden", "Too Many Requests", "Gateway Timeout"}


def only(kind: str) -> dict[str, object]:
    """Return the properties of the one resource of a type."""
    (found,) = resources(kind).values()
    result: dict[str, object] = found["Properties"]
    return result


def rendered(response: str) -> dict[str, object]:
    """Return the body of a gateway response with its variables filled in."""
    (body,) = properties(response)["ResponseTemplates"].values()
    filled = re.sub(r"\$context\.error\.messageString", '"a message"', body)
    filled = re.sub(r"\$context\.[A-Za-z.]+", "something", filled)
    body = json.loads(filled)
    return dict(body)


def test_the_deployment_has_the_digest_of_the_api_in_its_name() -> None:
    """CloudFormation deploys a changed API only if the logical id of the deployment changes."""
    text = TEMPLATE.read_text(encoding="utf-8")
    assert sealed(text) == text, "run: make seal"


@pytest.mark.parametrize("changed", ["SweepRequestModel", "SubmitMethod", "RequestValidator", "BadBodyResponse"])
def test_any_change_of_the_api_changes_its_digest(changed: str) -> None:
    """The digest covers the model, the methods, the validator and the gateway responses."""
    other = copy.deepcopy(template())
    other["Resources"][changed]["Properties"]["Changed"] = True
    assert api_digest(other) != api_digest(template())


def test_a_change_outside_the_api_keeps_its_digest() -> None:
    """Another memory size of the worker does not deploy the API again."""
    other = copy.deepcopy(template())
    other["Resources"]["Worker"]["Properties"]["MemorySize"] = 128
    assert api_digest(other) == api_digest(template())


def test_the_deployment_depends_on_all_it_serves() -> None:
    """CloudFormation makes the deployment after every method and gateway response, which it would lack otherwise."""
    ((_, deployment),) = resources("AWS::ApiGateway::Deployment").items()
    assert set(deployment["DependsOn"]) == {*resources("AWS::ApiGateway::Method"), *PROBLEMS}


def test_every_method_is_signed_and_validated() -> None:
    """Every method requires IAM authorisation, whatever the parameters of the stack."""
    for method in resources("AWS::ApiGateway::Method").values():
        assert method["Properties"]["AuthorizationType"] == "AWS_IAM"
        assert method["Properties"]["RequestValidatorId"] == {"Ref": "RequestValidator"}
    assert "Policy" not in only("AWS::ApiGateway::RestApi")


def test_methods_are_just_the_documented_ones() -> None:
    """The API has the documented methods and no others."""
    methods = [method["Properties"] for method in resources("AWS::ApiGateway::Method").values()]
    assert {(method["HttpMethod"], method["ResourceId"]["Ref"]) for method in methods} == {
        ("POST", "SweepsResource"),
        ("GET", "SweepsResource"),
        ("GET", "SweepResource"),
        ("GET", "RequestResource"),
        ("GET", "ProgressResource"),
        ("GET", "ResultsResource"),
        ("GET", "FailuresResource"),
        ("POST", "RetryResource"),
        ("POST", "CancelResource"),
        ("POST", "TableResource"),
        ("GET", "TableResource"),
    }


@pytest.mark.parametrize(
    ("method", "model"), [("SubmitMethod", "SweepRequestModel"), ("UploadTableMethod", "TableUploadModel")]
)
def test_a_model_applies_to_every_content_type(method: str, model: str) -> None:
    """The model is keyed `$default`, without which a body of another content type is not validated."""
    expected = {"Ref": model}
    assert properties(method)["RequestModels"] == {"$default": expected, "application/json": expected}


def test_validator_checks_body_and_parameters() -> None:
    """The validator has both flags set, without which the gateway ignores the model."""
    validator = only("AWS::ApiGateway::RequestValidator")
    assert validator["ValidateRequestBody"] is True
    assert validator["ValidateRequestParameters"] is True


def test_integration_is_the_parent_by_proxy() -> None:
    """The gateway passes every request unchanged to the parent."""
    for method in resources("AWS::ApiGateway::Method").values():
        integration = method["Properties"]["Integration"]
        assert integration["Type"] == "AWS_PROXY"
        assert "${Parent.Arn}" in integration["Uri"]["Fn::Sub"]


@pytest.mark.parametrize(("marks", "model"), [("schema", "SweepRequestModel"), ("upload-schema", "TableUploadModel")])
def test_a_schema_stands_between_its_marks(marks: str, model: str) -> None:
    """The schema is what stands between the two comments, where `make schema` replaces it."""
    text = TEMPLATE.read_text(encoding="utf-8")
    indent = rf"^        # {marks}:"
    between = re.search(rf"{indent}begin\n(.*){indent}end$", text, re.DOTALL | re.MULTILINE)
    assert between is not None
    assert read_template(between[1]) == properties(model)["Schema"]


@pytest.mark.parametrize("response", PROBLEMS)
def test_gateway_answers_with_a_problem(response: str) -> None:
    """Each of the gateway's own answers has the shape of the parent's errors, and the status of the answer in it.

    A template of the gateway knows no variable for the status, so each kind of answer, the two defaults included,
    names its own.
    """
    headers = properties(response)["ResponseParameters"]
    assert headers == {"gatewayresponse.header.Content-Type": "'application/problem+json'"}
    answer = rendered(response)
    shape = json.loads(problem(SweepNotFound("toy"), "an id")["body"])
    assert {key: type(value) for key, value in answer.items() if key != "errors"} == {
        key: type(value) for key, value in shape.items()
    }
    assert str(answer["status"]) == properties(response)["StatusCode"]
    assert answer["title"] in {_TITLES.get(int(str(answer["status"]))), *OF_THE_GATEWAY}


def test_rejected_body_says_why() -> None:
    """The caller gets the validator's own message."""
    (body,) = properties("BadBodyResponse")["ResponseTemplates"].values()
    assert "$context.error.validationErrorString" in body
    assert rendered("BadBodyResponse")["errors"] == [{"path": "", "message": "something"}]


def test_every_kind_of_answer_is_covered() -> None:
    """Every kind of answer that AWS knows and this API can give has a body of its own, with its own status."""
    known = set(Loader().load_service_model("apigateway", "service-2")["shapes"]["GatewayResponseType"]["enum"])
    kinds = [response["Properties"]["ResponseType"] for response in PROBLEMS.values()]
    assert sorted(kinds) == sorted(known - UNUSED)
    for method in resources("AWS::ApiGateway::Method").values():
        assert not {"AuthorizerId", "ApiKeyRequired"} & method["Properties"].keys()


def test_stage_is_throttled_and_logged() -> None:
    """The stage limits the rate and writes one line of log for every request."""
    stage = properties("Stage")
    (settings,) = stage["MethodSettings"]
    assert (settings["ResourcePath"], settings["HttpMethod"]) == ("/*", "*")
    assert settings["ThrottlingRateLimit"] == {"Ref": "ThrottleRate"}
    assert settings["ThrottlingBurstLimit"] == {"Ref": "ThrottleBurst"}
    assert settings["DataTraceEnabled"] is False
    access = stage["AccessLogSetting"]
    assert access["DestinationArn"] == {"Fn::GetAtt": ["AccessLogs", "Arn"]}
    line = json.loads(access["Format"])
    assert line["request_id"] == "$context.requestId"
    assert "\n" not in access["Format"]
