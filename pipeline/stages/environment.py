"""What libraries take from the environment while a run lasts."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.workers import look_seldom_for_garbage


def settle_environment(root: Path) -> None:
    """Keep every tool's own files inside build/, its clocks still and its analytics off; look for lost rings seldom."""
    build = root / "build"
    os.environ.setdefault("MPLCONFIGDIR", str(build / ".matplotlib"))
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    look_seldom_for_garbage()
