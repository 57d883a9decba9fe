"""The figures of the documents that the code and the template determine, each within a piece of its page's text.

`cited_figures.py` has those that others determine. `test_figures.py` asserts that the pages have these and no others.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scipy.special import ellipk

from adapters.api_gateway import arguments, http_api, proxy_event, table_routes
from adapters.aws import dynamodb_items
from adapters.documents import answer_size, failures, sweep_file
from adapters.machine import syntax_digest
from adapters.report import column_types, columns
from application import (
    block_claims,
    describe_sweep,
    explain_failures,
    follow_sweep,
    link_pages,
    list_failures,
    list_sweeps,
    meter,
)
from application.documents import table_chunks
from benchmarks.bill import LONG, MB_A_GB, PER_GB_SECOND, SHORT
from benchmarks.costs import PER_READ_UNIT, PER_WRITE_UNIT, table
from domain import condition_share, explanation, plan, progress, ranges, sweep
from domain.conditions import limits as condition_limits
from domain.conditions import powers
from domain.designs import lookup
from domain.dispatch_order import DispatchOrder
from domain.places import BLOCK_SHARDS
from domain.space import existence, names
from domain.spans import SPAN_BLOCKS, SPAN_SHARDS
from entrypoints import settings
from infra.concurrency import LEAST_UNRESERVED, RESERVED
from tests.contract.cloudformation import properties, resources, template

PROJECTILE = Path(__file__).parents[2] / "examples" / "projectile" / "sweep.yaml"
MB, KB = 1_000_000, 1_000
MINUTE, HOUR = 60, 3_600
MILLION = 1_000_000
# USD, list prices of us-east-1 in November 2026: an alarm, a GB of logs, a GB in the table for a month.
ALARM, LOGS, STORED = 0.10, 0.50, 0.25
# Measured: by `benchmarks.load` microseconds of a processor for each shard, and by `benchmarks.ledger` read units of a
# status of a million shards.
DISPATCHING, UNITS_OF_A_STATUS = 55, 800
# Of AWS: the memory with which a function has a whole processor.
PROCESSOR_MB = 1_769
# Of AWS: how many functions an account runs at once, and what a partition of a table takes in a second.
AT_ONCE, WRITES_OF_A_PARTITION = 1_000, 1_000
HOURS = ("no time", "an hour", "two hours")
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")


def default(parameter: str) -> int:
    """Return the default of one of the template's parameters of numbers."""
    return int(template()["Parameters"][parameter]["Default"])


def lifetime(event_age: int | None = None) -> int:
    """Return the seconds that a shard can live with the template's defaults, or with another WorkerEventAge."""
    return int(
        settings.lifetime(default("WorkerTimeout"), default("WorkerRetries"), event_age or default("WorkerEventAge"))
    )


def assignment_lifetime() -> int:
    """Return the seconds that an assignment can live."""
    variables = properties("Parent")["Environment"]["Variables"]
    return int(
        settings.lifetime(*(int(variables[f"SWEEP_DISPATCHER_{key}"]) for key in ("TIMEOUT", "RETRIES", "EVENT_AGE")))
    )


def margin() -> int:
    """Return the seconds of a shard's life beyond its wait and its attempts."""
    return lifetime() - default("WorkerEventAge") - (default("WorkerRetries") + 1) * default("WorkerTimeout")


def computed() -> dict[str, list[str]]:
    """Return by page the pieces of text whose figures the code and the template determine."""
    return {
        "README.md": [f"the flight of {sweep_file.read_sweep_file(PROJECTILE).plan.size:,} balls"],
        "docs/architecture.md": [
            f"up to {SPAN_SHARDS:,} shards itself",
            f"in **spans** of {SPAN_BLOCKS} blocks",
            f"a round of {DispatchOrder.SPREAD.round_blocks} blocks",
            f"**blocks** of {BLOCK_SHARDS} shards",
            f"a million shards are {-(-MILLION // BLOCK_SHARDS):,} small entries",
        ],
        "docs/costs.md": _costs(),
        "docs/deploy.md": [*_deploying(), *_reserving(), *_living()],
        "docs/http-api.md": _http_api(),
        "docs/results.md": [
            f"up to 2^{column_types.EXACT_IN_A_FLOAT.bit_length() - 1} beside",
            f"more than {columns.MOST_OF_VALUES:,} columns of values",
        ],
        "docs/states.md": [
            f"at most {block_claims.LONGEST_CLAIM:.0f} s",
            f"`WorkerTimeout` + {margin()} seconds after its dispatch",
            f"With the defaults that is {lifetime():,} seconds",
            f"lost ends by itself after {assignment_lifetime():,} seconds",
            f"at most {progress._OLDEST}, so that a hang can be seen",
            f"{MILLION * PER_WRITE_UNIT:.3f} USD a million shards",
        ],
        "docs/sweep-file.md": [
            f"at most {sweep_file.LARGEST_FILE // MB} MB",
            f"1 to {names.MOST_PARAMETERS} ASCII letters",
            f"there are {plan.DEFAULT_SHARDS} shards, or one for each point",
            f"There are more than {plan.DEFAULT_SHARDS} if a shard",
            f"otherwise have more than {plan.DEFAULT_MAX_POINTS_PER_SHARD:,} points",
            f"A row has at most {table_chunks.LONGEST_ROW:,} bytes as JSON",
            f"a parameter that decides has at most {existence.MOST_DECIDING_LEVELS:,} levels",
            f"more than {syntax_digest._LARGEST // MB} MB",
            f"at most {condition_limits.LONGEST_CONDITION:,} characters",
            f"a whole number, at most {powers.LARGEST_EXPONENT} or -{powers.LARGEST_EXPONENT}",
            f"looks at {condition_share.MOST_LOOKED_AT:,} points",
            f"In a sweep of up to {DispatchOrder.SPREAD.round_blocks * BLOCK_SHARDS:,} shards, no gap",
            f"starts {DispatchOrder.SPREAD.round_blocks} blocks of {BLOCK_SHARDS} shards at a time",
            f"up to {DispatchOrder.SPREAD.round_blocks} instead of a few",
        ],
        "docs/verify.md": [
            f"with more than {ranges.MOST_RANGES} ranges the rest is counted",
            f"for the {explain_failures.MOST_CAUSES} causes that cost the most points",
            f"of the first {explain_failures.MOST_KNOWN} that occur",
            f"in more than {explanation.MOST_SETS:,} ways",
            f"within a relative {lookup._CLOSE:.0e}".replace("e-0", "e-"),
        ],
        "docs/your-own-simulation.md": [
            f"At 90 degrees without damping the ratio is {ellipk(0.5) / ellipk(0):.5f}",
        ],
    }


def _costs() -> list[str]:
    dispatched = DISPATCHING * PROCESSOR_MB / MB_A_GB * PER_GB_SECOND
    status = UNITS_OF_A_STATUS * PER_READ_UNIT
    reads, page = describe_sweep._SHARDS_READ, list_failures.LARGEST_PAGE
    stored = -(-MILLION // BLOCK_SHARDS) * KB / MB
    writing = dynamodb_items.PARTITIONS * WRITES_OF_A_PARTITION
    return [
        "\n".join(table()),
        "With three log lines of 400 bytes a shard",
        f"the logs of a million shards would cost {3 * 400 * MILLION / 1e9 * LOGS:.2f} USD",
        f"{MILLION * PER_WRITE_UNIT:.3f} USD a million.",
        f"about {UNITS_OF_A_STATUS} read units, which is {status:.4f} USD",
        f"100 of them are for the reasons of {reads} failing shards",
        f"for an hour, that is {HOUR / 10 * status:.2f} USD",
        f"about {DISPATCHING} microseconds of a processor for each shard",
        f"A million shards are {DISPATCHING} s of the {PROCESSOR_MB:,} MB that make a whole processor",
        f"a whole processor, {dispatched:.4f} USD",
        f"{stored:.0f} MB in the table until they expire: {stored / KB * STORED:.3f} USD a month",
        f"in pieces of {dynamodb_items._PIECE // KB} KB",
        f"a block of {BLOCK_SHARDS} shards: claim",
        f"one for {BLOCK_SHARDS} shards",
        f"at most {dynamodb_items.PARTITIONS} |",
        f"{reads} by a status, {page} by a page of failures",
        f"n modulo {dynamodb_items.PARTITIONS}>",
        f"can end {writing:,} shards a second",
    ]


def _deploying() -> list[str]:
    alarms, memory = len(resources("AWS::CloudWatch::Alarm")), default("WorkerMemory")
    hundred = 100 * MINUTE * LONG.gigabytes * PER_GB_SECOND
    methods, roles = (len(resources(f"AWS::{kind}")) for kind in ("ApiGateway::Method", "IAM::Role"))
    most = template()["Parameters"]["MaxShards"]["MaxValue"]
    working, puts = (LONG.bill()[part][1] for part in ("Lambda's time", "result objects"))
    return [
        f"{alarms * ALARM:.2f} USD a month for its {WORDS[alarms]} alarms",
        f"{WORDS[len(_metrics())]} of the functions",
        f"those of the API's {WORDS[methods]} methods",
        f"in {SHORT.shards:,} shards**, on arm64 workers of {memory:,} MB ({SHORT.gigabytes} GB):",
        f"**A million points of {SHORT.seconds * 1000:.0f} ms each",
        "\n".join(SHORT.lines()),
        f"**A million points of {LONG.seconds:.0f} s each, in {LONG.shards:,} shards**",
        f"are {LONG.shard_seconds:.0f} s a shard, within a `WorkerTimeout` of {default('WorkerTimeout')} s",
        f"They cost {LONG.total():.2f} USD, of which {working:.2f} are Lambda's time and {puts:.2f} are PUTs",
        f"100 workers of {memory:,} MB on arm64 cost at most {hundred:.2f} USD a minute",
        f"the stack has {WORDS[roles]}",
        f"sends at most {default('DirectShards'):,} shards of a request itself",
        f"dispatchers, {SPAN_SHARDS:,} shards each",
        f"by default to {default('MaxShards'):,} shards, and cannot exceed {most:,}",
    ]


def _metrics() -> list[Any]:
    """Return the metrics that the functions write, as the dashboard shows them."""
    widgets = json.loads(properties("Dashboard")["DashboardBody"]["Fn::Sub"])["widgets"]
    (shown,) = (widget["properties"] for widget in widgets if widget["properties"]["title"] == "Shards and points")
    return list(shown["metrics"])


def _reserving() -> list[str]:
    parents, markers = RESERVED["ParentConcurrency"], RESERVED["UndeliveredConcurrency"]
    least, together = LEAST_UNRESERVED + parents + markers, parents + markers
    assert default("ThrottleBurst") == parents, "what the stage accepts at once by default"
    batch = properties("UndeliveredUndeliveredShards")["BatchSize"]
    return [
        f"at most that less {LEAST_UNRESERVED}",
        f"`make deploy` reserves {parents} for the parent",
        f"It reserves {markers} for the function",
        f"takes {WORDS[batch]} records at a time",
        f"leaves less than {LEAST_UNRESERVED} unreserved",
        f"adds the two from {least} unreserved on",
        f"within `WorkerTimeout` ({default('WorkerTimeout')} s)",
        f"| {least} | {parents} and {markers} | {least - together} | {parents} requests and {markers} batches of",
        f"| {AT_ONCE:,} | {parents} and {markers} | {AT_ONCE - together}, less what",
        f"`WorkerConcurrency=800` leaves {AT_ONCE - together - 800} to those",
        f"tries again for `WorkerEventAge` ({default('WorkerEventAge') // HOUR} hours)",
    ]


def _living() -> list[str]:
    hours, rest = divmod(lifetime(), HOUR)
    return [
        f"`WorkerTimeout` + {margin()} seconds: {hours} hours and {rest // MINUTE} minutes with the defaults",
        f"The {margin()} seconds are for Lambda's waits",
        f"With `WorkerEventAge=3600` a lost shard is overdue after {lifetime(3600) // MINUTE} minutes",
    ]


def _http_api() -> list[str]:
    reads = describe_sweep._SHARDS_READ
    return [
        f"at most {proxy_event.LARGEST_BODY // MB} MB",
        f"a header of 1 to {arguments.LONGEST_KEY} printable",
        f"and {WORDS[margin() // MINUTE]} minutes more",
        f"names at most {progress._OLDEST} of the shards",
        f"those beyond {reads} are not read",
        f"within {block_claims.LONGEST_CLAIM / MINUTE:.0f} minutes",
        f"and its report, within {assignment_lifetime() // MINUTE} |",
        f"valid for at most {HOURS[link_pages.LINK_SECONDS // HOUR]}",
        f"`?limit=` is 1 to {link_pages.LARGEST_PAGE}, by default {http_api.RESULTS_A_PAGE}; a page",
        f"cut to {failures._LONGEST_TEXT} characters, a message to {sweep.LONGEST_MESSAGE:,}",
        f"at most {WORDS[meter._MOST_KINDS]} kinds of exceptions",
        f"`?limit=` is 1 to {list_failures.LARGEST_PAGE} shards, by default {http_api.FAILURES_A_PAGE}.",
        f"`?limit=` is 1 to {list_sweeps.LARGEST_PAGE}, by default {http_api.SWEEPS_A_PAGE}. `?after=`",
        f"1 to {follow_sweep.MOST_CELLS:,}, by default {http_api.CELLS_OF_A_MAP}.",
        f"an answer, which holds {answer_size.LARGEST_DOCUMENT:,} characters",
        f"the lines of {table_chunks.CHUNK_ROWS:,} rows, the last one fewer",
        f"A page looks at {link_pages.LARGEST_PAGE:,} chunks at most",
        f"`?limit=` is 1 to {link_pages.LARGEST_PAGE}, by default {table_routes.CHUNKS_A_PAGE}; a page",
    ]
