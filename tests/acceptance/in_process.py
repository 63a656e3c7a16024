"""The command line run where the tests run: a process of its own spends most of its time on imports."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import cli, results
from pipeline.figures import draw

from .conftest import Run


def run_here(project: Path, *arguments: str) -> Run:
    """Run a command of the pipeline in ``project`` as a user would, in this process.

    Other tests start the command itself (`conftest.pipeline`); this one shares imports, and with them the server of the
    workers, from run to run. Nothing that was read is kept.
    """
    out, err = io.StringIO(), io.StringIO()
    with _in(project, arguments), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            cli.main()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
        except BaseException:
            traceback.print_exc()
            code = 1
    return Run(code, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _in(project: Path, arguments: tuple[str, ...]) -> Iterator[None]:
    for module in (results.table, draw):
        for kept in vars(module).values():
            getattr(kept, "cache_clear", lambda: None)()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("MPLCONFIGDIR",):
            patch.setenv(name, os.environ.get(name, ""))
            patch.delenv(name)
        patch.setattr(sys, "argv", ["pipeline", *arguments])
        patch.chdir(project)
        yield
