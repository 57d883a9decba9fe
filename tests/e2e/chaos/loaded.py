"""Loads what every function loads, before its process is forked: a killed one is replaced within milliseconds."""

from __future__ import annotations

import gc
import importlib

import boto3

from tests.e2e.chaos.parameters import TARGETS
from tests.fakes.functions import FUNCTIONS

for _module in (*(one.module for one in FUNCTIONS), TARGETS, "tests.e2e.chaos.function_process"):
    importlib.import_module(_module)
boto3.setup_default_session()
_loader = boto3.DEFAULT_SESSION._session.get_component("data_loader")  # type: ignore[union-attr]  # it was just set up
_loader.load_data("endpoints")
for _service in ("dynamodb", "s3", "lambda"):
    _loader.load_service_model(_service, "service-2")
    _loader.load_service_model(_service, "endpoint-rule-set-1")
# A collection in a process would else write into the memory that it shares with the others.
gc.freeze()
