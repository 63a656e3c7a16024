"""The six stages in order: what is out of date, progress, failure."""

from pipeline.stages.progress import Progress, reporting
from pipeline.stages.run import STAGES, Options, run, settle_environment

__all__ = ["STAGES", "Options", "Progress", "reporting", "run", "settle_environment"]
