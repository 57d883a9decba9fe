"""The settings of the functions accept every value that the template's parameters allow."""

from __future__ import annotations

import pytest

from entrypoints.environment import SettingsError
from entrypoints.settings import DispatcherSettings, ParentSettings, UndeliveredSettings, WorkerSettings
from tests.contract.cloudformation import template

# The environment's keys whose value is that of a parameter.
PARAMETERS = {
    "SWEEP_ALLOWED_TARGETS": "AllowedTargets",
    "SWEEP_DEFAULT_TARGET": "DefaultTarget",
    "SWEEP_TARGETS_DIGEST": "TargetsDigest",
    "SWEEP_MAX_SHARDS": "MaxShards",
    "SWEEP_DISPATCH_CONCURRENCY": "DispatchConcurrency",
    "SWEEP_DIRECT_SHARDS": "DirectShards",
    "SWEEP_MAX_POINTS_PER_SHARD": "MaxPointsPerShard",
    "SWEEP_WORKER_TIMEOUT": "WorkerTimeout",
    "SWEEP_WORKER_RETRIES": "WorkerRetries",
    "SWEEP_WORKER_EVENT_AGE": "WorkerEventAge",
    "SWEEP_CLIENT": "Client",
    "SWEEP_RETENTION_DAYS": "RetentionDays",
    "SWEEP_LOG_LEVEL": "LogLevel",
}
NAMES = {
    "SWEEP_TABLE": "ledger",
    "SWEEP_BUCKET": "results",
    "SWEEP_WORKER_FUNCTION": "worker",
    "SWEEP_AWS_DOMAIN": "amazonaws.com",
    "SWEEP_DISPATCHER_FUNCTION": "dispatcher",
    "SWEEP_DISPATCHER_TIMEOUT": "60",
    "SWEEP_DISPATCHER_RETRIES": "2",
    "SWEEP_DISPATCHER_EVENT_AGE": "3600",
}


def _allowed(parameter: str) -> list[str]:
    """Return a parameter's default, its bounds and its choices."""
    found = template()["Parameters"][parameter]
    bounds = [found[key] for key in ("Default", "MinValue", "MaxValue") if key in found]
    return [str(value) for value in (*bounds, *found.get("AllowedValues", []))]


CASES = [(key, value) for key, parameter in PARAMETERS.items() for value in _allowed(parameter)]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the environment that the template sets by default."""
    for key, value in NAMES.items():
        monkeypatch.setenv(key, value)
    for key, parameter in PARAMETERS.items():
        monkeypatch.setenv(key, _allowed(parameter)[0])


@pytest.mark.parametrize(("key", "value"), CASES)
def test_settings_accept_what_the_template_allows(monkeypatch: pytest.MonkeyPatch, key: str, value: str) -> None:
    """Each function reads its settings for every value that CloudFormation accepts."""
    monkeypatch.setenv(key, value)
    for settings in (ParentSettings, DispatcherSettings, WorkerSettings, UndeliveredSettings):
        assert settings().table == "ledger"


def test_targets_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings ignore spaces and a comma at the end."""
    monkeypatch.setenv("SWEEP_ALLOWED_TARGETS", "a:f, b.c:g ,")
    assert WorkerSettings().allowed_targets == {"a:f", "b.c:g"}


def test_a_shard_lives_as_long_as_its_event_may_wait_and_its_attempts_may_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shard without an end is lost only when Lambda can neither run it any more nor report that it gave up."""
    for name, value in {"TIMEOUT": "900", "RETRIES": "2", "EVENT_AGE": "21600"}.items():
        monkeypatch.setenv(f"SWEEP_WORKER_{name}", value)
    # Five minutes: Lambda waits one before the second attempt and two before the third; the record passes a queue.
    assert ParentSettings().shard_lifetime == DispatcherSettings().shard_lifetime == 21600 + 3 * 900 + 300
    monkeypatch.setenv("SWEEP_WORKER_RETRIES", "0")
    assert ParentSettings().shard_lifetime == 21600 + 900 + 300


def test_an_assignment_lives_as_long_as_its_event_may_wait_and_its_attempts_may_run() -> None:
    """Until then a dispatcher may come; afterwards Lambda can neither run it nor report that it gave up."""
    assert ParentSettings().assignment_lifetime == 3600 + 3 * 60 + 300


@pytest.mark.parametrize(
    "key", ["SWEEP_TABLE", "SWEEP_BUCKET", "SWEEP_DEFAULT_TARGET", "SWEEP_MAX_SHARDS", "SWEEP_WORKER_EVENT_AGE"]
)
def test_a_missing_key_is_named(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """The error names the missing key."""
    monkeypatch.delenv(key)
    with pytest.raises(SettingsError, match=f"^{key} is missing$"):
        ParentSettings()


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        pytest.param("SWEEP_MAX_SHARDS", "0", "is no whole number of at least 1", id="too small"),
        pytest.param("SWEEP_DISPATCH_CONCURRENCY", "769", "is no whole number of 1 to 768", id="too large"),
        pytest.param("SWEEP_WORKER_RETRIES", "-1", "is no whole number of at least 0", id="negative"),
        pytest.param("SWEEP_WORKER_TIMEOUT", "1.5", "is no whole number of at least 1", id="a fraction"),
        pytest.param("SWEEP_WORKER_TIMEOUT", "", "is no whole number of at least 1", id="empty"),
        pytest.param("SWEEP_CLIENT", "wget", "is none of curl, boto3", id="no choice"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, key: str, value: str, message: str) -> None:
    """The error names the key and what would be right."""
    monkeypatch.setenv(key, value)
    with pytest.raises(SettingsError, match=f"^{key} {message}$"):
        ParentSettings()


def test_every_fault_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment is corrected once."""
    monkeypatch.delenv("SWEEP_TABLE")
    monkeypatch.setenv("SWEEP_LOG_LEVEL", "LOUD")
    with pytest.raises(SettingsError, match=r"^SWEEP_TABLE is missing; SWEEP_LOG_LEVEL is none of DEBUG, INFO, WARN"):
        WorkerSettings()


def test_lambda_names_the_function(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Lambda does not set its own variable, as in a test, the name is empty."""
    assert WorkerSettings().function_name == ""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "sweep-worker")
    assert WorkerSettings().function_name == "sweep-worker"


def test_settings_are_immutable() -> None:
    """A setting cannot be changed."""
    with pytest.raises(AttributeError, match="table cannot be changed"):
        ParentSettings().table = "other"
