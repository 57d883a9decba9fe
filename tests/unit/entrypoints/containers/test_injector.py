"""dependency-injector without the libraries that it knows classes of is as good as with them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
_ALONE = "from entrypoints.containers.injector import containers, providers"
_BESIDE_A_THREAD = f"""
import threading
over = threading.Event()
threading.Thread(target=over.wait).start()
{_ALONE}
over.set()
import sys
print("pydantic_settings" in sys.modules, "yaml" in sys.modules)
"""
_STAND_INS_GONE = f"""
{_ALONE}
import yaml, pydantic_settings
print(yaml.safe_load("[1]"), issubclass(pydantic_settings.BaseSettings, object))
"""
_YAML = f"""
{_ALONE}
import pathlib
pathlib.Path("file.yaml").write_text("name: ${{NAME:nothing}}")
found = providers.Configuration()
found.from_yaml("file.yaml")
print(found.name())
"""
_SETTINGS = f"""
{_ALONE}
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    name: str = "nothing"
found = providers.Configuration()
found.from_pydantic(Settings())
print(found.name())
try:
    found.from_pydantic("no settings")
except Exception as error:
    print(type(error).__name__)
"""
_ASYNCIO = f"""
{_ALONE}
import sys
absent = "asyncio" not in sys.modules or sys.version_info < (3, 12)
import asyncio
async def slow(value):
    return value
double = providers.Coroutine(slow, 7)
factory = providers.Factory(dict, number=double, other=double)
async def main():
    return await factory()
print(absent, asyncio.run(main()), asyncio.iscoroutinefunction(double))
"""


@pytest.mark.parametrize(
    ("program", "printed"),
    [
        pytest.param(_STAND_INS_GONE, "[1] True", id="libraries"),
        pytest.param(_YAML, "nothing", id="YAML"),
        pytest.param(_SETTINGS, "nothing\nError", id="settings"),
        pytest.param(_ASYNCIO, "True {'number': 7, 'other': 7} True", id="asyncio"),
        pytest.param(_BESIDE_A_THREAD, "True True", id="beside a thread"),
    ],
)
def test_a_target_finds_the_libraries_whole(program: str, printed: str, tmp_path: Path) -> None:
    """Code of the user's that uses these libraries, or dependency-injector itself, sees no stand-in.

    Beside another thread, which may import them meanwhile, there are none.
    """
    program = f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n{program}"
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert (ended.stdout.strip(), ended.stderr) == (printed, "")
