"""`sweep doctor`: whether all is there that sweeps need, with a remedy where it is not."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import typer

from adapters.machine.own_checks import check_extras, check_folder, check_python
from application.check_up import Check, Finding, Verdict, check_up
from application.documents.compact_json import encode
from domain.space.scalars import Json
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.places import Where, meant_by, stack_container

_MARKS = {Verdict.OK: "ok", Verdict.FAILED: "FAILED", Verdict.UNKNOWN: "?"}


def doctor(where: Where, *, as_json: bool) -> ExitCode:
    """Check this machine, and the folder or the stack that is meant; return that something failed if anything did."""
    findings = []
    for finding in check_up(_checks(where)):
        findings.append(finding)
        if not as_json:
            _print(finding)
    if as_json:
        typer.echo(encode({"findings": [_document(finding) for finding in findings]}))
    failed = any(finding.verdict is Verdict.FAILED for finding in findings)
    return ExitCode.FAILURES if failed else ExitCode.OK


def _checks(where: Where) -> dict[str, Check]:
    checks: dict[str, Check] = {"environment": check_python, "extras": check_extras}
    meant = meant_by(where)
    if isinstance(meant, Path):
        return checks | {"folder": partial(check_folder, meant)}
    return checks | stack_container(meant, where.words).checks().all()


def _print(finding: Finding) -> None:
    typer.echo(f"{_MARKS[finding.verdict]:<7} {finding.subject + ':':<14} {finding.says}")
    if finding.remedy:
        typer.echo(f"{'':<7} {'':<14} -> {finding.remedy}")


def _document(finding: Finding) -> Json:
    return {
        "subject": finding.subject,
        "verdict": finding.verdict.value,
        "says": finding.says,
        "remedy": finding.remedy,
    }
