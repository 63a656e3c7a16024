"""The six stages in order: what is out of date, progress, failure."""

from pipeline.stages.order import STAGES, Options, run, settle_environment, simulate_again
from pipeline.stages.progress import Progress, reporting
from pipeline.stages.terminal import check_table, opening_lines
from pipeline.stages.verify import verify

__all__ = [
    "STAGES",
    "Options",
    "Progress",
    "check_table",
    "opening_lines",
    "reporting",
    "run",
    "settle_environment",
    "simulate_again",
    "verify",
]
