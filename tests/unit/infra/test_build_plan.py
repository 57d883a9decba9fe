"""A stack is built from what is said now, or else from what it was built from before."""

from __future__ import annotations

import pytest

from infra.build_plan import BuildPlan, outside_make
from infra.parameters import ParameterError

SWING = {"AllowedTargets": "pendulum:swing", "DefaultTarget": "pendulum:swing"}
FIRST = BuildPlan.of(SWING, {"TARGETS": "/study/pendulum models", "ARCHITECTURE": "x86_64"}, {})
DEPLOYED = {**FIRST.parameters, "WorkerTimeout": "300"}


def test_a_first_deployment_is_built_as_it_is_said() -> None:
    """What is not said is the template's default."""
    assert FIRST.variables == {
        "TARGETS": "/study/pendulum models",
        "ARCHITECTURE": "x86_64",
        "AWS_SERVICES": "dynamodb lambda s3",
        "ALLOWED": "pendulum:swing",
    }
    assert FIRST.note == ""
    assert BuildPlan.of({}, {}, {}).variables["TARGETS"] == "examples/projectile"


@pytest.mark.parametrize("said", [{}, {"TARGETS": ""}, {"TARGETS": "  "}], ids=["nothing", "no word", "blanks"])
def test_an_update_is_built_from_the_same(said: dict[str, str]) -> None:
    """Without TARGETS the bundle holds the targets that it held, and a line says so."""
    plan = BuildPlan.of({"WorkerTimeout": "30"}, said, DEPLOYED)
    assert plan.variables == FIRST.variables
    assert (plan.default_target, plan.allowed) == ("pendulum:swing", ("pendulum:swing",))
    assert "TARGETS='/study/pendulum models'" in plan.note


def test_what_is_said_changes_the_build() -> None:
    """The stack remembers the new folders; the rest stays."""
    plan = BuildPlan.of({}, {"TARGETS": "other"}, DEPLOYED)
    assert plan.parameters["TargetFolders"] == "other"
    assert (plan.variables["TARGETS"], plan.variables["ARCHITECTURE"]) == ("other", "x86_64")
    assert "TARGETS" not in plan.note


def test_a_default_target_may_come_from_the_deployed_stack() -> None:
    """Only what holds after the update counts: the given parameters over the deployed ones."""
    more = {"AllowedTargets": "pendulum:swing,models:f"}
    assert BuildPlan.of(more, {}, DEPLOYED).default_target == "pendulum:swing"
    with pytest.raises(ParameterError, match=r"DefaultTarget.* is pendulum:swing"):
        BuildPlan.of({"AllowedTargets": "models:f"}, {}, DEPLOYED)


def test_a_stack_of_an_earlier_version_is_built_anew() -> None:
    """It does not know its folders: the defaults are taken, and the check of the bundle is what protects it."""
    plan = BuildPlan.of({}, {}, SWING)
    assert plan.variables["TARGETS"] == "examples/projectile"
    assert plan.variables["ALLOWED"] == "pendulum:swing"
    assert plan.note == ""


def test_a_folder_with_a_comma_is_refused() -> None:
    """The stack separates the folders by commas."""
    with pytest.raises(ParameterError, match="TARGETS=a,b has a comma"):
        BuildPlan.of({}, {"TARGETS": "a,b"}, {})


def test_overrides_are_quoted() -> None:
    """The SAM CLI drops what follows a blank, and refuses an empty value, unless both are quoted."""
    assert 'AlarmTopicArn=""' in BuildPlan.of({"AlarmTopicArn": ""}, {}, {}).overrides


def test_the_variables_of_make_do_not_reach_the_builds_make() -> None:
    """MAKEFLAGS carries what was typed behind `make`, and would overrule the plan."""
    assert outside_make({"MAKEFLAGS": "-- ARCHITECTURE=arm64", "MAKELEVEL": "1", "PATH": "/bin"}) == {"PATH": "/bin"}
