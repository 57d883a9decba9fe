"""Seconds of processor and of waiting until a command has answered, beside its rivals; all in turn, in one run.

    make bench-startup                      (python -m benchmarks.startup --rivals .venv-rivals [--rounds 15])

`sweep --help` stands beside `hydra --help` (a minimal application of hydra's) and a bare command of typer's; a `sweep
run` of 30 trivial points on two processes beside scripts that do the same by joblib and by xyzpy, and store it.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_TARGET = "def multiply(x, y):\n    return x * y\n"
_HYDRA = """
import hydra

@hydra.main(version_base=None)
def main(config):
    print(config)

main()
"""
_TYPER = """
import typer

def main(name: str = "world"):
    print(name)

typer.run(main)
"""
_JOBLIB = """
import itertools, json
from joblib import Parallel, delayed
from target import multiply

points = list(itertools.product([1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6]))
values = Parallel(n_jobs=2)(delayed(multiply)(x, y) for x, y in points)
with open("joblib.json", "w") as file:
    json.dump([[x, y, value] for (x, y), value in zip(points, values)], file)
"""
_XYZPY = """
from xyzpy import Runner
from target import multiply

if __name__ == "__main__":
    runner = Runner(multiply, var_names=["product"])
    runner.run_combos({"x": [1, 2, 3, 4, 5], "y": [1, 2, 3, 4, 5, 6]}, parallel=True, num_workers=2, verbosity=0)
    runner.last_ds.to_dataframe().to_csv("xyzpy.csv")
"""
_RUN = ("run", "target:multiply", "-p", "x=1,2,3,4,5", "-p", "y=1,2,3,4,5,6", "--workers", "2")


@dataclass(slots=True)
class Case:
    """A command, what must be done before each run of it, and the seconds of processor and of waiting of each run."""

    name: str
    command: Sequence[str]
    prepare: Callable[[], object] = lambda: None
    processor: list[float] = field(default_factory=list)
    waiting: list[float] = field(default_factory=list)

    def run(self, folder: Path) -> None:
        """Run the command once in the folder."""
        self.prepare()
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(self.command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.waiting.append(time.perf_counter() - began)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.processor.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def cases(folder: Path, rivals: Path | None) -> list[list[Case]]:
    """Return the groups of commands that are compared, the first of each being ours."""
    sweep = (str(Path(sys.executable).with_name("sweep")),)
    results = folder / "sweep-results"
    texts = {
        "target.py": _TARGET,
        "hydra_app.py": _HYDRA,
        "bare.py": _TYPER,
        "joblib_run.py": _JOBLIB,
        "xyz.py": _XYZPY,
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
    # A run again of the same points would find them all done.
    run = Case("sweep run, 30 points", (*sweep, *_RUN), lambda: shutil.rmtree(results, ignore_errors=True))
    helps = [Case("sweep --help", (*sweep, "--help")), Case("typer --help", (sys.executable, "bare.py", "--help"))]
    runs = [run, Case("joblib script", (sys.executable, "joblib_run.py"))]
    if rivals:
        python = str(rivals / "bin" / "python")
        helps.append(Case("hydra --help", (python, "hydra_app.py", "--help")))
        runs.append(Case("xyzpy script", (python, "xyz.py")))
    return [helps, runs, [Case("sweep status", (*sweep, "status", "latest"))]]


def measure(groups: list[list[Case]], folder: Path, rounds: int) -> None:
    """Run all commands in turn, so that whatever else the machine does falls on each of them."""
    for number in range(rounds + 1):
        for case in (case for group in groups for case in group):
            case.run(folder)
            if number == 0:  # compiles what it imports
                case.processor.clear()
                case.waiting.clear()


def main() -> None:
    """Print medians, and ratios to ours."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rivals", type=Path, help="an environment with hydra-core and xyzpy")
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    rivals: Path | None = arguments.rivals and arguments.rivals.absolute()
    with tempfile.TemporaryDirectory() as name:
        groups = cases(Path(name), rivals)
        measure(groups, Path(name), arguments.rounds)
    for group in groups:
        ours = group[0]
        for case in group:
            processor, waiting = statistics.median(case.processor), statistics.median(case.waiting)
            ratio = waiting / statistics.median(ours.waiting)
            print(f"{case.name:22}{processor:6.2f} s of processor {waiting:6.2f} s to wait {ratio:6.2f} of ours")


if __name__ == "__main__":
    main()
