"""Derives the OpenAPI 3.1 document of the deployed API: from the template, the gateway's model and the answers' shapes.

The template says which methods there are, with which parameters, and what the gateway answers by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from adapters.documents.answer_shapes import Answer, ProblemAnswer
from adapters.documents.request_shapes import RequestShape
from adapters.documents.table_upload import TableUploadShape
from infra.answer_schemas import components
from infra.operations import OPERATIONS, PARAMETERS, STATUSES, Operation
from infra.schemas import DRAFT, request_schema, upload_schema
from infra.template_file import read_template

JSON = "application/json"
PROBLEM = "application/problem+json"
_SCHEMAS = "#/components/schemas/"
_NAMES: dict[type[BaseModel], str] = {RequestShape: "SweepRequest", TableUploadShape: "TableUpload"}
_BODIES: dict[str, type[BaseModel]] = {"SubmitSweep": RequestShape, "UploadTable": TableUploadShape}
_PLACES = {"path": "path", "querystring": "query", "header": "header"}


def openapi_document(template: str, version: str) -> dict[str, Any]:
    """Return the document of the API that a template describes, in this version."""
    resources = read_template(template)["Resources"]
    gateways = _gateway_statuses(resources)
    paths: dict[str, dict[str, Any]] = {}
    for method in _of_type(resources, "Method"):
        path = _path(resources, method["ResourceId"]["Ref"])
        paths.setdefault(path, {})[method["HttpMethod"].lower()] = _operation(method, gateways)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "serverless-sweep",
            "version": version,
            "description": "Submit a sweep, follow it and fetch its results. docs/http-api.md explains every answer.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [_server()],
        "security": [{"sigv4": []}],
        "paths": paths,
        "components": {
            "schemas": {**_request_components(), **components(_shapes())},
            "responses": {_named(status): _problem_response(status) for status in sorted(STATUSES)},
            "securitySchemes": {"sigv4": _security_scheme()},
        },
    }


def _operation(method: Mapping[str, Any], gateways: set[int]) -> dict[str, Any]:
    """Return a method as an operation: what it takes, and each status that it can answer."""
    name = method["OperationName"]
    operation = OPERATIONS[name]
    described: dict[str, Any] = {"operationId": name, "summary": operation.summary}
    if parameters := list(_parameters(operation, method.get("RequestParameters", {}))):
        described["parameters"] = parameters
    if JSON in method.get("RequestModels", {}):
        shape = _BODIES[name]
        described["requestBody"] = {"required": True, "content": _content(JSON, shape)}
    problems = sorted(gateways | operation.problems)
    described["responses"] = {
        **{str(status): _success_response(operation, status) for status in sorted(operation.answers)},
        **{str(status): {"$ref": f"#/components/responses/{_named(status)}"} for status in problems},
    }
    return described


def _parameters(operation: Operation, required: Mapping[str, bool]) -> Iterator[dict[str, Any]]:
    """Yield the parameters of a method, which the template names `method.request.<place>.<name>`."""
    for full, is_required in required.items():
        _, _, place, name = full.split(".")
        description, schema = (PARAMETERS | operation.parameters)[name]
        yield {
            "name": name,
            "in": _PLACES[place],
            "required": is_required,
            "description": description,
            "schema": schema,
        }


def _success_response(operation: Operation, status: int) -> dict[str, Any]:
    description, shapes = operation.answers[status]
    links = {f"{name}Of": {"operationId": name, "parameters": {"id": source}} for name, source in operation.links}
    return {"description": description, "content": _content(JSON, *shapes)} | ({"links": links} if links else {})


def _problem_response(status: int) -> dict[str, Any]:
    return {"description": STATUSES[status], "content": _content(PROBLEM, ProblemAnswer)}


def _content(media_type: str, *shapes: type[BaseModel]) -> dict[str, Any]:
    references = [{"$ref": f"{_SCHEMAS}{_NAMES.get(shape, shape.__name__)}"} for shape in shapes]
    return {media_type: {"schema": references[0] if len(references) == 1 else {"anyOf": references}}}


def _named(status: int) -> str:
    return f"Problem{status}"


def _gateway_statuses(resources: Mapping[str, Any]) -> set[int]:
    return {int(response["StatusCode"]) for response in _of_type(resources, "GatewayResponse")}


def _of_type(resources: Mapping[str, Any], kind: str) -> Iterator[Mapping[str, Any]]:
    found = (one for one in resources.values() if one["Type"] == f"AWS::ApiGateway::{kind}")
    return (one["Properties"] for one in found)


def _path(resources: Mapping[str, Any], logical_id: str) -> str:
    """Return the path of a resource below the stage."""
    resource = resources[logical_id]["Properties"]
    parent = resource["ParentId"].get("Ref")
    above = _path(resources, parent) if parent else ""
    return f"{above}/{resource['PathPart']}"


def _request_components() -> dict[str, Any]:
    """Return the gateway's models and their definitions, which are also schemas of OpenAPI's later draft."""
    found: dict[str, Any] = {}
    for shape, model in ((RequestShape, request_schema()), (TableUploadShape, upload_schema())):
        schema: dict[str, Any] = json.loads(json.dumps(model).replace('"#/definitions/', f'"{_SCHEMAS}'))
        definitions: dict[str, Any] = schema.pop("definitions", {})
        assert schema.pop("$schema") == DRAFT  # noqa: S101 - only this draft, without its own keywords, fits both
        found |= {_NAMES[shape]: schema, **definitions}
    return found


def _shapes() -> list[type[Answer]]:
    answers = (answer for operation in OPERATIONS.values() for answer in operation.answers.values())
    shapes = (shape for _, shapes in answers for shape in shapes if issubclass(shape, Answer))
    return list(dict.fromkeys([*shapes, ProblemAnswer]))


def _server() -> dict[str, Any]:
    variables = {"api": "a1b2c3d4e5", "region": "us-east-1", "stage": "v1"}
    return {
        "url": "https://{api}.execute-api.{region}.amazonaws.com/{stage}",
        "description": "The stack's output `Endpoint` is this address and `/sweeps`.",
        "variables": {name: {"default": value} for name, value in variables.items()},
    }


def _security_scheme() -> dict[str, str]:
    """Return AWS's signature as API Gateway exports it: OpenAPI has no type of its own for signed requests."""
    return {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "awsSigv4",
        "description": "AWS Signature Version 4, service execute-api, of a caller with the stack's CallerPolicy.",
    }
