"""Use case: look whether all is there that sweeps need, one thing after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from domain.errors import InvalidSweep, SweepError


class Verdict(StrEnum):
    """What came of a check."""

    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "not known"  # it cannot be asked, which is no fault


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and what to do about it where something is wrong."""

    subject: str
    verdict: Verdict
    says: str
    remedy: str = ""


Check: TypeAlias = Callable[[], Iterable[Finding]]


def check_up(checks: Mapping[str, Check]) -> Iterator[Finding]:
    """Yield what each check finds; one that raises an error of ours has failed with its message, and the rest go on."""
    for subject, check in checks.items():
        try:
            yield from check()
        except InvalidSweep as error:
            yield Finding(subject, Verdict.FAILED, error.problems[0].message)
        except SweepError as error:
            yield Finding(subject, Verdict.FAILED, str(error))
