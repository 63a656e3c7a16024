"""The process beside this one: it reads the largest source and runs the rules, while this one reads the others."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from pipeline.evaluation import Evaluation, Source
from pipeline.ingest.corrections import Corrections
from pipeline.ingest.privacy.pseudonym import VARIABLE, key_path, pseudonym_key
from pipeline.ingest.sources import SourceRead, read_source
from pipeline.workers import processes, start_server

_T = TypeVar("_T")

#: Bytes of received files from which reading them takes longer than handing over what they hold, and up to which it may
#: be held twice while it is handed over.
WORTH, MOST = 8 << 20, 64 << 20


@functools.cache
def _process() -> ProcessPoolExecutor:
    return processes(1)


def end() -> None:
    """End the process, and let go what it holds; it begins anew where it is asked again."""
    if _process.cache_info().currsize:
        _process().shutdown(wait=False)
        _process.cache_clear()


@functools.cache
def _asking() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1)


def ask(function: Callable[..., _T], *arguments: object) -> Callable[[], _T]:
    """Have the process work something out, after what it was asked before, and return the promise of it.

    A thread asks, since the server that forks the process may have libraries to load first.
    """
    start_server()
    asked = _asking().submit(_process().submit, function, *arguments)
    return lambda: asked.result().result()


@dataclass(frozen=True)
class Reading:
    """A source that is being read beside the others, and the promise of what it holds."""

    source: str
    promise: Callable[[], SourceRead]


def reading(evaluation: Evaluation, corrections: Corrections, largest: int) -> Reading | None:
    """Have the largest source that is held as a table read in the other process; None where none is worth it.

    Nor is any where the key of pseudonyms has yet to be made: one process makes it. Spaces are read here, for what
    happens in them waits for them.

    Parameters
    ----------
    corrections : those of `corrections.csv`.   largest : bytes of a source that is held as a table, at most.
    """
    sizes = {s.name: _size(evaluation, s) for s in evaluation.settings.sources if s.kind != "sites"}
    sizes = {name: size for name, size in sizes.items() if WORTH <= size <= min(largest, MOST)}
    if not sizes or not _has_key(evaluation):
        return None
    name = max(sizes, key=lambda each: sizes[each])
    return Reading(name, ask(_read, evaluation, name, corrections))


def last(sources: Sequence[Source], begun: Reading | None) -> list[Source]:
    """Return sources in order, the one that is being read beside them among the last of its kind: ties wait for it."""
    ahead = "" if begun is None else begun.source
    return sorted(sources, key=lambda s: (s.kind != "sites", s.ties is not None, s.name == ahead))


def waited_for(order: Sequence[Source], begun: Reading | None) -> str:
    """Return the name of the source that is read beside the others; of the last one in order where none is."""
    return order[-1].name if begun is None else begun.source


def read(
    evaluation: Evaluation,
    source: Source,
    key: Callable[[], bytes],
    corrections: Corrections,
    begun: Reading | None,
) -> SourceRead:
    """Return what a source holds, as `read_source` does: from the other process where that reads it."""
    if begun is not None and source.name == begun.source:
        return begun.promise()
    return read_source(evaluation, source, key, corrections)


def _read(evaluation: Evaluation, name: str, corrections: Corrections) -> SourceRead:
    key = functools.partial(pseudonym_key, evaluation)
    return read_source(evaluation, evaluation.source(name), key, corrections)


def _size(evaluation: Evaluation, source: Source) -> int:
    paths = {evaluation.received(spec) for spec in source.every_file}
    return sum(path.stat().st_size for path in paths if path.is_file())


def _has_key(evaluation: Evaluation) -> bool:
    return evaluation.settings.synthetic or VARIABLE in os.environ or key_path(evaluation).exists()
