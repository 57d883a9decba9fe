"""Points per second of `sweep run` and of joblib, and peak memory by the number of points.

    python -m benchmarks.throughput [--points 1000000] [--rounds 3]

Both evaluate the same trivial function over the same grid of six parameters in two worker processes, and write the same
JSON lines into gzip files. The rival is a simple script: `joblib.Parallel` over scikit-learn's `ParameterGrid`, whose
parent process writes the lines as they arrive. Rounds are interleaved, and the medians are compared.
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
    """Return six parameters with so many combinations; `points` is a power of ten, at least 10^5."""
    return {
        **{name: [0.1, *map(float, range(1, 10))] for name in "abcde"},
        "f": [k / 7 for k in range(points // 10**5)],
    }


def request(points: int) -> str:
    """Return the grid as the text of a sweep file."""
    return json.dumps({"name": "throughput", "target": "benchmarks.targets:total", "parameters": grid(points)})


def run_sweep(points: int, folder: Path) -> None:
    """Run the grid with `sweep run`."""
    file = folder / "sweep.json"
    file.write_text(request(points))
    sweep = Path(sys.executable).with_name("sweep")
    command = [str(sweep), "run", str(file), "--out", str(folder), "--workers", str(WORKERS)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def evaluate(index: int, point: dict[str, float]) -> str:
    """Return the result line of a point; workers build the lines, so that the parent only writes them."""
    return json.dumps({"index": index, "point": point, "value": total(**point)}, separators=(",", ":"))


def run_joblib(points: int, folder: Path) -> None:
    """Run the grid with joblib and its automatic batching."""
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
    """Return the seconds of one run in a new folder; exits unless the run writes one line for each point."""
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
    """Exit unless both write the same lines."""
    written = []
    for run in (run_sweep, run_joblib):
        with tempfile.TemporaryDirectory() as name:
            run(10**5, Path(name))
            written.append([json.loads(line) for line in lines(Path(name))])
    if written[0] != written[1]:
        raise SystemExit("the two do not write the same lines")


def peak_memory(points: int) -> float:
    """Return the peak resident memory of the largest process of a sweep of so many points, in MB."""
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
    """Print points per second of both, their ratio, and the peak memory."""
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
