"""Adds what the emulator leaves out of the template; AWS needs none of this.

1. The emulator makes and attaches no request validator, so the gateway's model would check nothing.
2. The emulator ignores the functions' reserved concurrency.
   Those of the worker are run by `workers`, which keeps to its concurrency without losing an attempt.
3. It takes the most batches of the queue that are read at once as text, and then reads none.

`emulated_gateway` mends what the gateway answers. What it leaves out and nothing adds, docs/deploy.md lists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from infra.local.deployment import Deployment

# Its name in the template.
VALIDATOR = "everything"
# The template's parameters of reserved concurrency, by the outputs that name the functions that the emulator runs.
RESERVED = {
    "ParentFunction": "ParentConcurrency",
    "DispatcherFunction": "DispatcherConcurrency",
    "UndeliveredFunction": "UndeliveredConcurrency",
}


def fill(deployment: Deployment, outputs: dict[str, str]) -> int:
    """Add what the emulator left out of a deployment, the first or a later one, and return WorkerConcurrency."""
    attach_validator(deployment.client("apigateway"), outputs["ApiId"], outputs["ApiStage"])
    parameters = deployment.parameters()
    functions = deployment.client("lambda")
    for output, parameter in RESERVED.items():
        reserve(functions, outputs[output], int(parameters[parameter]))
    limit_batches(functions, outputs["UndeliveredFunction"], int(parameters["UndeliveredConcurrency"]))
    return int(parameters["WorkerConcurrency"])


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


def reserve(functions: Any, name: str, reserved: int) -> None:  # noqa: ANN401 - boto3's client has no static type
    """Reserve as many runs of a function as the template's parameter says; 0 reserves none."""
    if reserved:
        functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)
    else:
        functions.delete_function_concurrency(FunctionName=name)


def limit_batches(functions: Any, reader: str, most: int) -> None:  # noqa: ANN401 - boto3's client has no static type
    """Let the function that reads the queue read so many batches at once; 0 leaves it to the emulator."""
    for source in functions.list_event_source_mappings(FunctionName=reader)["EventSourceMappings"]:
        if most:
            functions.update_event_source_mapping(UUID=source["UUID"], ScalingConfig={"MaximumConcurrency": most})


def _validator(gateway: Any, api: str) -> str:  # noqa: ANN401 - boto3's client has no static type
    for validator in gateway.get_request_validators(restApiId=api)["items"]:
        if validator.get("name") == VALIDATOR:
            return str(validator["id"])
    made = gateway.create_request_validator(
        restApiId=api, name=VALIDATOR, validateRequestBody=True, validateRequestParameters=True
    )
    return str(made["id"])
