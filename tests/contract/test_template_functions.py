"""The functions in the template: their handlers, their environment, and what happens when they fail."""

from __future__ import annotations

import pytest

from domain.dispatch_policy import DispatchPolicy
from domain.spans import SPAN_SHARDS
from entrypoints.settings import (
    DispatcherSettings,
    FunctionSettings,
    ParentSettings,
    UndeliveredSettings,
    WorkerSettings,
)
from tests.contract.cloudformation import properties, resources, template

SETTINGS: dict[str, type[FunctionSettings]] = {
    "Parent": ParentSettings,
    "Dispatcher": DispatcherSettings,
    "Worker": WorkerSettings,
    "Undelivered": UndeliveredSettings,
}
GATEWAY_SECONDS = 29
# Where AWS::NoValue stands, the property does not exist.
NO_VALUE = {"Ref": "AWS::NoValue"}
LIFETIME = {"TIMEOUT": "Timeout", "RETRIES": "MaximumRetryAttempts", "EVENT_AGE": "MaximumEventAgeInSeconds"}
# Whose events a function sends, so that it must know how long they live.
SENT = [("Parent", "Worker"), ("Parent", "Dispatcher"), ("Dispatcher", "Worker")]
RESERVATIONS = {
    "Parent": ("ReservesParents", "ParentConcurrency"),
    "Dispatcher": ("ReservesDispatchers", "DispatcherConcurrency"),
    "Worker": ("ReservesWorkers", "WorkerConcurrency"),
    "Undelivered": ("ReservesUndelivered", "UndeliveredConcurrency"),
}


def test_there_are_four_functions() -> None:
    """The template has parent, dispatcher, worker and undelivered function, and no state machine."""
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
    assert set(properties(function)["Environment"]["Variables"]) == SETTINGS[function].variables()


@pytest.mark.parametrize("function", SETTINGS)
def test_function_logs_where_logs_expire(function: str) -> None:
    """Each function logs to its own log group: one that Lambda creates would never expire."""
    assert properties(function)["LoggingConfig"]["LogGroup"] == {"Ref": f"{function}Logs"}


def test_a_worker_that_succeeds_costs_no_line_of_lambdas() -> None:
    """Lambda writes of a worker's runs only those that fail, unless the parameter asks for DEBUG."""
    logging = properties("Worker")["LoggingConfig"]
    assert (logging["LogFormat"], logging["SystemLogLevel"]) == ("JSON", {"Fn::If": ["Debugs", "INFO", "WARN"]})
    assert template()["Conditions"]["Debugs"] == {"Fn::Equals": [{"Ref": "LogLevel"}, "DEBUG"]}


def test_lambda_drops_no_line_that_a_worker_writes() -> None:
    """A worker filters its own lines by the level of its settings, and Lambda lets all of them pass."""
    assert properties("Worker")["LoggingConfig"]["ApplicationLogLevel"] == "TRACE"
    assert properties("Worker")["Environment"]["Variables"]["SWEEP_LOG_LEVEL"] == {"Ref": "LogLevel"}


@pytest.mark.parametrize("function", ["Parent", "Dispatcher", "Undelivered"])
def test_other_functions_keep_lambdas_lines(function: str) -> None:
    """The functions that are not workers run seldom, and log as Lambda does by default."""
    assert set(properties(function)["LoggingConfig"]) == {"LogGroup"}


@pytest.mark.parametrize("group", resources("AWS::Logs::LogGroup"))
def test_logs_expire(group: str) -> None:
    """Each log group has the retention of the parameter, 30 days by default."""
    assert properties(group)["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert template()["Parameters"]["LogRetentionDays"]["Default"] == 30


def test_the_parents_timeout_is_within_the_gateways() -> None:
    """The parent's timeout is at most the 29 seconds that the gateway waits."""
    assert template()["Parameters"]["ParentTimeout"]["MaxValue"] <= GATEWAY_SECONDS
    assert properties("Parent")["Timeout"] == {"Ref": "ParentTimeout"}


@pytest.mark.parametrize("function", ["Worker", "Dispatcher"])
def test_undelivered_events_go_to_the_queue(function: str) -> None:
    """Lambda sends an event that exceeds its attempts or its age to the queue."""
    configs = (found["Properties"] for found in resources("AWS::Lambda::EventInvokeConfig").values())
    (config,) = (one for one in configs if one["FunctionName"] == {"Ref": function})
    parameters = template()["Parameters"]
    retries, age = parameters["WorkerRetries"]["Default"], parameters["WorkerEventAge"]["Default"]
    assert config == {
        "FunctionName": {"Ref": function},
        "Qualifier": "$LATEST",
        "MaximumRetryAttempts": retries if function == "Worker" else 2,
        "MaximumEventAgeInSeconds": age if function == "Worker" else 3600,
        "DestinationConfig": {"OnFailure": {"Destination": {"Fn::GetAtt": ["UndeliveredQueue", "Arn"]}}},
    }


@pytest.mark.parametrize("function", SETTINGS)
def test_the_concurrency_of_a_function_is_a_parameter(function: str) -> None:
    """With 0, the default, the stack reserves none: an account of 10 concurrent executions can reserve none."""
    condition, parameter = RESERVATIONS[function]
    reserved = properties(function)["ReservedConcurrentExecutions"]
    assert reserved == {"Fn::If": [condition, {"Ref": parameter}, NO_VALUE]}
    assert template()["Conditions"][condition] == {"Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, 0]}]}
    assert template()["Parameters"][parameter]["Default"] == 0


def test_no_more_batches_are_read_than_functions_are_reserved() -> None:
    """What the event source reads beyond the reservation is throttled, and would end in the dead letters."""
    ((_, mapping),) = resources("AWS::Lambda::EventSourceMapping").items()
    _, parameter = RESERVATIONS["Undelivered"]
    most = {"MaximumConcurrency": {"Ref": parameter}}
    assert mapping["Properties"]["ScalingConfig"] == {"Fn::If": ["ReservesUndelivered", most, NO_VALUE]}
    # The event source takes no fewer than 2.
    assert 1 not in template()["Parameters"][parameter]["AllowedValues"]


@pytest.mark.parametrize("key", LIFETIME)
@pytest.mark.parametrize(("sender", "receiver"), SENT)
def test_what_sends_events_knows_how_long_they_live(sender: str, receiver: str, key: str) -> None:
    """Its environment has that by which Lambda ends the function, or an event that waits for one."""
    found = template()["Resources"][receiver]["Properties"]
    used = {**found, **found["EventInvokeConfig"]}[LIFETIME[key]]
    variables = properties(sender)["Environment"]["Variables"]
    # A number of the template is text in an environment.
    assert str(variables[f"SWEEP_{receiver.upper()}_{key}"]) == str(used)
    assert all(isinstance(value, str | dict) for value in variables.values())


def test_a_dispatchers_claims_are_over_when_its_event_is_run_again() -> None:
    """Lambda waits about one minute before the second attempt, and a claim lasts no longer than its dispatcher can."""
    assert properties("Dispatcher")["Timeout"] <= 60


def test_a_dispatcher_takes_as_many_shards_as_the_parent_sends_itself() -> None:
    """The default of the parameter is that of the policy: a span."""
    assert template()["Parameters"]["DirectShards"]["Default"] == DispatchPolicy().direct_shards == SPAN_SHARDS


def test_undelivered_reports_what_it_could_not_mark() -> None:
    """The queue delivers again only the messages that the function reports, not their whole batch."""
    ((_, mapping),) = resources("AWS::Lambda::EventSourceMapping").items()
    assert mapping["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["Properties"]["EventSourceArn"] == {"Fn::GetAtt": ["UndeliveredQueue", "Arn"]}


def test_a_message_is_invisible_while_it_is_processed() -> None:
    """The visibility timeout is at least six times the function's timeout, as AWS recommends."""
    assert properties("UndeliveredQueue")["VisibilityTimeout"] >= 6 * properties("Undelivered")["Timeout"]
