"""A worker process for sweeps that Python starts: `python -P -m serverless_sweep.local_worker DESCRIPTOR`.

It is that of the command line, but leaves the names of our packages to the user's (see `_own`).
"""

from __future__ import annotations

import importlib

if __name__ == "__main__":
    importlib.import_module("serverless_sweep._own.entrypoints.local_worker").main()
