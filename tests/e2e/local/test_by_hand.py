"""`sweep verify --repair` and `sweep point --pdb` as a user types them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.e2e.local.laboratory import SWEEP, Laboratory


def test_what_is_damaged_is_made_anew_by_the_next_run(toy: Laboratory, tmp_path: Path) -> None:
    """The results are the same to the byte afterwards; a shard that was whole is not evaluated again."""
    lab = Laboratory(shutil.copytree(toy.folder, tmp_path / "lab"))
    whole = lab.results()
    damaged, missing, *_ = sorted(whole)
    folder = next(lab.out.glob("sweeps/*/results"))
    (folder / damaged).write_bytes(b"damaged")
    (folder / missing).unlink()
    ended = lab.run("verify", "latest", "--repair")
    assert (ended.returncode, "set back: 2 shards" in ended.stdout) == (1, True)
    ended = lab.run("run", "toy.yaml", "--workers", "2")
    assert "resuming " in ended.stderr
    assert lab.results() == whole


def test_the_debugger_reads_from_the_terminal(toy: Laboratory) -> None:
    """It stands in the user's frame where the exception was raised."""
    command = [SWEEP, "point", "latest", "--where", "x=2,y=1", "--pdb", "--out", str(toy.out)]
    ended = subprocess.run(
        command, input="p x * 1000\nq\n", capture_output=True, text=True, check=False, cwd=toy.folder, timeout=60
    )
    assert ended.returncode == 1
    assert "ValueError: no value" in ended.stdout
    assert "(Pdb) 2000" in ended.stdout
