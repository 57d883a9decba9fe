"""A suite is worth as much as what it catches: each broken implementation must fail at the right rule."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_HEAD = """
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from time import sleep
import pytest
from domain.errors import *
from domain.sweep import *
from tests.contract.test_local_ports import *
for name in list(globals()):
    if name.startswith("Test"):
        globals()["Good" + name] = globals().pop(name)
"""
# Each with the methods of a subclass of our own implementation, and the rule that must notice.
_LEDGERS = {
    "open-is-not-idempotent": (
        "def open(self, sweep): return super().open(replace(sweep, key=sweep.id))",
        "open_again_gives_the_recorded_one",
    ),
    "open-gives-back-what-came": (
        "def open(self, sweep): super().open(sweep); return sweep",
        "of_two_callers_at_once_one_records",
    ),
    "open-knows-no-conflict": (
        "def open(self, sweep):\n        try: return super().open(sweep)\n        except SweepConflict: return sweep",
        "a_key_is_for_one_request",
    ),
    "oldest-first": (
        "def sweeps(self, *a): page = super().sweeps(*a); return replace(page, sweeps=page.sweeps[::-1])",
        "the_listing_is_newest_first",
    ),
    "pages-have-no-end": (
        "def sweeps(self, *a): page = super().sweeps(*a); return replace(page, next=page.next or '1')",
        "pages_together_are_the_listing",
    ),
    "pages-skip-the-same-moment": (
        (
            "def sweeps(self, limit, after=None):\n"
            "        page = super().sweeps(limit, after); last = page.sweeps[-1].created_at\n"
            "        ahead = super().sweeps(99, page.next).sweeps if page.next else ()\n"
            "        return page if any(one.created_at != last for one in ahead) else replace(page, next=None)"
        ),
        "sweeps_of_one_moment_are_each_listed_once",
    ),
    "pages-are-too-long": (
        "def sweeps(self, limit, after=None): return super().sweeps(limit + 1, after)",
        "pages_together_are_the_listing",
    ),
    "unknown-sweeps-have-an-empty-record": (
        (
            "def is_cancelled(self, sweep_id):\n"
            "        try: return super().is_cancelled(sweep_id)\n"
            "        except SweepNotFound: return False"
        ),
        "an_unknown_sweep_is_not_found",
    ),
    "claims-are-not-exclusive": (
        "def claim_dispatch(self, *a): super().claim_dispatch(*a); return True",
        "of_many_claims_at_once_one_is_granted",
    ),
    "claims-never-run-out": (
        "def claim_dispatch(self, s, o, seconds): return super().claim_dispatch(s, o, 1e9)",
        "a_claim_runs_out",
    ),
    "anybody-releases": (
        (
            "def release_dispatch(self, s, o):\n"
            "        with self._transaction() as d: d.execute('UPDATE sweeps SET claim_until = 0')"
        ),
        "nobody_releases_the_claim_of_another",
    ),
    "nobody-releases": ("def release_dispatch(self, s, o): pass", "a_released_claim_is_free"),
    "first-outcome-stays": (
        (
            "def record_outcomes(self, s, all):\n"
            "        known = self.record(s).outcomes\n"
            "        super().record_outcomes(s, [one for one in all if one.shard not in known])"
        ),
        "a_later_outcome_replaces_an_earlier_one",
    ),
    "the-last-recorder-wins": (
        (
            "def record_outcomes(self, s, all):\n"
            "        with self._transaction() as d: d.execute('DELETE FROM outcomes')\n"
            "        super().record_outcomes(s, all)"
        ),
        "outcomes_recorded_at_once_are_all_kept",
    ),
    "attempts-are-forgotten": (
        "def record_outcomes(self, s, all): super().record_outcomes(s, [replace(one, attempts=1) for one in all])",
        "every_kind_of_outcome_is_kept",
    ),
    "long-pages-are-cut": (
        "def record_outcomes(self, s, all): super().record_outcomes(s, all[:100])",
        "a_thousand_outcomes_are_kept",
    ),
    "last-done-wins": (
        (
            "def mark_done(self, s, end):\n"
            "        with self._transaction() as d: d.execute('UPDATE ends SET done = 0')\n"
            "        super().mark_done(s, end)"
        ),
        "the_first_done_stays",
    ),
    "failed-overrides-done": (
        (
            "def mark_failed(self, s, end):\n"
            "        with self._transaction() as d: d.execute('DELETE FROM ends')\n"
            "        super().mark_failed(s, end)"
        ),
        "a_failure_never_replaces_done",
    ),
    "done-leaves-a-failure": (
        "def mark_done(self, s, end):\n        if self.end_of(s, end.number) is None: super().mark_done(s, end)",
        "done_replaces_a_failure",
    ),
    "first-errors-are-forgotten": (
        "def mark_done(self, s, end): super().mark_done(s, replace(end, first_error=None))",
        "an_end_comes_back_as_it_went_in",
    ),
    "forgets-what-is-done": (
        (
            "def forget_failures(self, s, shards):\n"
            "        with self._transaction() as d:\n"
            "            d.executemany('DELETE FROM ends WHERE shard = ?', [(one,) for one in shards])"
        ),
        "a_forgotten_failure_has_not_ended",
    ),
    "forgets-the-first-failure-alone": (
        "def forget_failures(self, s, shards): super().forget_failures(s, shards[:1])",
        "of_many_failures_all_are_forgotten",
    ),
    "cancelling-cancels-all": (
        (
            "def cancel(self, s):\n"
            "        super().cancel(s)\n"
            "        with self._transaction() as d: d.execute('UPDATE sweeps SET cancelled = 1')"
        ),
        "sweeps_do_not_mix",
    ),
    "cancelling-twice-is-resuming": (
        (
            "def cancel(self, s):\n"
            "        was = self.is_cancelled(s); super().cancel(s)\n"
            "        with self._transaction() as d: d.execute('UPDATE sweeps SET cancelled = ?', (not was,))"
        ),
        "cancelling_is_remembered",
    ),
}
_STORES = {
    "last-write-wins": (
        "def put(self, s, n, body): self._path(s, n).unlink(missing_ok=True); return super().put(s, n, body)",
        "the_first_object_stays",
    ),
    "says-stored-when-it-is-not": (
        "def put(self, *a): super().put(*a); return True",
        "of_many_at_once_one_is_stored",
    ),
    "looks-before-it-writes": (
        (
            "def put(self, s, n, body):\n"
            "        path = self._path(s, n); path.parent.mkdir(parents=True, exist_ok=True)\n"
            "        if path.exists(): return False\n"
            "        sleep(0.05); path.write_bytes(body); return True"
        ),
        "of_many_at_once_one_is_stored",
    ),
    "cuts-long-bodies": (
        "def put(self, s, n, body): return super().put(s, n, body[:1000])",
        "an_object_comes_back_byte_for_byte",
    ),
    "translates-line-ends": (
        "def get(self, s, n): body = super().get(s, n); return body and body.replace(b'\\r\\n', b'\\n')",
        "an_object_comes_back_byte_for_byte",
    ),
    "nothing-is-empty": ("def get(self, s, n): return super().get(s, n) or b''", "what_was_never_put_is_none"),
    "raises-for-nothing": (
        "def get(self, s, n): return self._path(s, n).read_bytes()",
        "what_was_never_put_is_none",
    ),
    "one-folder-for-all": ("def _path(self, s, n): return self._root / str(n)", "shards_and_sweeps_do_not_mix"),
    "eight-digits-only": (
        "def _path(self, s, n): return super()._path(s, n % 10**8)",
        "shards_and_sweeps_do_not_mix",
    ),
    "one-link-for-all": (
        "def link(self, s, n, seconds): return super().link(s, 0, seconds)",
        "a_link_leads_to_the_object",
    ),
    "one-location": ("def location(self, s): return str(self._root)", "a_sweep_has_one_location"),
}
_INVOKERS = {
    "drops-an-outcome": (
        "def dispatch(self, *a): return islice(super().dispatch(*a), 1, None)",
        "every_shard_has_one_outcome",
    ),
    "doubles-an-outcome": (
        "def dispatch(self, *a):\n        for one in super().dispatch(*a): yield one; yield one",
        "every_shard_has_one_outcome",
    ),
    "hands-over-twice": (
        (
            "def dispatch(self, sweep, shards):\n"
            "        shards = list(shards); list(super().dispatch(sweep, shards))\n"
            "        return super().dispatch(sweep, shards)"
        ),
        "only_the_given_shards_are_handed_over",
    ),
    "accepts-without-handing-over": (
        "def dispatch(self, *a):\n        for one in super().dispatch(*a): self._queue.pop(); yield one",
        "every_shard_has_one_outcome",
    ),
    "hands-over-the-whole-plan": (
        "def dispatch(self, sweep, shards): return super().dispatch(sweep, sweep.plan)",
        "no_shard_has_no_outcome",
    ),
    "reads-the-shards-twice": (
        (
            "def dispatch(self, sweep, shards):\n"
            "        for _ in shards: pass\n"
            "        yield from super().dispatch(sweep, shards)"
        ),
        "shards_may_come_one_at_a_time",
    ),
    "repeats-earlier-dispatches": (
        (
            "def dispatch(self, *a):\n"
            "        self.__dict__.setdefault('all', []).extend(super().dispatch(*a)); return iter(self.all)"
        ),
        "dispatches_do_not_mix",
    ),
    "raises": (
        (
            "def dispatch(self, *a):\n"
            "        yield from super().dispatch(*a)\n"
            "        if 'nowhere' in self._setup.command[0]: raise DependencyUnavailable('down')"
        ),
        "failures_are_outcomes",
    ),
}
_PORTS = {"SqliteLedger": _LEDGERS, "DirectoryResultStore": _STORES, "ProcessInvoker": _INVOKERS}


@pytest.mark.one_python
@pytest.mark.parametrize("port", _PORTS)
def test_every_broken_one_is_caught_by_its_rule(port: str, tmp_path: Path) -> None:
    """Each implementation with one defect fails the test of the rule that it breaks; the sound one fails none."""
    broken = {"sound": ("pass", ""), **_PORTS[port]}
    chosen = []
    for number, (methods, rule) in enumerate(broken.values()):
        module = tmp_path / f"test_{number}.py"
        module.write_text(_module(port, methods))
        # The sound one must keep every rule; of a broken one, only the rule that it breaks is looked at.
        chosen.append(f"{module}::Test{port}::test_{rule}" if rule else str(module))
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", str(_ROOT / "pyproject.toml"), "-rfE"]
    options = ["--rootdir", str(tmp_path), "--tb=no", "-o", "pythonpath="]
    ended = subprocess.run(
        [*command, *options, *chosen], cwd=_ROOT, capture_output=True, text=True, check=False, timeout=240
    )
    failed = re.findall(r"^(?:FAILED|ERROR) \S*test_(\d+)\.py::\w+::test_(\w+)", ended.stdout, re.MULTILINE)
    caught = {name: {rule for found, rule in failed if int(found) == place} for place, name in enumerate(broken)}
    assert caught["sound"] == set()
    missed = {name: rule for name, (_, rule) in _PORTS[port].items() if rule not in caught[name]}
    assert missed == {}, ended.stdout[-3000:]


def _module(port: str, methods: str) -> str:
    """Give a test module in which the suite runs over a subclass with these methods."""
    broken = f"class Broken{port}({port}):\n    {methods}\n"
    # The fixtures of our own subclass of the suite look the class up in their module.
    patch = f"""
class Test{port}(GoodTest{port}):
    @pytest.fixture(autouse=True)
    def _broken(self, monkeypatch):
        monkeypatch.setattr("tests.contract.test_local_ports.{port}", Broken{port})
"""
    return _HEAD + broken + patch
