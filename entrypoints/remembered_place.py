"""What `sweep use` remembers: one place, in a small file at the platform's folder for settings."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from domain.errors import DependencyUnavailable, InvalidSweep

_HEAD = "# Where `sweep` looks for sweeps, unless a command says otherwise. Written by `sweep use`.\n"
_REMEDY = "mend or delete it, or choose anew with: sweep use NAME, or sweep use --local"


@dataclass(frozen=True, slots=True)
class RememberedStack:
    """A stack, and how to reach it; `config` is a file in the form of ~/.aws/config that describes it."""

    stack: str
    region: str | None = None
    profile: str | None = None
    config: str | None = None


def file_of_place() -> Path:
    """Return the path of the file, which need not exist."""
    from platformdirs import user_config_path  # noqa: PLC0415 - most commands with a typed place need it not

    return user_config_path("serverless-sweep") / "place.toml"


def remembered() -> RememberedStack | None:
    """Return the stack that is remembered; None where none is. Raises `InvalidSweep` for a damaged file."""
    path = file_of_place()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSweep.at(str(path), f"cannot be read ({error}); {_REMEDY}") from error
    return _parsed(path, text)


def remember(stack: RememberedStack) -> Path:
    """Write the file, whole or not at all, and return its path; raises `DependencyUnavailable`."""
    path = file_of_place()
    # TOML's basic strings have the escapes of JSON's.
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in asdict(stack).items() if value)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(_HEAD + "".join(lines), encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise DependencyUnavailable(f"cannot write {path}: {error.strerror}") from error
    return path


def forget() -> None:
    """Remove the file, if there is one; raises `DependencyUnavailable`."""
    path = file_of_place()
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise DependencyUnavailable(f"cannot remove {path}: {error.strerror}") from error


def _parsed(path: Path, text: str) -> RememberedStack:
    import tomllib  # noqa: PLC0415 - takes a moment to load, and most commands find no file

    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidSweep.at(str(path), f"is not TOML: {error}; {_REMEDY}") from error
    known = [field.name for field in fields(RememberedStack)]
    wrong = [key for key, value in found.items() if key not in known or not isinstance(value, str)]
    if wrong or "stack" not in found:
        said = f"has no use for {', '.join(wrong)}" if wrong else "names no stack"
        raise InvalidSweep.at(str(path), f"{said}; its keys are {', '.join(known)}, each a text; {_REMEDY}")
    return RememberedStack(**found)
