"""Alarms, dashboard and outputs in the template."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.contract.cloudformation import properties, resources, template, translated

ROOT = Path(__file__).parent.parent.parent
ALARMS = {
    "UndeliveredShardsAlarm": ("AWS/SQS", "NumberOfMessagesSent"),
    "DeadLettersAlarm": ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
    "ParentErrorsAlarm": ("AWS/Lambda", "Errors"),
    "LostShardsAlarm": ("AWS/Lambda", "DestinationDeliveryFailures"),
    "LostSpansAlarm": ("AWS/Lambda", "DestinationDeliveryFailures"),
}


@pytest.mark.parametrize("alarm", ALARMS)
def test_an_alarm_is_raised_at_the_first(alarm: str) -> None:
    """CloudWatch raises an alarm at a value of 1, and none where data are missing."""
    found = properties(alarm)
    assert (found["Namespace"], found["MetricName"]) == ALARMS[alarm]
    assert (found["Threshold"], found["ComparisonOperator"]) == (1, "GreaterThanOrEqualToThreshold")
    assert found["TreatMissingData"] == "notBreaching"


def test_an_alarm_of_a_shard_says_how_the_shard_ends() -> None:
    """Each alarm about shards names the call that runs them again."""
    for alarm in ALARMS:
        assert "POST /sweeps/{id}/retry" in properties(alarm)["AlarmDescription"]
    for lost in ("DeadLettersAlarm", "LostShardsAlarm"):
        assert "overdue" in properties(lost)["AlarmDescription"]


def test_alarms_notify_the_topic_if_there_is_one() -> None:
    """Each alarm notifies the topic of the parameter, or none if the parameter is empty."""
    assert set(resources("AWS::CloudWatch::Alarm")) == set(ALARMS)
    for alarm in ALARMS:
        (action,) = properties(alarm)["AlarmActions"]
        assert action == {"Fn::If": ["HasAlarmTopic", {"Ref": "AlarmTopicArn"}, {"Ref": "AWS::NoValue"}]}


def test_the_dashboard_is_json_and_names_existing_resources() -> None:
    """The dashboard's body is JSON, has every alarm, and refers only to resources and parameters of the template."""
    body = properties("Dashboard")["DashboardBody"]["Fn::Sub"]
    named = {reference.partition(".")[0] for reference in re.findall(r"\$\{([A-Za-z.]+)\}", body)}
    assert named <= {*translated()["Resources"], *template()["Parameters"]}
    widgets = json.loads(re.sub(r"\$\{[^}]+\}", "x", body))["widgets"]
    assert {widget["type"] for widget in widgets} == {"metric", "alarm"}
    assert all(alarm in body for alarm in ALARMS)


@pytest.mark.parametrize(
    ("metric", "written_in"),
    [
        ("ShardsDispatched", "adapters/api_gateway/http_api.py"),
        ("ShardsNotDispatched", "adapters/api_gateway/http_api.py"),
        ("ShardsDispatched", "adapters/aws/dispatcher_event.py"),
        ("ShardsNotDispatched", "adapters/aws/dispatcher_event.py"),
        ("PointsFailed", "adapters/aws/worker_event.py"),
        ("ShardsFailed", "adapters/aws/worker_event.py"),
        ("ShardsFailed", "adapters/aws/undelivered_event.py"),
    ],
)
def test_the_dashboard_shows_metrics_that_exist(metric: str, written_in: str) -> None:
    """Each metric of this project on the dashboard is written by the function that the dashboard names."""
    assert f'"{metric}"' in properties("Dashboard")["DashboardBody"]["Fn::Sub"]
    assert f'"{metric}"' in (ROOT / written_in).read_text(encoding="utf-8")


@pytest.mark.parametrize("metric", ["ShardsDone", "PointsDone", "ShardDuration"])
def test_the_dashboard_has_no_metric_of_success(metric: str) -> None:
    """A worker writes no line for a shard that is done: Lambda's own metrics count and time its runs."""
    body = properties("Dashboard")["DashboardBody"]["Fn::Sub"]
    assert metric not in body
    assert all(f'"{name}"' in body for name in ("Invocations", "Errors", "Duration"))


def test_the_outputs_have_what_a_user_needs() -> None:
    """The outputs have the endpoint, the caller's policy, the bucket, the table and the dashboard."""
    outputs = template()["Outputs"]
    assert {"Endpoint", "CallerPolicyArn", "ResultsBucket", "LedgerTable", "DashboardUrl"} <= set(outputs)
    assert all(output["Description"].endswith(".") for output in outputs.values())
