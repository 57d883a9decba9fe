"""What an operator sees: alarms, the dashboard and the outputs."""

from __future__ import annotations

import json
import re

import pytest

from tests.contract.cloudformation import properties, resources, template, translated

ALARMS = {
    "UndeliveredShardsAlarm": ("AWS/SQS", "NumberOfMessagesSent"),
    "DeadLettersAlarm": ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
    "ParentErrorsAlarm": ("AWS/Lambda", "Errors"),
    "LostShardsAlarm": ("AWS/Lambda", "DestinationDeliveryFailures"),
}


@pytest.mark.parametrize("alarm", ALARMS)
def test_alarm_rings_at_the_first(alarm: str) -> None:
    """One is too many; and silence is no alarm."""
    found = properties(alarm)
    assert (found["Namespace"], found["MetricName"]) == ALARMS[alarm]
    assert (found["Threshold"], found["ComparisonOperator"]) == (1, "GreaterThanOrEqualToThreshold")
    assert found["TreatMissingData"] == "notBreaching"


def test_alarms_tell_a_topic_only_when_there_is_one() -> None:
    """The topic is optional."""
    assert set(resources("AWS::CloudWatch::Alarm")) == set(ALARMS)
    for alarm in ALARMS:
        (action,) = properties(alarm)["AlarmActions"]
        assert action == {"Fn::If": ["HasAlarmTopic", {"Ref": "AlarmTopicArn"}, {"Ref": "AWS::NoValue"}]}


def test_dashboard_is_json_and_names_what_exists() -> None:
    """CloudWatch refuses the whole stack when the body is not JSON."""
    body = properties("Dashboard")["DashboardBody"]["Fn::Sub"]
    named = {reference.partition(".")[0] for reference in re.findall(r"\$\{([A-Za-z.]+)\}", body)}
    assert named <= {*translated()["Resources"], *template()["Parameters"]}
    widgets = json.loads(re.sub(r"\$\{[^}]+\}", "x", body))["widgets"]
    assert {widget["type"] for widget in widgets} == {"metric", "alarm"}
    assert all(alarm in body for alarm in ALARMS)


def test_outputs_tell_what_a_user_needs() -> None:
    """Where to send requests, who may, and where things lie."""
    outputs = template()["Outputs"]
    assert {"Endpoint", "CallerPolicyArn", "ResultsBucket", "LedgerTable", "DashboardUrl"} <= set(outputs)
    assert all(output["Description"].endswith(".") for output in outputs.values())
