"""The six stages in order: what is out of date, progress, failure."""

from pipeline.stages.order import STAGES, Options, run, settle_environment, simulate_again
from pipeline.stages.privacy import forget, retention_reminder, write_comments
from pipeline.stages.progress import Progress, reporting
from pipeline.stages.terminal import check_table, opening_lines
from pipeline.stages.verify import verify

__all__ = [
    "STAGES",
    "Options",
    "Progress",
    "check_table",
    "forget",
    "opening_lines",
    "reporting",
    "retention_reminder",
    "run",
    "settle_environment",
    "simulate_again",
    "verify",
    "write_comments",
]
