"""Libraries that only an extra of the package installs."""

from __future__ import annotations

import importlib
from typing import Any

from domain.errors import DependencyUnavailable


def library(name: str, extra: str = "frames") -> Any:  # noqa: ANN401 - a module, whose names no type tells
    """Import a library that only an extra has; raises `DependencyUnavailable` with the extra's name."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        package = name.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != package:
            raise
        raise DependencyUnavailable(
            f"{package} is not installed; install the extra `{extra}`, "
            f"as in pip install 'serverless-sweep[cli,{extra}]'"
        ) from error
