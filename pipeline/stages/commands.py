"""What the command line may ask for."""

from pipeline.stages.check import check
from pipeline.stages.new import new
from pipeline.stages.order import STAGES, Options, run, settle_environment, simulate_again
from pipeline.stages.privacy import forget, research_file, retention_reminder, write_comments
from pipeline.stages.progress import Progress, reporting
from pipeline.stages.proof import proof
from pipeline.stages.sites import index_of_sites
from pipeline.stages.terminal import opening_lines
from pipeline.stages.verify import verify

__all__ = [
    "STAGES",
    "Options",
    "Progress",
    "check",
    "forget",
    "index_of_sites",
    "new",
    "opening_lines",
    "proof",
    "reporting",
    "research_file",
    "retention_reminder",
    "run",
    "settle_environment",
    "simulate_again",
    "verify",
    "write_comments",
]
