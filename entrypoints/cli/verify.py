"""`sweep verify`: audits the results of one sweep, and sets back what is damaged."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import typer

from application.compare_sample import CompareSample
from application.documents.compact_json import encode
from application.on_done import OnDone
from application.place import Place
from application.ports.upkeep import Upkeep
from domain.audit import Audit, Sample
from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep
from domain.request import SweepRequest
from domain.space.scalars import Json
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.cli.findings import audit_document, audit_lines, sample_document, sample_lines
from entrypoints.cli.importing import importable, paths_of, printing_aside
from entrypoints.cli.interrupts import interruptible
from entrypoints.cli.long_work import bar
from entrypoints.cli.status import command
from entrypoints.cli.texts import counted
from entrypoints.containers.by_hand import ByHandContainer

LARGEST_SAMPLE = 100_000
_SEEDS = 10**6
# So many shards are set back in one transaction of the ledger.
_BATCH = 128


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a command asks for beside the audit."""

    sample: int | None = None
    seed: int | None = None
    target: str | None = None
    repair: bool = False

    def __post_init__(self) -> None:
        """Refuse options of a sample without one."""
        if self.sample is None and (self.seed is not None or self.target is not None):
            raise InvalidSweep.at("--sample", "is missing: --seed and --target are of the points that are sampled")


@dataclass(slots=True)
class _Repair:
    """Sets shards back in batches; without an upkeep, it does nothing."""

    upkeep: Upkeep | None
    sweep_id: str
    count: int = 0
    _batch: dict[int, str | None] = field(default_factory=dict)

    def note(self, shard: int, version: str | None) -> None:
        """Take note of a shard that is not whole."""
        if self.upkeep:
            self._batch[shard] = version
            if len(self._batch) == _BATCH:
                self.finish()

    def finish(self) -> None:
        """Set back what has been noted."""
        if self.upkeep and self._batch:
            self.count += self.upkeep.set_back(self.sweep_id, self._batch)
            self._batch = {}


def verify(sweep: str, place: Place, wanted: Wanted, *, as_json: bool) -> ExitCode:
    """Audit a sweep and show what was found; return that something failed unless all of it is whole and the same."""
    if wanted.repair and place.upkeep is None:
        message = f"is for a folder of this machine; results in {place.name} cannot be set back: submit the sweep again"
        raise InvalidSweep.at("--repair", message)
    sweep_id = place.find(sweep, no_deadline).id
    request = place.sweeps.request(sweep_id, no_deadline)
    repair = _Repair(place.upkeep if wanted.repair else None, sweep_id)
    sample, seed = None, random.randrange(_SEEDS) if wanted.seed is None else wanted.seed  # noqa: S311 - no secret
    with interruptible(), bar("verify") as show:
        paths = place.files.fetch(sweep_id, show, no_deadline)
        audit = ByHandContainer().verify_sweep()(
            request, paths, lambda done: show(done, request.plan.shards), repair.note
        )
        repair.finish()
        if wanted.sample:
            sampled = replace(request, target=wanted.target or request.target)
            with importable(paths_of(sweep_id, place)), printing_aside(wanted=True):
                compare = ByHandContainer(functions=place.functions).compare_sample()
                sample = _compare(compare, sampled, paths, _drawn(request, wanted.sample, seed), show)
    others = place.upkeep.others(sweep_id) if place.upkeep else ()
    is_fine = audit.is_whole and not others and not (sample and sample.different)
    if as_json:
        typer.echo(encode(_document(sweep_id, audit, others, sample, seed, repair, is_fine=is_fine)))
    else:
        lines = _lines(sweep_id, audit, others, sample, seed)
        for line in [*lines, *_next(sweep_id, place, repair, is_fine=is_fine)]:
            typer.echo(line)
    return ExitCode.OK if is_fine else ExitCode.FAILURES


def _drawn(request: SweepRequest, count: int, seed: int) -> Sequence[int]:
    """Return so many indices, or all, in order; the same seed draws the same ones."""
    size = request.plan.size
    if count >= size:
        return range(size)
    source = random.Random(seed)  # noqa: S311 - no secret
    drawn: set[int] = set()
    # `sample` would need the length of a range, which is too large for Python beyond 2**63.
    while len(drawn) < count:
        drawn.add(source.randrange(size))
    return sorted(drawn)


def _compare(
    compare: CompareSample, request: SweepRequest, paths: Sequence[str], indices: Sequence[int], show: OnDone
) -> Sample:
    done = 0

    def on_point() -> None:
        nonlocal done
        done += 1
        show(done, len(indices))

    return compare(request, paths, indices, on_point)


def _lines(sweep_id: str, audit: Audit, others: Sequence[str], sample: Sample | None, seed: int) -> Iterator[str]:
    plan = audit.plan
    yield f"{sweep_id}: {counted(plan.size, 'point', 'points')} in {counted(plan.shards, 'shard', 'shards')}"
    yield from audit_lines(audit, others)
    if sample:
        yield from sample_lines(sample, seed)


def _next(sweep_id: str, place: Place, repair: _Repair, *, is_fine: bool) -> Iterator[str]:
    if repair.count:
        yield f"set back: {counted(repair.count, 'shard', 'shards')}; all others stay as they are"
        yield f"next:    {command('retry', sweep_id, place)}    # makes them anew, as the same sweep run does"
    elif is_fine:
        yield f"next:    {command('results', sweep_id, place)} -o {sweep_id}.csv"
    elif place.upkeep and not repair.upkeep:
        yield f"next:    {command('verify', sweep_id, place)} --repair    # sets back what is damaged or missing"
    else:
        yield f"next:    {command('status', sweep_id, place)}"


def _document(
    sweep_id: str,
    audit: Audit,
    others: Sequence[str],
    sample: Sample | None,
    seed: int,
    repair: _Repair,
    *,
    is_fine: bool,
) -> dict[str, Json]:
    return {
        "sweep_id": sweep_id,
        "ok": is_fine,
        **audit_document(audit, others),
        "sample": sample_document(sample, seed) if sample else None,
        "set_back": repair.count,
    }
