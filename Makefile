# Everything a user or a developer of serverless-sweep types. `make` alone says what there is.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
# What the checks hold on; pyproject.toml and README.md name the same versions.
VERSIONS := 3.11 3.12 3.13
BIN := .venv/bin
OUT ?= sweep-results

# Tests start hundreds of processes. Each would compile all that it imports, were it forbidden to keep what it compiled.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup demo test check lint types layers domain hooks unit contract further long e2e bench bench-startup bench-dispatch bench-e2e schema notebook picture lock fuzz chaos clean

help: ## Say what there is
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /  make \1\t/' | expand -t 22

setup: .venv/.ready ## Make the environment in .venv

.venv/.ready: requirements/dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "error: Python 3.11 or later is needed; say which with: make setup PYTHON=python3.13" >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' || { echo "error: Python's venv is needed; on Debian: apt-get install python3-venv" >&2; exit 2; }
	$(PYTHON) -m venv .venv
	awk '/^uv==/ { found = 1 } found { print } found && !/\\$$/ { exit }' requirements/dev.lock > .venv/uv.lock
	$(BIN)/pip install $(PIP) --no-deps --require-hashes -r .venv/uv.lock
	$(BIN)/uv pip install $(UV) --python $(BIN)/python -r requirements/dev.lock || $(BIN)/pip install $(PIP) --require-hashes -r requirements/dev.lock
	$(BIN)/pip install $(PIP) --no-deps --no-build-isolation -e .
	@touch $@

# uv takes seconds where pip takes a minute; pip also knows the index that a user has configured for it.
PIP := --quiet --disable-pip-version-check
UV := --quiet --no-config --compile-bytecode --require-hashes

demo: setup ## Run a real sweep, and make its table and its picture
	$(BIN)/sweep run examples/projectile/sweep.yaml --out $(OUT)
	$(BIN)/sweep results latest --out $(OUT) --format parquet -o $(OUT)/projectile.parquet
	$(BIN)/python -m examples.projectile.plot $(OUT)/projectile.parquet $(OUT)/projectile.png
	@echo "table:   $(OUT)/projectile.parquet"
	@echo "picture: $(OUT)/projectile.png"

# The deployed system waits most of its tests' time, which all others use. The newest Python has what these leave of the
# processors, and takes no time from them.
test: setup ## Pass every check the project has
	@$(MAKE) --no-print-directory --jobs 2 check .venv-aws/.ready
	@$(MAKE) --no-print-directory --jobs 3 cover-then-rest deployed further FURTHER="$(lastword $(FURTHER))" NICE="nice -n 19" JOBS=

.PHONY: cover-then-rest
cover-then-rest:
	@$(MAKE) --no-print-directory cover
	@$(MAKE) --no-print-directory rest

check: lint types layers ## Check style, types and layers, in seconds

lint: setup ## Check style and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: setup ## Check types
	$(BIN)/mypy

layers: setup ## Check that the layers import only downwards
	$(BIN)/lint-imports

domain: setup ## Run the domain's tests, in seconds
	$(BIN)/pytest tests/unit/domain

unit: setup ## Run the unit tests: offline, in seconds
	$(BIN)/pytest -n 2 tests/unit

contract: setup ## Run the contract suites: ports and payload schemas
	$(BIN)/pytest -n 2 tests/contract

# What a version of Python may change: the code that runs, and what it stores on one machine.
further: SUITES := tests/unit/domain tests/unit/application tests/contract/test_local_ports.py
further: setup ## Run the tests of domain and application on each further Python of this machine; long runs all suites
	+@$(FURTHER_TESTS)

long: setup ## Run what takes too long for each change: more cases of the same rules, and all suites on further Pythons
	$(BIN)/pytest -n 2 -m long tests
	+@$(FURTHER_TESTS)

JOBS := --jobs 2
FURTHER_TESTS = $(MAKE) --no-print-directory $(JOBS) --output-sync SUITES="$(SUITES)" $(or $(FURTHER:%=tests-on-%),no-further-python)

SUITES := tests/unit tests/contract

# Expanded by the recipes above, when .venv is there.
THIS = $(shell $(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
FURTHER = $(foreach version,$(filter-out $(THIS),$(VERSIONS)),$(if $(shell infra/find-python $(version)),$(version)))
.PHONY: no-further-python $(VERSIONS:%=tests-on-%)
no-further-python:
	@echo "this machine has none of Python $(filter-out $(THIS),$(VERSIONS)): the tests ran on $(THIS) alone"

# Two Pythons at once keep two processors busy, without a process beside each that collects the tests once more.
$(VERSIONS:%=tests-on-%): tests-on-%: .venv-%/.ready
	HYPOTHESIS_PROFILE=few $(NICE) .venv-$*/bin/pytest -n $(if $(NICE)$(word 2,$(FURTHER)),0,2) -m "not one_python and not long" $(SUITES)

# uv takes seconds where pip takes a minute; it leaves compiling to the first import, of what is imported.
$(VERSIONS:%=.venv-%/.ready): .venv-%/.ready: requirements/dev.lock pyproject.toml .venv/.ready
	$(NICE) $(BIN)/uv venv --quiet --no-config --clear --python "$$(infra/find-python $*)" .venv-$*
	$(NICE) $(BIN)/uv pip install $(INSTALL) --python .venv-$*/bin/python --require-hashes -r requirements/dev.lock
	$(NICE) $(BIN)/uv pip install $(INSTALL) --python .venv-$*/bin/python --no-deps --no-build-isolation -e .
	@touch $@
INSTALL := --quiet --no-config

e2e: setup .venv-aws/.ready ## Run the end-to-end tests: one machine, and the deployed system on it
	$(BIN)/pytest -n 2 tests/e2e

# Coverage doubles the time of a test, so only the tests of the two layers that it is measured on run under it.
MEASURED := tests/unit/domain tests/unit/application
.PHONY: cover deployed rest
cover: setup
	$(BIN)/pytest -n 2 --cov --cov-report=term $(MEASURED)

# In one process, with one stack.
DEPLOYED := tests/e2e/deployed
deployed: setup .venv-aws/.ready
	+@$(MAKE) --no-print-directory --output-sync deployed-tests
.PHONY: deployed-tests
deployed-tests:
	$(BIN)/pytest --durations 10 -m "not long" $(DEPLOYED)

rest: setup .venv-aws/.ready
	$(BIN)/pytest -n 2 --dist worksteal --durations 10 -m "not long" tests $(patsubst %,--ignore=%,$(MEASURED) $(DEPLOYED))

schema: setup ## Write the schemas, and the gateway's model into the template
	$(BIN)/python -m infra.write_schemas
	$(BIN)/python -m infra.template_file

notebook: setup ## Run docs/notebook.ipynb, and store what it shows
	$(BIN)/python -m infra.run_notebook

picture: setup ## Draw the pictures of `sweep watch` and of the designs
	$(BIN)/python -m infra.watch_picture
	$(BIN)/python -m infra.design_pictures

bench: setup ## Measure: throughput beside joblib, memory, planning, the fan-out's simulation
	$(BIN)/python -m benchmarks.throughput
	$(BIN)/python -m benchmarks.space
	$(BIN)/python -m benchmarks.fanout

# What sweep is compared with, and the project does not need.
RIVALS := hydra-core==1.3.8 xyzpy==1.3.5 matplotlib==3.11.2 boto3==1.44.5 botocore==1.44.5 lithops==3.8.0 aiohttp==3.14.5 awscrt==0.38.1 optuna==5.0.0 scipy==1.17.1 "ray[tune]==2.60.0"
.venv-rivals/.ready: Makefile .venv/.ready
	$(BIN)/uv venv --quiet --no-config --clear --python $(BIN)/python .venv-rivals
	$(BIN)/uv pip install $(INSTALL) --python .venv-rivals/bin/python $(RIVALS)
	@touch $@

bench-startup: setup .venv-rivals/.ready ## Measure start-up beside hydra and typer, short runs beside joblib and xyzpy
	$(BIN)/python -m benchmarks.startup --rivals .venv-rivals

bench-dispatch: setup .venv-rivals/.ready ## Measure dispatch beside boto3, Lithops, aiohttp and awscrt; needs a C compiler
	$(BIN)/python -m benchmarks.dispatch --rivals .venv-rivals

bench-e2e: setup .venv-aws/.ready ## Measure the deployed system on this machine: 2,000 shards, cold starts
	$(BIN)/python -m benchmarks.deployed
	$(BIN)/python -m benchmarks.cold_start

lock: setup ## Write the lock files anew
	$(BIN)/uv pip compile $(COMPILE) pyproject.toml --extra cli --extra examples --extra frames --group dev -o requirements/dev.lock
	$(BIN)/uv pip compile $(COMPILE) pyproject.toml --constraints requirements/dev.lock -o requirements/lambda.lock
	$(BIN)/uv pip compile $(COMPILE) --group aws -o requirements/aws.lock
# One version of each package for every Python, the newest that the oldest of them can install.
COMPILE := --quiet --upgrade --universal --python-version $(firstword $(VERSIONS)) --fork-strategy fewest --generate-hashes --no-config --no-header --no-emit-index-url --no-emit-find-links

hooks: setup ## Install git hooks that call check and domain before each commit
	$(BIN)/pre-commit install

fuzz: setup .venv-aws/.ready ## Send 10,000 requests to the deployed API that are generated from docs/openapi.json
	GENERATED_REQUESTS=$(REQUESTS) $(BIN)/pytest -n 2 --dist worksteal --timeout 3600 -rP tests/e2e/deployed/test_generated_requests.py | grep -v "^[[{]\|RequestId"
REQUESTS ?= 10000

chaos: setup ## Break and kill at random what the functions need, for MINUTES, and audit what is left; SEED repeats a run
	$(BIN)/python -m tests.e2e.chaos --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))
MINUTES ?= 10

clean: ## Remove what was made here, but for results
	rm -rf .venv .venv-* .aws-sam build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage

include infra/stack.mk
