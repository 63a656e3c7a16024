"""Drawing the figures of a document: SVG files and figures.json, whole or not at all."""

from __future__ import annotations

import gc
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.errors import DrawError, NotPublished, working_on
from pipeline.figures.output import NARROW, WIDE, Absent, Figure, Paper
from pipeline.figures.registry import Entry, asked
from pipeline.figures.scope import Scope, Shapes, prepared
from pipeline.figures.typeface import Typeface
from pipeline.wording import typography
from pipeline.wording.labels import Labels
from pipeline.workers import begin, processes

#: Texts of figures.json that readers see: they get the spacing of their language.
_TEXTS = ("caption", "alt", "reading", "population_text", "source")

#: Name of a figure with its record, or with the reason why it is absent.
Drawn = tuple[str, dict[str, Any] | str]
Step = Callable[[str, int, int], None]

#: The typeface of the theme, in the project's folder.
THE_PAGES = Typeface(Path("reports/theme/fonts"))


@dataclass(frozen=True)
class Job:
    """What to draw for one document: see :func:`draw`."""

    results: pd.DataFrame = field(repr=False)
    labels: Labels = field(repr=False)
    territory: str
    lang: str
    out_dir: Path
    shapes: Shapes | None = field(default=None, repr=False)
    figures: Sequence[Entry] = field(default=(), repr=False)
    typeface: Typeface = THE_PAGES

    def scope(self, whole: Scope | None = None) -> Scope:
        """Return the results the document's figures may use, and make its folder; ``whole`` is the region's scope."""
        self.out_dir.mkdir(parents=True, exist_ok=True)
        return Scope(self.results, self.labels, self.territory, self.lang, self.shapes, whole)

    def wanted(self, scope: Scope) -> list[Entry]:
        """Return what to draw here.

        Raises
        ------
        DrawError
            When two figures have the same name.
        """
        entries = [e for e in self.figures if e.wanted(scope)]
        names = [e.name for e in entries]
        twice = next((n for n in names if names.count(n) > 1), None)
        if twice is not None:
            raise DrawError("two figures have the same name", where=f"figures ({self.territory})", found=twice)
        return entries

    def unasked(self, scope: Scope) -> list[str]:
        """Return the names of what belongs here and rests on an analysis without results."""
        wanted = {e.name for e in self.wanted(scope)}
        return [e.name for e in self.figures if e.belongs(scope) and e.name not in wanted]


def draw(
    results: pd.DataFrame,
    labels: Labels,
    territory: str,
    lang: str,
    out_dir: Path,
    shapes: Shapes | None = None,
    figures: Sequence[Entry] = (),
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
    figures : what to draw.

    Raises
    ------
    DrawError
        Naming the figure, for wrong settings or results that do not fit it.
    """
    job = Job(results, labels, territory, lang, out_dir, shapes, figures)
    scope = job.scope()
    return _written(job, [_drawn(entry, scope, job) for entry in job.wanted(scope)], scope)


def _drawn(entry: Entry, scope: Scope, job: Job) -> Drawn:
    """Draw one figure or table and return its name and record, or the reason why it is absent."""
    with working_on(f"the figure '{entry.name}' ({scope.territory}, {scope.lang})"):
        return _attempted(entry, scope, job)


def _attempted(entry: Entry, scope: Scope, job: Job) -> Drawn:
    try:
        made = entry.make(scope)
    except NotPublished:
        # what rests on a hidden number is left out, with why, and the others are drawn
        made = Absent(scope.text("quality=suppress"))
    if isinstance(made, Absent):
        return entry.name, made.reason
    if entry.needs and len(set(made.notes.result_ids)) == 1:
        # one number stands in a sentence; what an evaluation declares itself is drawn all the same
        return entry.name, scope.say("alone")
    record = _save(entry.name, made, job) if isinstance(made, Figure) else made.record()
    return entry.name, _spaced(record, scope.lang)


def _written(job: Job, drawn: Sequence[Drawn], scope: Scope) -> dict[str, Any]:
    """Write figures.json of a territory and return what it holds."""
    records: dict[str, Any] = {name: made for name, made in drawn if not isinstance(made, str)}
    shown_twice = dict.fromkeys(tables_shown_twice(job.wanted(scope), records), scope.say("repeated"))
    records = {name: record for name, record in records.items() if name not in shown_twice}
    unasked = dict.fromkeys(job.unasked(scope), scope.text("reason=not_planned"))
    records["absent"] = {**unasked, **shown_twice, **{name: made for name, made in drawn if isinstance(made, str)}}
    text = json.dumps(records, ensure_ascii=False, indent=1) + "\n"
    (job.out_dir / "figures.json").write_text(text, encoding="utf-8")
    return records


def tables_shown_twice(entries: Iterable[Entry], records: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the tables of questions of which every number stands in tables that the evaluation declares itself.

    Parameters
    ----------
    entries : figures and tables asked for; those of questions say which analyses they need.
    records : what was drawn, by name.
    """
    tables = [e for e in entries if records.get(e.name, {}).get("kind") == "table"]
    own = {rid for e in tables if not e.needs for rid in records[e.name]["result_ids"]}
    return [e.name for e in tables if e.needs and own.issuperset(records[e.name]["result_ids"])]


def draw_all(
    jobs: Iterable[Job], workers: int = 2, step: Step | None = None, meanwhile: Callable[[], None] = lambda: None
) -> list[dict[str, Any]]:
    """Draw many documents in ``workers`` processes and return their records in the order of ``jobs``.

    ``step`` is called with a figure's name, the figures done and their number; ``meanwhile`` once the workers work.
    """
    jobs = list(jobs)
    tables = {id(table): prepared(table) for table in {id(j.results): j.results for j in jobs}.values()}
    listed = [replace(j, results=tables[id(j.results)]) for j in jobs]
    tell = step or (lambda name, done, total: None)
    scopes = scopes_of(listed)
    tasks = [(at, entry) for at, scope in enumerate(scopes) for entry in listed[at].wanted(scope)]
    left = Counter(at for at, _ in tasks)
    drawn: list[list[Drawn]] = [[] for _ in listed]
    # a document is written once its last figure is there, while workers draw those of the next ones
    records: dict[int, dict[str, Any]] = {}
    for number, ((at, entry), made) in enumerate(
        zip(tasks, _made(listed, tasks, workers, meanwhile), strict=True), start=1
    ):
        drawn[at].append(made)
        left[at] -= 1
        tell(entry.name, number, len(tasks))
        if not left[at]:
            records[at] = _written(listed[at], drawn[at], scopes[at])
    return [records.get(at) or _written(listed[at], [], scopes[at]) for at in range(len(listed))]


def _made(
    jobs: list[Job], tasks: list[tuple[int, Entry]], workers: int, meanwhile: Callable[[], None]
) -> Iterator[Drawn]:
    if workers <= 1 or len(tasks) <= 1:
        meanwhile()
        _keep(jobs)
        yield from map(_at, tasks)
        return
    # a server that has loaded plotnine once forks every worker; each worker receives the jobs once
    with processes(min(workers, len(tasks)), _receive, (jobs,)) as pool:
        drawn = pool.map(_at, tasks)
        meanwhile()
        yield from drawn


def figures_asked(declared: Iterable[Any]) -> list[Entry]:
    """Return the figures that evaluation.yaml declares (``name, figure, settings, scope``)."""
    return [asked(d.name, d.figure, d.settings, d.scope) for d in declared]


def unfit_figures(declared: Iterable[Any]) -> list[DrawError]:
    """Return what is wrong with the figures that evaluation.yaml declares, before anything is drawn."""
    faults = []
    for one in declared:
        try:
            asked(one.name, one.figure, one.settings, one.scope).check()
        except DrawError as fault:
            faults.append(fault)
    return faults


def scopes_of(jobs: Sequence[Job]) -> list[Scope]:
    """Return the scopes of jobs; that of a unit takes its part of the region's where both draw the same results."""
    wholes = {(id(job.results), job.lang): job.scope() for job in jobs if job.territory == "region"}
    found = ((job, wholes.get((id(job.results), job.lang))) for job in jobs)
    return [whole if whole and job.territory == "region" else job.scope(whole) for job, whole in found]


#: Jobs of a worker and their scopes: sending the results table with each figure would cost more than drawing.
_waiting: list[tuple[Job, Scope]] = []


def _keep(jobs: list[Job]) -> None:
    _waiting[:] = zip(jobs, scopes_of(jobs), strict=True)


def _receive(jobs: list[Job]) -> None:
    begin()
    _keep(jobs)
    # plotnine makes and drops objects by the hundred thousand: collecting them while drawing costs a tenth of the time
    gc.disable()


def _at(task: tuple[int, Entry]) -> Drawn:
    position, entry = task
    job, scope = _waiting[position]
    # columns of a few texts: kept as Arrow's, each look at one takes several times as long
    with pd.option_context("mode.string_storage", "python"):
        return _drawn(entry, scope, job)


def _save(name: str, figure: Figure, job: Job) -> dict[str, Any]:
    """Draw a figure of the whole wide, with a picture, and narrow; one of a sheet once; return its record."""
    whole = job.territory == "region"
    widths = {"": WIDE, ".narrow": NARROW} if whole else {"": NARROW}
    sizes = {kind: _saved(figure, job.out_dir / f"{name}{kind}.svg", width, job) for kind, width in widths.items()}
    drawn = {"file": f"{name}.svg", "width_mm": widths[""], "height_mm": sizes[""]}
    if whole:
        drawn["narrow"] = {"file": f"{name}.narrow.svg", "width_mm": NARROW, "height_mm": sizes[".narrow"]}
    return figure.record(drawn)


def _saved(figure: Figure, path: Path, width: float, job: Job) -> float:
    """Draw a figure at a width in mm and return its height."""
    from pipeline.figures.plots import direct
    from pipeline.figures.plots.svg import save

    plot, height = figure.drawing(Paper(width, job.typeface))
    drawn = None if width == WIDE else direct.to_svg(plot, width, height, job.typeface)
    if drawn is None:
        save(plot, path, width, height, job.typeface, picture=width == WIDE)
    else:
        path.write_text(job.typeface.embedded(drawn), encoding="utf-8")
    return height


def _spaced(record: dict[str, Any], lang: str) -> dict[str, Any]:
    texts = {key: typography.apply(record[key], lang) for key in _TEXTS}
    return {**record, **texts, "notes": [typography.apply(note, lang) for note in record["notes"]]}
