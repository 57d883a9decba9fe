"""What a sweep, a parameter, a constant and a target may be called."""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence
from typing import Annotated, TypeAlias

from domain.errors import InvalidSweep
from domain.space.constraints import Pattern

MOST_PARAMETERS = 64
LONGEST_TARGET = 256
SWEEP_NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
PARAMETER_NAME = r"^[A-Za-z_][A-Za-z0-9_]{0,63}$"
TARGET_NAME = r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*:[A-Za-z_][A-Za-z0-9_]*$"
# A SHA-256.
TABLE_DIGEST = r"^[0-9a-f]{64}$"

# A sweep's name, a hyphen and 12 characters.
SWEEP_ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,76}$"
# The message for a text that does not match.
RULES = {
    SWEEP_NAME: "must be 1 to 64 letters, digits, - or _, and start with a letter or digit",
    PARAMETER_NAME: "is not a name; use 1 to 64 ASCII letters, digits and _, not starting with a digit",
    SWEEP_ID: "is no id of a sweep; an id is a name, a hyphen and 12 characters",
    TARGET_NAME: "must read module:function, such as examples.projectile:simulate",
    TABLE_DIGEST: "must be the digest of a table, 64 hexadecimal digits; a sweep file names the table's file instead",
}

Name: TypeAlias = Annotated[str, Pattern(PARAMETER_NAME)]


def check_sweep_name(name: str) -> None:
    """Refuse a sweep's name that could not be part of a file name."""
    if not _matches(SWEEP_NAME, name):
        raise InvalidSweep.at("name", RULES[SWEEP_NAME])


def check_sweep_id(sweep_id: str) -> None:
    """Refuse an id of an earlier sweep that none can have."""
    if not _matches(SWEEP_ID, sweep_id):
        raise InvalidSweep.at("extends", RULES[SWEEP_ID])


def check_name(name: str, place: str = "parameters") -> None:
    """Refuse a name of a parameter (or constant) that cannot be a Python keyword argument."""
    if not _matches(PARAMETER_NAME, name):
        raise InvalidSweep.at(f"{place}.{name}", RULES[PARAMETER_NAME])
    if keyword.iskeyword(name):
        raise InvalidSweep.at(f"{place}.{name}", "is a Python keyword; choose another name, such as " + name + "_")


def check_distinct(names: Sequence[str]) -> None:
    """Refuse parameters of which two have the same name, or of which there are too many."""
    if len(names) > MOST_PARAMETERS:
        raise InvalidSweep.at("parameters", f"are {len(names)}; at most {MOST_PARAMETERS} are allowed")
    for name in names:
        if names.count(name) > 1:
            raise InvalidSweep.at(f"parameters.{name}", "is named twice")


def check_target(target: str) -> None:
    """Refuse what does not read `module:function`."""
    if len(target) > LONGEST_TARGET:
        raise InvalidSweep.at("target", f"is too long; at most {LONGEST_TARGET} characters allowed")
    if not _matches(TARGET_NAME, target):
        raise InvalidSweep.at("target", RULES[TARGET_NAME])


def _matches(pattern: str, name: str) -> bool:
    # fullmatch, because $ alone would let a trailing newline through.
    return re.fullmatch(pattern, name) is not None
