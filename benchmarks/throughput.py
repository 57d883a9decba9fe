"""Points per second of `sweep run` beside joblib, and peak memory as the number of points grows.

    python -m benchmarks.throughput [--points 1000000] [--rounds 3]

Both evaluate the same trivial function over the same six-axis grid on two worker processes and leave the same JSON
lines, gzip-compressed, in files. The rival is what people write by hand: `joblib.Parallel` over scikit-learn's
`ParameterGrid`, the lines written by the parent as they come. Rounds are interleaved in this one process tree; medians
count.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import joblib
import sklearn
from joblib import Parallel, delayed
from sklearn.model_selection import ParameterGrid

from benchmarks.targets import total

ROOT = Path(__file__).parent.parent
WORKERS = 2


def grid(points: int) -> dict[str, list[float]]:
    """Return six axes with so many combinations; `points` is a power of ten from 10^5 on."""
    return {
        **{name: [0.1, *map(float, range(1, 10))] for name in "abcde"},
        "f": [k / 7 for k in range(points // 10**5)],
    }


def request(points: int) -> str:
    """Return the same grid as a sweep file."""
    return json.dumps({"name": "throughput", "target": "benchmarks.targets:total", "parameters": grid(points)})


def run_sweep(points: int, folder: Path) -> None:
    """Run the grid by `sweep run`."""
    file = folder / "sweep.json"
    file.write_text(request(points))
    sweep = Path(sys.executable).with_name("sweep")
    command = [str(sweep), "run", str(file), "--out", str(folder), "--workers", str(WORKERS)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def evaluate(index: int, point: dict[str, float]) -> str:
    """Return one line, made where the point is evaluated, so that the parent only has to write it."""
    return json.dumps({"index": index, "point": point, "value": total(**point)}, separators=(",", ":"))


def run_joblib(points: int, folder: Path) -> None:
    """Run the grid by joblib, with the batching that joblib finds best by itself."""
    jobs = (delayed(evaluate)(index, point) for index, point in enumerate(ParameterGrid(grid(points))))
    with gzip.open(folder / "results.jsonl.gz", "wt", compresslevel=3) as file:
        for line in Parallel(n_jobs=WORKERS, return_as="generator")(jobs):
            file.write(line + "\n")


def lines(folder: Path) -> Iterator[bytes]:
    """Yield all result lines below a folder, in order."""
    for path in sorted(folder.rglob("*.jsonl.gz")):
        with gzip.open(path) as file:
            yield from file


def seconds(run: Callable[[int, Path], None], points: int) -> float:
    """Time one run in a folder of its own, and check that it left a line a point."""
    folder = Path(tempfile.mkdtemp(prefix="throughput-"))
    started = time.perf_counter()
    run(points, folder)
    elapsed = time.perf_counter() - started
    found = sum(1 for _ in lines(folder))
    shutil.rmtree(folder)
    if found != points:
        raise SystemExit(f"{run.__name__} left {found} lines for {points} points")
    return elapsed


def check_same_lines() -> None:
    """Make sure that both write the same."""
    written = []
    for run in (run_sweep, run_joblib):
        with tempfile.TemporaryDirectory() as name:
            run(10**5, Path(name))
            written.append([json.loads(line) for line in lines(Path(name))])
    if written[0] != written[1]:
        raise SystemExit("the two do not write the same lines")


def peak_memory(points: int) -> float:
    """Return the peak resident memory, in MB, of the largest process of a sweep of so many points."""
    queue: multiprocessing.Queue[int] = multiprocessing.get_context("spawn").Queue()
    process = multiprocessing.get_context("spawn").Process(target=_measure, args=(points, queue))
    process.start()
    peak = queue.get()
    process.join()
    return peak / 1024


def _measure(points: int, queue: multiprocessing.Queue[int]) -> None:
    with tempfile.TemporaryDirectory() as name:
        run_sweep(points, Path(name))
    queue.put(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=10**6, help="a power of ten from 100000 on")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--largest", type=int, default=10**7, help="the largest sweep whose memory is measured")
    options = parser.parse_args()
    check_same_lines()
    times: dict[str, list[float]] = {"sweep": [], "joblib": []}
    for _ in range(options.rounds):
        times["sweep"].append(seconds(run_sweep, options.points))
        times["joblib"].append(seconds(run_joblib, options.points))
    for name, runs in times.items():
        median = statistics.median(runs)
        each = [round(run, 2) for run in runs]
        print(f"{name:8} {median:7.2f} s  {options.points / median:10,.0f} points/s  runs {each}")
    ratio = statistics.median(times["joblib"]) / statistics.median(times["sweep"])
    print(f"sweep is {ratio:.2f} times as fast as joblib {joblib.__version__} over scikit-learn {sklearn.__version__}")
    points = 10**5
    while points <= options.largest:
        print(f"peak memory at {points:>10,} points: {peak_memory(points):.1f} MB (largest process)")
        points *= 10


if __name__ == "__main__":
    main()
