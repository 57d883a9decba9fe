"""docs/openapi.json describes the deployed API: it is valid, and has the routes of the template and of the page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from infra.operations import OPERATIONS, PARAMETERS, STATUSES
from tests.contract.cloudformation import properties, resources, shipped

pytestmark = pytest.mark.one_python
DOCS = Path(__file__).parents[2] / "docs"
DOCUMENT: dict[str, Any] = json.loads((DOCS / "openapi.json").read_text(encoding="utf-8"))
PAGE = (DOCS / "http-api.md").read_text(encoding="utf-8")
ROUTES = {
    f"{verb.upper()} {path}": operation
    for path, operations in DOCUMENT["paths"].items()
    for verb, operation in operations.items()
}


def test_the_document_is_valid() -> None:
    """OpenAPI's own meta-schema accepts it, and every schema in it is one of JSON Schema's draft 2020-12."""
    assert DOCUMENT["openapi"].startswith("3.1.")
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_every_reference_leads_somewhere() -> None:
    """A reference names a component of the document."""
    for reference in set(re.findall(r'"\$ref": "#/components/(\w+)/(\w+)"', json.dumps(DOCUMENT))):
        section, name = reference
        assert name in DOCUMENT["components"][section]


def test_the_routes_are_those_of_the_page() -> None:
    """The page explains each operation, and none that is not in the document."""
    assert set(re.findall(r"^## `(.*)`$", PAGE, re.MULTILINE)) == set(ROUTES)


def test_every_operation_is_a_method_of_the_template() -> None:
    """Operations, and the parameters of each, are those that the gateway knows."""
    methods = {
        method["Properties"]["OperationName"]: method["Properties"].get("RequestParameters", {})
        for method in resources("AWS::ApiGateway::Method").values()
    }
    described = {
        operation["operationId"]: {one["name"] for one in operation.get("parameters", [])}
        for operation in ROUTES.values()
    }
    assert described == {name: {full.split(".")[-1] for full in known} for name, known in methods.items()}
    for name, operation in OPERATIONS.items():
        assert operation.parameters.keys() | PARAMETERS.keys() >= described[name]


def test_every_status_of_the_page_is_described() -> None:
    """The table of errors on the page has the statuses of the document, each of which some operation answers."""
    (rows,) = re.findall(r"^\| status \|[^\n]*\n\|[-|]+\n((?:\|[^\n]*\n)+)", PAGE, re.MULTILINE)
    answered = {status for operation in ROUTES.values() for status in operation["responses"]}
    assert {int(row.split("|")[1]) for row in rows.splitlines()} == set(STATUSES)
    assert set(map(str, STATUSES)) == {status for status in answered if int(status) >= 400}


def test_every_operation_answers_what_the_gateway_answers_by_itself() -> None:
    """Whatever the method, a caller may meet each of the gateway's own statuses."""
    gateways = {found["Properties"]["StatusCode"] for found in resources("AWS::ApiGateway::GatewayResponse").values()}
    assert all(operation["responses"].keys() >= gateways for operation in ROUTES.values())


def test_the_body_is_the_gateways_model() -> None:
    """What the document accepts as a request is what the gateway accepts, member by member."""
    model = dict(shipped())
    components = DOCUMENT["components"]["schemas"]
    moved = json.loads(json.dumps(model).replace('"#/definitions/', '"#/components/schemas/'))
    definitions, _ = moved.pop("definitions"), moved.pop("$schema")
    assert components["SweepRequest"] == moved
    assert {name: components[name] for name in definitions} == definitions
    upload = {key: part for key, part in shipped("TableUploadModel").items() if key != "$schema"}
    assert components["TableUpload"] == upload
    assert properties("SubmitMethod")["RequestModels"]["application/json"] == {"Ref": "SweepRequestModel"}


def test_only_signed_requests_are_offered() -> None:
    """Every operation takes AWS's signature, and none goes without."""
    assert DOCUMENT["security"] == [{"sigv4": []}]
    assert DOCUMENT["components"]["securitySchemes"]["sigv4"]["x-amazon-apigateway-authtype"] == "awsSigv4"
    assert not any("security" in operation for operation in ROUTES.values())
