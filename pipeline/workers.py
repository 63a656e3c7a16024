"""How a run starts processes beside its own: how they end, and how seldom they look for garbage."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from pipeline.interruption import end_at_interruption, without_interruption

#: Objects made before the interpreter looks for rings of them that nothing leads to, and how much rarer among old ones.
_SELDOM = (50_000, 20, 50)
#: Bytes of the name of a folder of temporary files below which a socket may have its own: 108 of all of it in Linux.
_LONGEST = 60


def look_seldom_for_garbage() -> None:
    """Look seldom for rings of objects that nothing leads to.

    Tables and cells by the hundred thousand live until a stage ends: looking through them took a sixth of its time.
    """
    gc.set_threshold(*_SELDOM)
    gc.enable()


def begin() -> None:
    """Begin a worker: it ends with the command, and never looks through the libraries that it was forked with."""
    end_at_interruption()
    gc.freeze()
    look_seldom_for_garbage()


def start_server(libraries: Iterable[str] = ()) -> None:
    """Start the server that forks workers, and have it load libraries first; nothing if it runs already.

    Whoever asks it for a worker waits until they are loaded.
    """
    from multiprocessing import forkserver

    if libraries:
        multiprocessing.set_forkserver_preload(["pipeline.loading", *libraries])
    with without_interruption(), _short_names():
        forkserver.ensure_running()


@contextlib.contextmanager
def _short_names() -> Iterator[None]:
    """Put the server's socket below /tmp where temporary files have too long a name for one, as Python 3.14 does."""
    own = tempfile.tempdir
    if len(os.fsencode(tempfile.gettempdir())) > _LONGEST:
        tempfile.tempdir = "/tmp"
    try:
        yield
    finally:
        tempfile.tempdir = own


def processes(
    number: int,
    initializer: Callable[..., None] = begin,
    initargs: tuple[Any, ...] = (),
) -> ProcessPoolExecutor:
    """Return processes that wait for work; each is forked when it is first needed.

    Those that the server has loaded are there (:func:`start_server`).

    Parameters
    ----------
    number : how many at most.
    initializer, initargs : what each does first; one of its own calls :func:`begin`.
    """
    context = multiprocessing.get_context("forkserver")
    return ProcessPoolExecutor(number, mp_context=context, initializer=initializer, initargs=initargs)
