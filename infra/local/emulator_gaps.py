"""Adds what the emulator leaves out of the template; AWS needs none of this.

1. The emulator makes and attaches no request validator, so the gateway's model would check nothing.
2. The emulator ignores the worker's reserved concurrency.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from infra.local.deployment import Deployment

# Its name in the template.
VALIDATOR = "everything"


def fill(deployment: Deployment, outputs: dict[str, str]) -> None:
    """Add what the emulator left out of a deployment, the first or a later one."""
    attach_validator(deployment.client("apigateway"), outputs["ApiId"], outputs["ApiStage"])
    parameters = {entry["ParameterKey"]: entry["ParameterValue"] for entry in deployment.describe()["Parameters"]}
    reserve_workers(deployment.client("lambda"), outputs["WorkerFunction"], int(parameters["WorkerConcurrency"]))


def attach_validator(gateway: Any, api: str, stage: str) -> None:  # noqa: ANN401 - boto3's client has no static type
    """Make the template's validator if it is missing, attach it to every method, and deploy the API once more."""
    validator = _validator(gateway, api)
    for resource in gateway.get_resources(restApiId=api, embed=["methods"])["items"]:
        for method in resource.get("resourceMethods", {}):
            gateway.update_method(
                restApiId=api,
                resourceId=resource["id"],
                httpMethod=method,
                patchOperations=[{"op": "replace", "path": "/requestValidatorId", "value": validator}],
            )
    gateway.create_deployment(restApiId=api, stageName=stage)


def reserve_workers(functions: Any, worker: str, reserved: int) -> None:  # noqa: ANN401 - boto3's client has no static type
    """Reserve as many workers as the template's parameter says; 0 reserves none."""
    if reserved:
        functions.put_function_concurrency(FunctionName=worker, ReservedConcurrentExecutions=reserved)
    else:
        functions.delete_function_concurrency(FunctionName=worker)


def _validator(gateway: Any, api: str) -> str:  # noqa: ANN401 - boto3's client has no static type
    for validator in gateway.get_request_validators(restApiId=api)["items"]:
        if validator.get("name") == VALIDATOR:
            return str(validator["id"])
    made = gateway.create_request_validator(
        restApiId=api, name=VALIDATOR, validateRequestBody=True, validateRequestParameters=True
    )
    return str(made["id"])
