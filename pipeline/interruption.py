"""How the processes of a run end: at Ctrl-C the command says it once, the others without a word; else at once."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Executor
from typing import NoReturn

#: The exit code of what could not write its last lines, as Python gives it.
UNWRITTEN = 120


@contextlib.contextmanager
def without_interruption() -> Iterator[None]:
    """Start processes that do not hear Ctrl-C: they load libraries, or fork others, and end with their parent."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def end_at_interruption() -> None:
    """Have this process end at Ctrl-C at once, and leave it to the command to say so: what a worker does first.

    It ends with the command too, however that was killed: a worker that waits for work holds the pipes by which it
    would learn that none comes, and would wait for ever.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def forget_unhandled() -> None:
    """Have the exit code stand after Ctrl-C met code that a library compiles from text, as that of dataclasses is.

    CPython notes an interruption that leaves such code as unhandled, and ends the process by the signal whatever
    handles it further out; running any such code again clears the note (``run_eval_code_obj`` of ``pythonrun.c``).
    """
    exec("")


@contextlib.contextmanager
def no_more_after_failure(pool: Executor) -> Iterator[None]:
    """Drop what waits for a worker when what uses the pool fails or is interrupted."""
    try:
        yield
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def leave(code: int | str | None) -> NoReturn:
    """End this process and its workers at once with an exit code, all being written.

    Giving back every table and module one by one, and waiting for workers that do the same, took two seconds of a run
    for memory that the system takes back as a whole.
    """
    for process in multiprocessing.active_children():
        process.terminate()
    status = code if isinstance(code, int) else int(code is not None)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        status = status or UNWRITTEN
    os._exit(status)
