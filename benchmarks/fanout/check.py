"""Compares simulated times with those of the real code, against the stub and a ledger that takes as long as told.

One machine has no cores for many dispatchers: they run one after another, each in a process of its own with no
connection yet, in the simulation as well. Starting a process is not measured.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from benchmarks.dispatch.job import Job, realistic_sweep
from benchmarks.dispatch.process import Processes
from benchmarks.dispatch.stub import Stub, running_stub
from benchmarks.fanout.inputs import Inputs, SenderInputs
from benchmarks.fanout.real_code import RealCode
from benchmarks.fanout.simulation import fan_out

_SHARDS = (10_000, 100_000)
_CALIBRATION = 60_000


def check(inputs: Inputs) -> None:
    """Print measured times beside simulated ones, whose sender is as fast as one was just before."""
    cores = os.sched_getaffinity(0)
    with running_stub(max(cores)) as stub:
        processes = Processes(min(cores), None)
        os.sched_setaffinity(0, {min(cores)})
        stub.behave(inputs.sender.round_trip)
        sender = calibrated(inputs.sender, processes, stub)
        print(
            f"\nload average {os.getloadavg()[0]:.2f}; an event takes {sender.per_event * 1e6:.0f} us, as just measured"
        )
        for shards in _SHARDS:
            # Warm and waiting, one after another.
            platform = replace(inputs.platform, queue=0.0, dispatcher_cold=0.0, dispatchers=1)
            told = replace(inputs, opening_calls=1, sender=sender, platform=platform)
            print_comparison(replace(told, shards=shards), stub)


def calibrated(sender: SenderInputs, processes: Processes, stub: Stub) -> SenderInputs:
    """Return the inputs with the times of this machine now: those of an event and of a connection grow alike."""
    run = processes.run("curl", stub, _CALIBRATION, sender.connections)
    told = _CALIBRATION * sender.per_event + run.counts.connections * sender.per_connection
    slower = _CALIBRATION / run.measured.rate / told
    return replace(
        sender, per_event=slower * sender.per_event, per_connection=slower * sender.per_connection, processor=1.0
    )


def print_comparison(inputs: Inputs, stub: Stub) -> None:
    """Print what the parent takes alone, and by two levels the answer, one dispatcher and all of them."""
    print(f"{inputs.shards:,} shards")
    job = Job(stub.url, stub.authority, realistic_sweep(inputs.shards), inputs.sender.connections)
    stub.behave(inputs.sender.round_trip)
    alone = in_a_process(RealCode(job, inputs.sender.ledger_call, inputs.shards).answer)
    verify(stub, inputs)
    print_line("the parent alone", alone, fan_out(replace(inputs, direct=inputs.shards)).answered)
    code = RealCode(job, inputs.sender.ledger_call, 1)
    answered = code.answer()
    stub.behave(inputs.sender.round_trip)
    times = [in_a_process(partial(code.dispatch, task)) for task in code.tasks]
    verify(stub, inputs)
    two = fan_out(replace(inputs, direct=1))
    print_line("the answer, by two levels", answered, two.answered)
    print_line("all dispatchers, one by one", sum(times), two.accepted[-1] - two.answered)
    one = fan_out(replace(inputs, shards=inputs.span, direct=1))
    print_line("a dispatcher", statistics.median(times), one.accepted[-1] - one.answered)


def in_a_process(call: Callable[[], float]) -> float:
    """Return what a call returns in a new process, which begins with all that this one has in memory."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=lambda: there.send(call()))
    process.start()
    try:
        return float(here.recv())
    finally:
        process.join()


def verify(stub: Stub, inputs: Inputs) -> None:
    """Raise `RuntimeError` unless the stub has each shard once."""
    counts = stub.counts()
    if counts.shards != inputs.shards or counts.twice:
        raise RuntimeError(f"of {inputs.shards} shards the stub counted {counts}")


def print_line(what: str, measured: float, simulated: float) -> None:
    """Print a measured time and a simulated one."""
    print(f"  {what:32}{measured:6.2f} s, simulated {simulated:6.2f} s ({simulated / measured - 1:+.0%})", flush=True)
