"""`make stack-up` and `make stack-down`: several stacks at the same time, updates, and no trace after the end."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import sys
from pathlib import Path

import pytest

from infra.local.process_group import PROCESSES
from tests.e2e.deployed.cloud import Cloud
from tests.e2e.deployed.stacks import ROOT, TOOLS, new_name, run, update

# A listening socket's state, and 127.0.0.1, as in proc_net_tcp(5).
LISTENS = "0A"
LOOPBACK = "0100007F:"
SWEEP = str(Path(sys.executable).with_name("sweep"))


def open_to_others(processes: tuple[int, ...]) -> list[str]:
    """Return the addresses outside loopback, in the kernel's notation, on which one of the processes listens."""
    links = (link for number in processes for link in (PROCESSES / str(number) / "fd").iterdir())
    sockets = {target[8:-1] for target in map(target_of, links) if target.startswith("socket:[")}
    tables = "".join((PROCESSES / "net" / table).read_text(encoding="ascii") for table in ("tcp", "tcp6"))
    lines = map(str.split, tables.splitlines())
    listening = [fields[1] for fields in lines if fields[3] == LISTENS and fields[9] in sockets]
    assert listening
    return [address for address in listening if not address.startswith(LOOPBACK)]


def target_of(link: Path) -> str:
    """Return the target of a link to a process's open file, or an empty text if the file is closed by now."""
    try:
        return str(link.readlink())
    except OSError:
        return ""


@pytest.mark.long
def test_a_second_stack_runs_beside_the_first_and_leaves_no_trace(cloud: Cloud, tmp_path: Path) -> None:
    """The printed commands submit a sweep on the new stack and write its results; `make stack-down` removes all of it.

    Even after the server of the workers was killed, and also from the temporary directory of the user.
    """
    name = new_name()
    folder = ROOT / ".stacks" / name
    chosen = "PARAMETERS=WorkerTimeout=20 WorkerRetries=0"
    try:
        printed = run("make", "stack-up", f"STACK={name}", chosen, TMPDIR=str(tmp_path))
        stack = json.loads((folder / "stack.json").read_text(encoding="utf-8"))
        assert stack["endpoint_url"] != cloud.url
        assert cloud.call("GET", "/sweeps/absent-000000000000").status == 404
        use, submit, table = (shlex.split(line) for line in re.findall(r"^  sweep (.*)", printed, re.MULTILINE))
        home = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"), str(tmp_path / "home"))
        assert use == ["use", name]
        run(SWEEP, *use, **home)
        answer = json.loads(run(SWEEP, *submit, "--json", **home))
        assert (answer["size"], answer["state"]) == (3, "done")
        assert run(SWEEP, *table, **home).count("\n") == 3
        second = Cloud(name, stack)
        assert cloud.call("GET", f"/sweeps/{answer['sweep_id']}").status == 404
        worker = {"FunctionName": stack["outputs"]["WorkerFunction"]}
        assert second.client("lambda").get_function_configuration(**worker)["Timeout"] == 20
        groups = second.groups()
        assert open_to_others(second.processes()) == []
        delete_all_but_the_data(second)
        second.close()
        os.kill(groups[1].number, signal.SIGKILL)
        assert groups[1].members, "the runtimes outlive the server"
    finally:
        run("make", "stack-down", f"STACK={name}", TMPDIR=str(tmp_path))
    assert not folder.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
    assert [group.members for group in groups] == [(), ()]
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(stack["endpoint_url"].rpartition(":")[2]))) != 0
    assert cloud.call("GET", "/sweeps/absent-000000000000").status == 404


def delete_all_but_the_data(cloud: Cloud) -> None:
    """Delete the stack by the command of docs/deploy.md, and assert that table, bucket and their content stay."""
    before = cloud.items()
    key = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "SAM_CLI_TELEMETRY": "0"}
    place = {"AWS_ENDPOINT_URL": cloud.url, "AWS_CA_BUNDLE": cloud.authority, "HOME": str(cloud.folder)}
    delete = ("delete", "--stack-name", "sweep", "--no-prompts", "--region", cloud.region)
    run(str(TOOLS / "sam"), *delete, **key, **place)
    assert cloud.client("lambda").list_functions()["Functions"] == []
    assert cloud.items() == before > 0
    assert cloud.client("s3").list_objects_v2(Bucket=cloud.outputs["ResultsBucket"])["KeyCount"] == 3


def test_stack_up_updates_a_running_stack(cloud: Cloud) -> None:
    """After an update the stack has the same address, key and data, still validates bodies, and has its workers.

    Without TARGETS and PARAMETERS it is built from the same targets as before, which its workers still find.
    """
    before = cloud.submit({"name": "kept", "parameters": {"x": [1], "y": [1]}}, key="kept")
    cloud.ended(before.document["sweep_id"])
    os.kill(cloud.groups()[1].number, signal.SIGKILL)
    assert update(cloud.name).api == cloud.api
    after = cloud.submit({"name": "kept", "parameters": {"x": [1], "y": [1]}}, key="kept")
    assert after.document == before.document | {"state": "done"}
    further = cloud.submit({"name": "further", "parameters": {"x": [1], "y": [1]}}).document["sweep_id"]
    assert cloud.ended(further)["state"] == "done"
    invocations = cloud.invocations("parent")
    assert cloud.call("POST", "/sweeps", b"{}", {"Content-Type": "application/json"}).status == 400
    assert cloud.invocations("parent") == invocations
