"""What the targets of one sweep print side by side, on any stream, stays apart line by line."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.e2e.local.laboratory import SWEEP, Laboratory

_MODEL = """
import sys

def f(x):
    print("printed", x)
    print("warned", x, file=sys.stderr)
    print("begun", x, end="", file=sys.stdout if x % 2 else sys.stderr)
    return x
"""


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["python", "python -u"])
def test_a_line_is_written_at_once(tmp_path: Path, unbuffered: str) -> None:
    """Each line is one write; one that the target has not ended is written at the end of its shard.

    A pipe of packets keeps writes apart.
    """
    lab = Laboratory(tmp_path)
    (lab.folder / "model.py").write_text(_MODEL)
    file = lab.folder / "m.yaml"
    file.write_text("name: m\ntarget: model:f\nparameters: {x: {range: {start: 0, stop: 4}}}\nsharding: {shards: 4}\n")
    reading, writing = os.pipe2(os.O_DIRECT)
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    command = [SWEEP, "run", str(file), "--out", str(lab.out)]
    run = subprocess.Popen(command, cwd=lab.folder, env=environment, stdout=subprocess.DEVNULL, stderr=writing)
    os.close(writing)
    with run, os.fdopen(reading, "rb", buffering=0) as written:
        writes = list(iter(lambda: written.read(65_536), b""))
    assert run.returncode == 0
    expected = sorted(line for x in range(4) for line in (b"printed %d\n" % x, b"warned %d\n" % x, b"begun %d" % x))
    assert sorted(write for write in writes if write.startswith((b"printed", b"warned", b"begun"))) == expected
