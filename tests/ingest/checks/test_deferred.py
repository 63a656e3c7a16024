"""Deferred modules: loaded at first use, and the same as ever then."""

import subprocess
import sys

CODE = """
import sys
from pipeline.ingest.checks.deferred import defer
defer("scipy.stats", "no_such_module_anywhere")
from scipy import stats
import scipy.stats
assert "scipy.stats._stats_py" not in sys.modules
assert "no_such_module_anywhere" not in sys.modules
assert abs(stats.norm.cdf(1.96) - 0.975) < 1e-4
assert "scipy.stats._stats_py" in sys.modules
from scipy.stats import poisson
assert poisson is stats.poisson
defer("scipy.stats")
assert sys.modules["scipy.stats"] is stats
"""


def test_a_deferred_module_is_loaded_at_first_use_and_only_then() -> None:
    run = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stderr) == (0, "")
