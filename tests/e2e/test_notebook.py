"""docs/notebook.ipynb runs from top to bottom, and shows what is stored in it."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from infra.run_notebook import NOTEBOOK, executed, shown, stored

_PNG = b"\x89PNG\r\n"


@pytest.mark.one_python
def test_the_notebook_shows_what_is_stored(tmp_path: Path) -> None:
    """Every output has the text that the repository's has, the plots aside; `make notebook` stores another one."""
    assert list(shown(executed(tmp_path))) == list(shown(stored()))


def test_the_plots_are_stored() -> None:
    """The repository's page shows small pictures, and no cell that was not run."""
    code = [cell for cell in stored().cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    outputs = [output.get("data", {}) for cell in code for output in cell.outputs]
    plots = [output["image/png"] for output in outputs if "image/png" in output]
    assert len(plots) == 2
    assert all(base64.b64decode(plot).startswith(_PNG) for plot in plots)
    assert NOTEBOOK.stat().st_size < 100_000
