"""Reads the parameters of a deployment, and refuses before anything is built what the template does not take."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any

from domain.errors import InvalidSweep
from domain.space.names import check_target
from infra.target_digest import PARAMETER
from infra.template_file import TEMPLATE, read_template

# The parameters that also say how the bundle is built, by the variables of make that set both.
SET_BY = {"Architecture": "ARCHITECTURE", "TargetFolders": "TARGETS", "AwsServices": "AWS_SERVICES"}


class ParameterError(Exception):
    """The deployment cannot have these parameters; the message says which, and what to do."""


@cache
def known() -> Mapping[str, Any]:
    """Return the template's parameters by name, as the template describes them."""
    described: Mapping[str, Any] = read_template(TEMPLATE.read_text(encoding="utf-8"))["Parameters"]
    return described


def read(pairs: Sequence[str]) -> dict[str, str]:
    """Return the values by name of pairs `Name=value`; raises `ParameterError` for one that the template refuses."""
    values: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (name and equals):
            raise ParameterError(f"PARAMETERS: {pair} has no {'value' if name else 'name'}; write Name=value, unspaced")
        if name in values:
            raise ParameterError(f"PARAMETERS: {name} has two values, {values[name]} and {value}")
        check(name, value)
        values[name] = value
    return values


def check(name: str, value: str) -> None:
    """Raise `ParameterError` for a name that the template does not have, or a value that it refuses."""
    if name not in known():
        close = get_close_matches(name, known(), n=1)
        hint = f"did you mean {close[0]}?" if close else f"it has {', '.join(known())}"
        raise ParameterError(f"PARAMETERS: the template has no parameter {name}; {hint}")
    if name in SET_BY:
        raise ParameterError(f"PARAMETERS: {name} must fit the bundle; set it by {SET_BY[name]}={value or 'VALUE'}")
    if name == PARAMETER:
        raise ParameterError(f"PARAMETERS: {name} follows from the targets' files; leave it out")
    misfit = _misfit(value, known()[name])
    if misfit:
        raise ParameterError(f"PARAMETERS: {name}={value} {misfit}")


def allowed_targets(parameters: Mapping[str, str]) -> tuple[str, ...]:
    """Return the targets that a sweep may have; raises `ParameterError` if the default one is not among them."""
    allowed = tuple(name.strip() for name in parameters["AllowedTargets"].split(",") if name.strip())
    default = parameters["DefaultTarget"]
    if not allowed:
        raise ParameterError("PARAMETERS: AllowedTargets names no target; write module:function, separated by commas")
    for name, target in (*(("AllowedTargets", target) for target in allowed), ("DefaultTarget", default)):
        try:
            check_target(target)
        except InvalidSweep as error:
            raise ParameterError(f"PARAMETERS: {target} in {name}: {error.problems[0].message}") from error
    if default not in allowed:
        raise ParameterError(
            f"PARAMETERS: DefaultTarget, the target of a sweep that names none, is {default}, which is not one of "
            f"AllowedTargets={','.join(allowed)}; say which one it is, as in DefaultTarget={allowed[0]}"
        )
    return allowed


def _misfit(value: str, rules: Mapping[str, Any]) -> str:
    """Return what CloudFormation would have against a value, or an empty text."""
    if not re.fullmatch(rules.get("AllowedPattern", ".+"), value):
        return f"does not match {rules['AllowedPattern']}" if value else "has no value"
    if value not in map(str, rules.get("AllowedValues", [value])):
        return f"is not one of {', '.join(map(str, rules['AllowedValues']))}"
    return _outside(value, rules) if rules["Type"] == "Number" else ""


def _outside(value: str, rules: Mapping[str, Any]) -> str:
    if not value.isdecimal():
        return "is no whole number"
    if int(value) < rules.get("MinValue", 0):
        return f"is less than {rules['MinValue']}"
    if int(value) > rules.get("MaxValue", int(value)):
        return f"is more than {rules['MaxValue']}"
    return ""
