"""The functions in the template: their handlers, their environment, and what happens when they fail."""

from __future__ import annotations

import pytest

from entrypoints.settings import FunctionSettings, ParentSettings, UndeliveredSettings, WorkerSettings
from tests.contract.cloudformation import properties, resources, template

SETTINGS: dict[str, type[FunctionSettings]] = {
    "Parent": ParentSettings,
    "Worker": WorkerSettings,
    "Undelivered": UndeliveredSettings,
}
GATEWAY_SECONDS = 29


def test_there_are_three_functions() -> None:
    """The template has the parent, the worker and the undelivered function, and no state machine."""
    assert set(resources("AWS::Lambda::Function")) == set(SETTINGS)
    assert not [found for found in template()["Resources"].values() if "StateMachine" in found["Type"]]


@pytest.mark.parametrize("function", SETTINGS)
def test_function_runs_its_entrypoint(function: str) -> None:
    """Each function has its own handler, the same runtime, and the architecture of the parameter."""
    found = properties(function)
    assert found["Handler"] == f"entrypoints.{function.lower()}.handler"
    assert found["Runtime"] == "python3.13"
    assert found["Architectures"] == [{"Ref": "Architecture"}]
    assert template()["Resources"][function]["Metadata"] == {"BuildMethod": "makefile"}
    assert template()["Parameters"]["Architecture"]["Default"] == "arm64"


@pytest.mark.parametrize("function", SETTINGS)
def test_a_functions_environment_is_its_settings(function: str) -> None:
    """The environment has the keys that the function's settings read, and no others."""
    assert set(properties(function)["Environment"]["Variables"]) == {
        f"SWEEP_{name.upper()}" for name, field in SETTINGS[function].model_fields.items() if not field.validation_alias
    }


@pytest.mark.parametrize("function", SETTINGS)
def test_function_logs_where_logs_expire(function: str) -> None:
    """Each function logs to its own log group: one that Lambda creates would never expire."""
    assert properties(function)["LoggingConfig"] == {"LogGroup": {"Ref": f"{function}Logs"}}


@pytest.mark.parametrize("group", resources("AWS::Logs::LogGroup"))
def test_logs_expire(group: str) -> None:
    """Each log group has the retention of the parameter, 30 days by default."""
    assert properties(group)["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert template()["Parameters"]["LogRetentionDays"]["Default"] == 30


def test_the_parents_timeout_is_within_the_gateways() -> None:
    """The parent's timeout is at most the 29 seconds that the gateway waits."""
    assert template()["Parameters"]["ParentTimeout"]["MaxValue"] <= GATEWAY_SECONDS
    assert properties("Parent")["Timeout"] == {"Ref": "ParentTimeout"}


def test_undelivered_shards_go_to_the_queue() -> None:
    """Lambda sends a shard that exceeds its attempts or its age to the queue."""
    ((_, config),) = resources("AWS::Lambda::EventInvokeConfig").items()
    parameters = template()["Parameters"]
    assert config["Properties"] == {
        "FunctionName": {"Ref": "Worker"},
        "Qualifier": "$LATEST",
        "MaximumRetryAttempts": parameters["WorkerRetries"]["Default"],
        "MaximumEventAgeInSeconds": parameters["WorkerEventAge"]["Default"],
        "DestinationConfig": {"OnFailure": {"Destination": {"Fn::GetAtt": ["UndeliveredQueue", "Arn"]}}},
    }


def test_the_concurrency_of_workers_is_a_parameter() -> None:
    """With 0 the stack reserves no concurrency, so that a first deployment needs no quota."""
    reserved = properties("Worker")["ReservedConcurrentExecutions"]
    assert reserved == {"Fn::If": ["ReservesWorkers", {"Ref": "WorkerConcurrency"}, {"Ref": "AWS::NoValue"}]}
    assert template()["Conditions"]["ReservesWorkers"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "WorkerConcurrency"}, 0]}]
    }


def test_undelivered_reports_what_it_could_not_mark() -> None:
    """The queue delivers again only the messages that the function reports, not their whole batch."""
    ((_, mapping),) = resources("AWS::Lambda::EventSourceMapping").items()
    assert mapping["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["Properties"]["EventSourceArn"] == {"Fn::GetAtt": ["UndeliveredQueue", "Arn"]}


def test_a_message_is_invisible_while_it_is_processed() -> None:
    """The visibility timeout is at least six times the function's timeout, as AWS recommends."""
    assert properties("UndeliveredQueue")["VisibilityTimeout"] >= 6 * properties("Undelivered")["Timeout"]
