"""What the deployment in the storm is told in place of the template's defaults."""

from __future__ import annotations

TARGETS = "tests.e2e.chaos.targets"
PARAMETERS = {
    "AllowedTargets": ",".join(f"{TARGETS}:{name}" for name in ("steady", "partial", "shaky")),
    "DefaultTarget": f"{TARGETS}:steady",
    "WorkerTimeout": "20",
    "WorkerRetries": "2",
    "WorkerEventAge": "60",
    "DispatchConcurrency": "8",
    "DirectShards": "25",
}
