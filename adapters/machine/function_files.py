"""Functions that no module holds, in files of one folder: the port `KeptFunctions`, and their loader.

A function travels by value (cloudpickle). Its name says which code it is, so that whatever runs a sweep later finds the
function that the sweep was made with.
"""

from __future__ import annotations

import os
import pickle
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.machine.code_values import code_digest
from adapters.machine.forks import one_process
from adapters.machine.importable import is_importable, module_name
from application.ports.target_loader import Target
from domain.errors import DependencyUnavailable, TargetUnavailable

# So many hexadecimal digits tell the functions of one folder apart.
_DIGITS = 20
_NAME = re.compile(rf"__main__\.code_([0-9a-f]{{{_DIGITS}}}):\w+")
_NOT_IN_A_NAME = re.compile(r"^[^A-Za-z_]+|[^A-Za-z0-9_]+")
_LONGEST_NAME = 64
# cloudpickle has one table, for the whole process, of the modules that travel by value.
_registering = threading.RLock()


class FunctionFiles:
    """A file for each function, named by the digest of its code."""

    def __init__(self, folder: Path) -> None:
        """Use this folder, which the first function makes."""
        self._folder = folder

    @staticmethod
    def knows(name: str) -> bool:
        """Return whether a target's name is that of a kept function."""
        return _NAME.fullmatch(name) is not None

    def keep(self, function: Target) -> str:
        """Write the function's file and return `__main__.code_DIGEST:NAME`."""
        body = _pickled(function)
        digest = code_digest(function, body)[:_DIGITS]
        path = self._path(digest)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.tmp")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(body)
            draft.replace(path)
        except OSError as error:
            raise DependencyUnavailable(f"cannot keep the function in {path}: {error.strerror}") from error
        return f"__main__.code_{digest}:{plain_name(function)}"

    def load(self, name: str) -> Target:
        """Return a kept function; raises `TargetUnavailable` if it is not there or cannot be loaded here."""
        found = _NAME.fullmatch(name)
        path = self._path(found[1] if found else "")
        try:
            body = path.read_bytes()
        except OSError as error:
            message = f"is a function of a notebook or a script, and its file {path} cannot be read: {error.strerror}"
            raise TargetUnavailable.at("target", message) from error
        try:
            with one_process():
                function: Target = pickle.loads(body)  # noqa: S301 - the user's own function, which is to be run
        except TargetUnavailable:
            raise
        except (Exception, SystemExit) as error:  # its modules are imported, which runs any code
            message = f"the function cannot be loaded in a worker process: {type(error).__name__}: {error}"
            raise TargetUnavailable.at("target", message) from error
        return function

    def _path(self, digest: str) -> Path:
        return self._folder / f"{digest}.pickle"


def plain_name(function: Target) -> str:
    """Return what a function is called, as far as a name in ASCII can say it; a lambda is called `lambda`."""
    name = getattr(function, "__name__", type(function).__name__)
    return _NOT_IN_A_NAME.sub("", name)[:_LONGEST_NAME] or "function"


def _pickled(function: Target) -> bytes:
    import cloudpickle  # noqa: PLC0415 - loaded only where a function travels

    try:
        with _by_value(module_name(function)):
            return bytes(cloudpickle.dumps(function))
    except Exception as error:  # a value of the user's may raise anything
        message = (
            f"{plain_name(function)} refers to what cannot leave this process: {error};"
            " make that inside the function, or put the function into a module"
        )
        raise TargetUnavailable.at("target", message) from error


@contextmanager
def _by_value(name: str) -> Iterator[None]:
    """Have what is defined in a module travel by value, unless other processes can import it."""
    import cloudpickle  # noqa: PLC0415 - loaded only where a function travels

    module = sys.modules.get(name)
    if module is None or name == "__main__" or is_importable(module):
        yield
        return
    with _registering:
        cloudpickle.register_pickle_by_value(module)
        try:
            yield
        finally:
            cloudpickle.unregister_pickle_by_value(module)
