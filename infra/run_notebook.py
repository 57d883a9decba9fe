"""Run docs/notebook.ipynb from top to bottom, and store what it shows: `python -m infra.run_notebook`.

The repository's page shows the stored outputs. A test holds them against what the notebook shows now.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[1] / "docs" / "notebook.ipynb"
# In seconds, for one cell.
_LIMIT = 120
_ID = re.compile(r"-[0-9a-v]{12}\b")


def stored() -> Any:  # noqa: ANN401 - a notebook has no type
    """Return the notebook with the outputs that are stored in it."""
    return nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]  # the library has no types


def executed(folder: Path) -> Any:  # noqa: ANN401 - a notebook has no type
    """Return the notebook as it is after its cells have run in a folder; raises `CellExecutionError`."""
    notebook = stored()
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=_LIMIT, resources=resources, record_timing=False).execute()
    # It would name the Python that ran the cells.
    notebook.metadata["language_info"] = {"name": "python"}
    return notebook


def shown(notebook: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - a notebook has no type
    """Yield the kind of each output with its text, in which the random ends of ids are left out."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            kind = "image" if "image/png" in output.get("data", {}) else output.output_type
            yield kind, _ID.sub("-ID", text)


def _main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        notebook = executed(Path(folder))
    NOTEBOOK.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"wrote {NOTEBOOK}")


if __name__ == "__main__":
    _main()
