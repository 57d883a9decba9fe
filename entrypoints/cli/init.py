"""`sweep init`: a small project to begin with."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from string import Template

import typer

from adapters.machine.taken_names import OUR_PACKAGES
from domain.errors import InvalidSweep

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")

_MODEL = '''"""A throw without drag: how far does it go?"""

import math


def simulate(angle, speed, gravity):
    """Return range (m) and time (s) of a throw: angle in degrees, speed in m/s, gravity in m/s^2.

    serverless-sweep calls this once for each point, with the point's parameters and the sweep's constants as keywords.
    It returns any JSON value. If it raises an exception, that point has an error, and the sweep goes on.
    """
    if not 0 <= angle <= 90:
        raise ValueError(f"{angle} degrees is no angle of a throw")
    seconds = 2 * speed * math.sin(math.radians(angle)) / gravity
    return {"range": seconds * speed * math.cos(math.radians(angle)), "time": seconds}
'''
_TEST = '''"""The function is right at points whose result is known."""

import pytest
from $name.model import simulate


def test_a_throw_at_45_degrees_goes_speed_squared_over_gravity():
    assert simulate(angle=45, speed=20, gravity=10)["range"] == pytest.approx(40)


def test_a_throw_into_the_ground_is_refused():
    with pytest.raises(ValueError, match="no angle"):
        simulate(angle=-1, speed=20, gravity=10)
'''
_SWEEP = """# Every combination of the parameters is one point: 85 * 3 = 255 calls of the target.
name: $sweep
target: $name.model:simulate
parameters:
  angle: {linspace: {start: 1, stop: 85, num: 85}}
  speed: [10, 20, 40]
constants: {gravity: 9.81}
"""
_REQUIREMENTS = """# What $name/model.py imports, with versions, such as numpy==2.4.6: the bundle for Lambda has it.
"""
_README = """# $name

| file | what it is |
|---|---|
| `$name/model.py` | the function that is evaluated at every point |
| `$name/requirements.txt` | the packages that it imports |
| `sweep.yaml` | the parameters |
| `test_model.py` | tests of the function (`python -m pytest`) |

## On this machine

```sh
sweep plan sweep.yaml                      # how many points, in how many shards
sweep run sweep.yaml                       # Ctrl-C stops it; the same command goes on
sweep results latest -o table.csv
sweep point sweep.yaml --where angle=45,speed=20
```

## In the cloud

In a clone of serverless-sweep, with the path of this folder in the place of FOLDER:

```sh
make stack-up TARGETS=FOLDER/$name \\
  PARAMETERS="AllowedTargets=$name.model:simulate DefaultTarget=$name.model:simulate"
sweep use local-stack                      # an emulator on this machine; make deploy uses your AWS account
sweep submit FOLDER/sweep.yaml --wait
sweep results latest -o table.csv
```
"""


def init(folder: Path) -> None:
    """Write the project into a new or empty folder, and say what to type next; raises `InvalidSweep`."""
    name = folder.name
    _check_name(name)
    texts = {
        folder / name / "__init__.py": "",
        folder / name / "model.py": _MODEL,
        folder / name / "requirements.txt": _REQUIREMENTS,
        folder / "sweep.yaml": _SWEEP,
        folder / "test_model.py": _TEST,
        folder / "README.md": _README,
    }
    try:
        if folder.exists() and any(folder.iterdir()):
            raise InvalidSweep.at("NAME", f"{folder} is not empty; choose another name")
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            filled = Template(text).substitute(name=name, sweep=name.replace("_", "-"))
            path.write_text(filled, encoding="utf-8")
    except OSError as error:
        raise InvalidSweep.at("NAME", f"cannot write {folder}: {error.strerror}") from error
    for path in texts:
        typer.echo(f"wrote {path}")
    typer.echo(f"next:    cd {folder} && sweep run sweep.yaml")


def _check_name(name: str) -> None:
    """Refuse a name under which Python could not import the package, or would import another one."""
    if not _NAME.fullmatch(name):
        raise InvalidSweep.at("NAME", "must be a-z, 0-9 and _, and begin with a letter: it is imported as a package")
    if name in OUR_PACKAGES | {"serverless_sweep"} | sys.stdlib_module_names:
        raise InvalidSweep.at("NAME", f"{name} is the name of another package; choose another one")
