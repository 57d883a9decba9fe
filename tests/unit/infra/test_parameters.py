"""Parameters of a deployment are checked against the template before anything is built."""

from __future__ import annotations

import pytest

from infra.parameters import SET_BY, ParameterError, allowed_targets, known, read
from infra.target_digest import PARAMETER


def test_pairs_are_read_by_name() -> None:
    """A value may contain an equals sign, and be empty where the template allows that."""
    arn = "arn:aws:sns:eu-west-1:123456789012:a=b"
    assert read(["WorkerTimeout=20", f"AlarmTopicArn={arn}"]) == {"WorkerTimeout": "20", "AlarmTopicArn": arn}
    assert read(["AlarmTopicArn="]) == {"AlarmTopicArn": ""}
    assert read([]) == {}


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        pytest.param("WorkerTimeuot=20", "no parameter WorkerTimeuot; did you mean WorkerTimeout?", id="misspelt"),
        pytest.param("Bogus=1", "no parameter Bogus; it has StageName, ", id="unknown"),
        pytest.param("=1", "=1 has no name; write Name=value", id="no name"),
        pytest.param("WorkerTimeout", "WorkerTimeout has no value; write Name=value", id="no equals sign"),
        pytest.param("WorkerTimeout=", "WorkerTimeout= has no value", id="no value"),
        pytest.param("DefaultTarget=", "DefaultTarget= has no value", id="no text"),
        pytest.param("WorkerTimeout=1.5", "WorkerTimeout=1.5 is no whole number", id="no number"),
        pytest.param("WorkerTimeout=0", "WorkerTimeout=0 is less than 1", id="too small"),
        pytest.param("WorkerTimeout=901", "WorkerTimeout=901 is more than 900", id="too large"),
        pytest.param("LogLevel=debug", "LogLevel=debug is not one of DEBUG, INFO, WARN, ERROR", id="not listed"),
        pytest.param("UndeliveredConcurrency=3", "is not one of 0, 2, 5, 10", id="a number that is not listed"),
        pytest.param("StageName=a-b", "StageName=a-b does not match ^[A-Za-z0-9_]{1,32}$", id="not of the pattern"),
        pytest.param("Architecture=arm64", "set it by ARCHITECTURE=arm64", id="the architecture"),
        pytest.param("TargetFolders=a", "set it by TARGETS=a", id="the folders"),
    ],
)
def test_what_the_template_does_not_take_is_refused(pair: str, words: str) -> None:
    """The message names the parameter, and what is wrong or what to do."""
    with pytest.raises(ParameterError) as refused:
        read([pair])
    assert words in str(refused.value)


def test_a_parameter_has_one_value() -> None:
    """Of two values neither is silently dropped."""
    with pytest.raises(ParameterError, match="WorkerTimeout has two values, 1 and 2"):
        read(["WorkerTimeout=1", "WorkerTimeout=2"])


def test_every_default_of_the_template_is_accepted() -> None:
    """The rules refuse nothing that CloudFormation takes by itself."""
    built = {*SET_BY, PARAMETER}
    assert read([f"{name}={rules['Default']}" for name, rules in known().items() if name not in built])


def test_allowed_targets_are_separated_by_commas() -> None:
    """Blanks and empty names do not count, as in the functions' settings."""
    assert allowed_targets({"AllowedTargets": "a:f, b.c:g,", "DefaultTarget": "b.c:g"}) == ("a:f", "b.c:g")


@pytest.mark.parametrize(
    ("allowed", "default", "words"),
    [
        pytest.param("a:f", "b:g", "is b:g, which is not one of AllowedTargets=a:f; say which one it is", id="other"),
        pytest.param("a:f,b:g", "c:h", "as in DefaultTarget=a:f", id="a remedy"),
        pytest.param("a.f", "a.f", "a.f in AllowedTargets: must read module:function", id="no function"),
        pytest.param("a:f", "f", "f in DefaultTarget: must read module:function", id="no module"),
        pytest.param(", ,", "a:f", "AllowedTargets names no target", id="none"),
    ],
)
def test_the_default_target_must_be_allowed(allowed: str, default: str, words: str) -> None:
    """Otherwise every sweep that names no target would be refused; the message says what to set."""
    with pytest.raises(ParameterError) as refused:
        allowed_targets({"AllowedTargets": allowed, "DefaultTarget": default})
    assert words in str(refused.value)
