"""The commands of `sweep` on the deployed stack, by a user with the caller's policy and no other right."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.e2e.deployed.cloud import Cloud
from tests.e2e.deployed.stacks import ROOT, TRIAL, run
from tests.fakes.typed import Typed, typed

SWEEP = str(Path(sys.executable).with_name("sweep"))
AREA = ("-p", "x=geomspace:0.001:10:7", "-p", "y=linspace:-1:1:11", "--shards", "6")


@pytest.fixture(autouse=True)
def home(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Type `sweep use` in the clone with an empty home and without a variable of AWS; return the home."""
    home = tmp_path / "home"
    for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(home / name))
    for name in ("AWS_ENDPOINT_URL", "AWS_CA_BUNDLE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "SWEEP_OUT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(ROOT)
    used = typed("use", cloud.name)
    assert (used.code, used.out.splitlines()[0]) == (0, f"sweeps are in the stack {cloud.name}"), used.err
    config = (cloud.folder / "aws-config").read_text(encoding="utf-8")
    assert f"aws_access_key_id = {cloud.caller.access_key}\n" in config
    # From now on, anywhere.
    monkeypatch.chdir(tmp_path)
    return home


def submitted(*words: str, code: int = 0) -> str:
    """Submit a sweep, wait for its end, and return its id."""
    done = typed("submit", *words, "--wait", "--json")
    assert done.code == code, done.err
    return str(json.loads(done.out)["sweep_id"])


def succeeded(*words: str) -> Typed:
    """Type a command, assert that it succeeds, and return what it printed."""
    done = typed(*words)
    assert done.code == 0, done.err
    return done


def test_tables_have_the_bytes_of_a_local_run(tmp_path: Path) -> None:
    """Submitted, listed, described and written as tables: the files equal those of `sweep run` byte for byte."""
    sweep_id = submitted(f"{TRIAL}:area", *AREA, "--name", "table", "--save", "area.yaml")
    assert sweep_id in succeeded("list").out
    assert succeeded("status", sweep_id).out.splitlines()[1].startswith("points:  77 of 77 done")
    run(SWEEP, "run", str(tmp_path / "area.yaml"), "--out", str(tmp_path / "out"))
    for end in ("csv", "jsonl"):
        succeeded("results", sweep_id, "-o", f"cloud.{end}")
        succeeded("results", "latest", "--out", "out", "-o", f"local.{end}")
        assert (tmp_path / f"cloud.{end}").read_bytes() == (tmp_path / f"local.{end}").read_bytes()


def test_a_retry_brings_the_value_that_lacked(tmp_path: Path) -> None:
    """A failure is told with its point; after a retry only the object that it was in is fetched anew."""
    mended = tmp_path / "mended"
    words = ("-p", "x=0,1,2", "-c", f"mended={mended}", "--shards", "3")
    sweep_id = submitted(f"{TRIAL}:mendable", *words, code=1)
    status = typed("status", "latest")
    assert (status.code, "not mended yet" in status.out) == (1, True)
    assert f"sweep retry {sweep_id}" in status.out
    assert typed("results", "latest", "-o", "first.jsonl").code == 1
    mended.touch()
    succeeded("retry", "latest", "--wait")
    succeeded("results", "latest", "-o", "second.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "second.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["value"] for line in lines] == [0, 1, 4]


def test_a_cancelled_sweep_starts_no_further_shard(tmp_path: Path) -> None:
    """The command says so, and a second one that there was nothing to stop."""
    gate = tmp_path / "gate"
    gate.mkdir()
    try:
        words = ("-p", "x=1,2,3,4,5,6", "-c", f"gate={gate}", "--shards", "6")
        succeeded("submit", f"{TRIAL}:gated", *words)
        assert "no further shard starts" in succeeded("cancel", "latest").out
        assert "there was nothing to stop" in succeeded("cancel", "latest").out
        assert json.loads(typed("status", "latest", "--json").out)["state"] == "cancelled"
    finally:
        (gate / "open").touch()


def test_a_wrong_region_and_an_unknown_stack_are_said(cloud: Cloud, home: Path) -> None:
    """Both end with exit code 2, and the message names what was looked for."""
    elsewhere = typed("list", "--region", "eu-west-1")
    assert (elsewhere.code, "in eu-west-1; check" in elsewhere.err) == (2, True), elsewhere.err
    config = home / "config"
    config.write_text(
        (cloud.folder / "aws-config").read_text(encoding="utf-8").replace("sweep_stack = sweep", ""), encoding="utf-8"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_CONFIG_FILE", str(config))
        unknown = typed("list", "--stack", "nope", "--profile", cloud.name)
    assert unknown.code == 2, unknown.err
    assert "may not describe a stack nope" in unknown.err or "there is no stack nope" in unknown.err
