"""Drawing the figures of a document: SVG files and figures.json, whole or not at all."""

from __future__ import annotations

import gc
import json
import multiprocessing
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.errors import DrawError
from pipeline.figures.output import Absent, Figure
from pipeline.figures.registry import DEFAULTS, Entry, asked
from pipeline.figures.scope import Scope, Shapes, prepared
from pipeline.wording import typography
from pipeline.wording.labels import Labels

#: Texts of figures.json that readers see: they get the spacing of their language.
_TEXTS = ("caption", "alt", "reading", "population_text", "source")


@dataclass(frozen=True)
class Job:
    """What to draw for one document: see :func:`draw`."""

    results: pd.DataFrame = field(repr=False)
    labels: Labels = field(repr=False)
    territory: str
    lang: str
    out_dir: Path
    shapes: Shapes | None = field(default=None, repr=False)
    figures: Sequence[Entry] | None = field(default=None, repr=False)


def draw(
    results: pd.DataFrame,
    labels: Labels,
    territory: str,
    lang: str,
    out_dir: Path,
    shapes: Shapes | None = None,
    figures: Sequence[Entry] | None = None,
) -> dict[str, Any]:
    """Draw every figure of a territory into ``out_dir`` and return what figures.json holds.

    Parameters
    ----------
    results : publishable results (contract 4).
    labels : ``{key: {lang: text}}``, see :mod:`pipeline.wording.labels`.
    territory : ``"region"`` or the code of a unit.
    lang : language of the document.
    out_dir : receives ``<figure>.svg`` and ``figures.json``; made when absent.
    shapes : outlines of the units and of the region, for maps.
    figures : what to draw, :data:`pipeline.figures.registry.DEFAULTS` unless given.

    Raises
    ------
    DrawError
        Naming the figure, for wrong settings or results that do not fit it.
    """
    scope = Scope(results, labels, territory, lang, shapes)
    out_dir.mkdir(parents=True, exist_ok=True)
    records: dict[str, Any] = {}
    absent: dict[str, str] = {}
    for entry in DEFAULTS if figures is None else figures:
        if not entry.wanted(scope):
            continue
        if entry.name in records or entry.name in absent:
            raise DrawError("two figures have the same name", where=f"figures ({territory})", found=entry.name)
        made = entry.make(scope)
        if isinstance(made, Absent):
            absent[entry.name] = made.reason
        elif isinstance(made, Figure):
            records[entry.name] = _spaced(_save(entry.name, made, out_dir), lang)
        else:
            records[entry.name] = _spaced(made.record(), lang)
    records["absent"] = absent
    text = json.dumps(records, ensure_ascii=False, indent=1) + "\n"
    (out_dir / "figures.json").write_text(text, encoding="utf-8")
    return records


def draw_all(jobs: Iterable[Job], workers: int = 2) -> list[dict[str, Any]]:
    """Draw many documents in ``workers`` processes and return their records in the order of ``jobs``."""
    tables: dict[int, pd.DataFrame] = {}
    listed = []
    for job in jobs:
        table = tables.setdefault(id(job.results), prepared(job.results))
        listed.append(replace(job, results=table))
    if workers <= 1 or len(listed) <= 1:
        return [_one(job) for job in listed]
    # a server that has loaded plotnine once forks every worker; each worker receives the jobs once
    context = multiprocessing.get_context("forkserver")
    number = min(workers, len(listed))
    with ProcessPoolExecutor(number, mp_context=context, initializer=_receive, initargs=(listed,)) as pool:
        return list(pool.map(_at, range(len(listed))))


def figures_asked(declared: Iterable[Any]) -> list[Entry]:
    """Return the default figures and those that evaluation.yaml declares (``name, figure, settings, scope``).

    A declared figure takes the place of the default one of the same name.
    """
    own = [asked(d.name, d.figure, d.settings, d.scope) for d in declared]
    names = {(e.name, e.where) for e in own}
    return [*[e for e in DEFAULTS if (e.name, e.where) not in names], *own]


#: Jobs of a worker: sending the results table with each job would cost more than drawing.
_waiting: list[Job] = []


def _receive(jobs: list[Job]) -> None:
    global _waiting
    _waiting = jobs


def _at(position: int) -> dict[str, Any]:
    # plotnine makes and drops objects by the hundred thousand: collecting them while drawing costs a tenth of the time
    gc.disable()
    return _one(_waiting[position])


def _one(job: Job) -> dict[str, Any]:
    return draw(job.results, job.labels, job.territory, job.lang, job.out_dir, job.shapes, job.figures)


def _save(name: str, figure: Figure, out_dir: Path) -> dict[str, Any]:
    from pipeline.figures.plots.svg import save

    path = out_dir / f"{name}.svg"
    save(figure.plot, path, figure.width_mm, figure.height_mm)
    return figure.record(path.name)


def _spaced(record: dict[str, Any], lang: str) -> dict[str, Any]:
    texts = {key: typography.apply(record[key], lang) for key in _TEXTS}
    return {**record, **texts, "notes": [typography.apply(note, lang) for note in record["notes"]]}
