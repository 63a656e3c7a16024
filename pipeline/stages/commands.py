"""What the command line may ask for, each imported when it is asked: no command waits for what another needs."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.stages.add import add
    from pipeline.stages.check import check
    from pipeline.stages.compare import compare
    from pipeline.stages.corrections import corrections
    from pipeline.stages.editable import write_editable
    from pipeline.stages.environment import settle_environment
    from pipeline.stages.hand_over import export
    from pipeline.stages.init import init
    from pipeline.stages.new import new
    from pipeline.stages.order import STAGES, Options, run, simulate_again
    from pipeline.stages.preview import preview
    from pipeline.stages.privacy import forget, research_file, retention_reminder, write_comments
    from pipeline.stages.progress import Progress, reporting
    from pipeline.stages.proof import proof
    from pipeline.stages.schemas import write_schemas
    from pipeline.stages.sites import index_of_sites
    from pipeline.stages.terminal import opening_lines
    from pipeline.stages.verify import verify, verify_archived

__all__ = [
    "STAGES",
    "Options",
    "Progress",
    "add",
    "check",
    "compare",
    "corrections",
    "export",
    "forget",
    "index_of_sites",
    "init",
    "new",
    "opening_lines",
    "preview",
    "proof",
    "reporting",
    "research_file",
    "retention_reminder",
    "run",
    "settle_environment",
    "simulate_again",
    "verify",
    "verify_archived",
    "write_comments",
    "write_editable",
    "write_schemas",
]

#: Module of ``pipeline.stages`` -> the names that it holds.
_HELD = {
    "add": ("add",),
    "check": ("check",),
    "compare": ("compare",),
    "corrections": ("corrections",),
    "hand_over": ("export",),
    "init": ("init",),
    "editable": ("write_editable",),
    "new": ("new",),
    "environment": ("settle_environment",),
    "order": ("STAGES", "Options", "run", "simulate_again"),
    "preview": ("preview",),
    "privacy": ("forget", "research_file", "retention_reminder", "write_comments"),
    "progress": ("Progress", "reporting"),
    "proof": ("proof",),
    "schemas": ("write_schemas",),
    "sites": ("index_of_sites",),
    "terminal": ("opening_lines",),
    "verify": ("verify", "verify_archived"),
}
_MODULE = {name: module for module, names in _HELD.items() for name in names}


def __getattr__(name: str) -> object:
    """Return a command, or what commands take, by its name."""
    if name not in _MODULE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"pipeline.stages.{_MODULE[name]}"), name)
