"""The functions in the template: what they run, what they are told, and what happens when they fail."""

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


def test_functions_are_the_three() -> None:
    """There is no state machine, and no function that is not documented."""
    assert set(resources("AWS::Lambda::Function")) == set(SETTINGS)
    assert not [found for found in template()["Resources"].values() if "StateMachine" in found["Type"]]


@pytest.mark.parametrize("function", SETTINGS)
def test_function_runs_its_entrypoint(function: str) -> None:
    """Each runs its own handler, on the runtime with the longest support, on the chosen processor."""
    found = properties(function)
    assert found["Handler"] == f"entrypoints.{function.lower()}.handler"
    assert found["Runtime"] == "python3.13"
    assert found["Architectures"] == [{"Ref": "Architecture"}]
    assert template()["Resources"][function]["Metadata"] == {"BuildMethod": "makefile"}
    assert template()["Parameters"]["Architecture"]["Default"] == "arm64"


@pytest.mark.parametrize("function", SETTINGS)
def test_function_is_told_just_what_it_reads(function: str) -> None:
    """The environment's keys are the settings' keys."""
    assert set(properties(function)["Environment"]["Variables"]) == {
        f"SWEEP_{name.upper()}" for name, field in SETTINGS[function].model_fields.items() if not field.validation_alias
    }


@pytest.mark.parametrize("function", SETTINGS)
def test_function_logs_where_logs_expire(function: str) -> None:
    """A log group that Lambda made by itself would keep its lines for ever."""
    assert properties(function)["LoggingConfig"] == {"LogGroup": {"Ref": f"{function}Logs"}}


@pytest.mark.parametrize("group", resources("AWS::Logs::LogGroup"))
def test_logs_expire(group: str) -> None:
    """Retention is a parameter, with a default."""
    assert properties(group)["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert template()["Parameters"]["LogRetentionDays"]["Default"] == 30


def test_parent_answers_before_the_gateway_gives_up() -> None:
    """The gateway waits 29 seconds at most."""
    assert template()["Parameters"]["ParentTimeout"]["MaxValue"] <= GATEWAY_SECONDS
    assert properties("Parent")["Timeout"] == {"Ref": "ParentTimeout"}


def test_undelivered_shards_go_to_the_queue() -> None:
    """Attempts and age have a limit, and what is past it is not dropped."""
    ((_, config),) = resources("AWS::Lambda::EventInvokeConfig").items()
    parameters = template()["Parameters"]
    assert config["Properties"] == {
        "FunctionName": {"Ref": "Worker"},
        "Qualifier": "$LATEST",
        "MaximumRetryAttempts": parameters["WorkerRetries"]["Default"],
        "MaximumEventAgeInSeconds": parameters["WorkerEventAge"]["Default"],
        "DestinationConfig": {"OnFailure": {"Destination": {"Fn::GetAtt": ["UndeliveredQueue", "Arn"]}}},
    }


def test_workers_at_once_are_a_parameter() -> None:
    """0 reserves nothing, so that a first deployment needs no quota."""
    reserved = properties("Worker")["ReservedConcurrentExecutions"]
    assert reserved == {"Fn::If": ["ReservesWorkers", {"Ref": "WorkerConcurrency"}, {"Ref": "AWS::NoValue"}]}
    assert template()["Conditions"]["ReservesWorkers"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "WorkerConcurrency"}, 0]}]
    }


def test_undelivered_reports_what_it_could_not_mark() -> None:
    """One bad message does not bring back the good ones of its batch."""
    ((_, mapping),) = resources("AWS::Lambda::EventSourceMapping").items()
    assert mapping["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["Properties"]["EventSourceArn"] == {"Fn::GetAtt": ["UndeliveredQueue", "Arn"]}


def test_a_message_stays_hidden_while_it_is_worked_on() -> None:
    """AWS asks for six times the function's timeout."""
    assert properties("UndeliveredQueue")["VisibilityTimeout"] >= 6 * properties("Undelivered")["Timeout"]
