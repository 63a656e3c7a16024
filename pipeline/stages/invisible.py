"""What an evaluation computes, declares or asks that no page would show: `check` tells it, and nothing is refused.

A kind of number is an indicator's measure by a method: it shows as soon as one of its numbers is in a statement, a
figure, a table, or a block of a document.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from pipeline import results
from pipeline.evaluation import Evaluation
from pipeline.figures.registry import Entry
from pipeline.results import statement
from pipeline.results.statement import Statement
from pipeline.stages.documents import Library, own_folder
from pipeline.stages.draw import labels_of, shapes_of, units_of
from pipeline.stages.language import figures_of, kind_labels, reason_labels
from pipeline.stages.state import ANSWERS, STATEMENTS, asked

#: Entry, measure and method of a number.
Kind = tuple[str, str, str]
#: Entry and indicator.
Head = tuple[str, str]


@dataclass(frozen=True)
class Unseen:
    """What is nowhere told: kinds of ``numbers`` by entry, ``questions`` asked; ``figures``, ``facts``, ``sources``.

    ``hidden`` : by entry of which no number of a unit can be published, its indicators.
    """

    numbers: dict[str, list[str]]
    questions: list[str]
    figures: list[str]
    facts: list[str]
    sources: list[str]
    hidden: dict[str, list[str]] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """Yield a line for each."""
        for entry, kinds in self.numbers.items():
            yield f"{entry}: no statement, figure, table or annex page shows {', '.join(kinds)}"
            yield "  do: nothing where the annex of data will do; else show it by `figures:` in evaluation.yaml"
        for entry, indicators in self.hidden.items():
            yield f"{entry}: no unit has a number of {', '.join(indicators)} that may be published"
            yield "  do: nothing where the whole will do; else compare larger units (`level:` under `territory:`)"
        for kind, names in self._named():
            for name in names:
                yield f"{kind} {name}: {_WHY[kind][0]}"
                yield f"  do: {_WHY[kind][1]}"

    def _named(self) -> Iterator[tuple[str, list[str]]]:
        yield from (
            ("question", self.questions),
            ("figure", self.figures),
            ("fact", self.facts),
            ("source", self.sources),
        )


_WHY = {
    "figure": (
        "its entry of the plan has no number of that indicator",
        "name one that it computes: in the FigureSpec of the question, or under `figures:` in evaluation.yaml",
    ),
    "question": (
        "no statement answers it",
        "name under its `indicators:` what an entry of the plan tells (entry.indicator), or take the question out",
    ),
    "fact": ("no document names it", "name it in a chapter ({{< fact ... >}}), or take it out of `facts:`"),
    "source": (
        "no result rests on it, and no check of another source",
        "plan a question that reads it (`settings: {source: ...}`), or take the source out",
    ),
}


def unseen(evaluation: Evaluation) -> Unseen:
    """Return what no page of an evaluation shows, from its publishable results and its statements."""
    table = results.read_once(evaluation.stage("protect") / "results.parquet")
    made = statement.read(evaluation.stage("state") / STATEMENTS)
    shown = {*_stated(made), *_drawn(evaluation, table), *_told_by_blocks(evaluation)}
    planned = {entry.name for entry in evaluation.settings.plan}
    return Unseen(
        # what is kept of every survey beside the plan (weights, accounts) is nobody's to show
        {entry: kinds for entry, kinds in unshown(table, shown).items() if entry in planned},
        unanswered(evaluation, table, made),
        unfounded_figures(_entries(evaluation), table, _picked(evaluation)),
        unnamed_facts(evaluation),
        unread_sources(evaluation, table),
        {entry: told for entry, told in hidden_in_units(table).items() if entry in planned},
    )


def unshown(table: pd.DataFrame, shown: Iterable[str]) -> dict[str, list[str]]:
    """Return, by entry, the kinds of published numbers of which none is among the ``shown`` result_ids."""
    published = table[table["quality"] != "suppress"]
    kinds = list(zip(published["analysis"], published["measure"], published["method"], strict=True))
    known = frozenset(shown)
    seen = {kind for kind, rid in zip(kinds, published["result_id"], strict=True) if rid in known}
    out: dict[str, list[str]] = {}
    for analysis, measure, method in sorted({*kinds} - seen):
        out.setdefault(analysis, []).append(f"{measure} ({method})" if method else measure)
    return out


def hidden_in_units(table: pd.DataFrame) -> dict[str, list[str]]:
    """Return, by entry of which no number of a unit can be published, its indicators; those of files are left out."""
    told = table[(table["territory_level"] != "region") & (table["population"] != "records")]
    shown = set(told.loc[told["quality"] != "suppress", "analysis"])
    lost = told[~told["analysis"].isin(shown)]
    return {str(entry): sorted(set(part)) for entry, part in lost.groupby("analysis")["indicator"]}


def _stated(made: Iterable[Statement]) -> Iterator[str]:
    for each in made:
        yield from each.result_ids
        yield from (str(reference[1]) for reference in each.arguments.values() if reference[0] == "result")
        yield from _stated(each.items)


def _drawn(evaluation: Evaluation, table: pd.DataFrame) -> Iterator[str]:
    """Yield the results that figures and tables of the whole and of a unit are made of; nothing is drawn."""
    from pipeline.errors import NotPublished
    from pipeline.figures.output import Absent
    from pipeline.figures.scope import Scope

    units = units_of(evaluation)
    lang = evaluation.settings.languages[0]
    labels = {**labels_of(evaluation, units), **kind_labels(evaluation), **reason_labels(evaluation)}
    shapes = shapes_of(evaluation) if units.units is not None else None
    entries = _entries(evaluation)
    for territory in ["region", *units.codes[:1]]:
        scope = Scope(table, labels, territory, lang, shapes)
        for entry in (e for e in entries if e.wanted(scope)):
            try:
                made = entry.make(scope)
            except NotPublished:
                continue
            yield from () if isinstance(made, Absent) else made.notes.result_ids


def _entries(evaluation: Evaluation) -> list[Entry]:
    from pipeline.figures.draw import figures_asked

    declared = figures_of(evaluation, evaluation.settings.languages[0])
    return [*declared, *figures_asked(evaluation.settings.figures)]


def _picked(evaluation: Evaluation) -> Iterator[Head]:
    """Yield what the statements of the plan are about."""
    for each in asked(evaluation):
        for spec in each.specs:
            for pick in (spec.rows, *spec.arguments.values()):
                yield pick.analysis or each.entry, pick.indicator


def unfounded_figures(entries: Iterable[Entry], table: pd.DataFrame, picked: Iterable[Head]) -> list[str]:
    """Return the figures of an indicator that neither their analysis nor a statement has: misspelt ones.

    One that a statement is about (``picked``), and that has no number here, was not asked.
    """
    made = {*zip(table["analysis"], table["indicator"], strict=True)}
    answered = {analysis for analysis, _ in made}
    known = made.union(picked)
    out = []
    for entry in entries:
        analysis, indicator = (str(entry.settings.get(k) or "") for k in ("analysis", "indicator"))
        if analysis in answered and indicator and (analysis, indicator) not in known:
            out.append(f"{entry.name} ({analysis}.{indicator})")
    return out


def _told_by_blocks(evaluation: Evaluation) -> Iterator[str]:
    library = Library(evaluation, evaluation.settings.languages[0])
    for make in library.blocks.values():
        yield from make().result_ids


def unanswered(evaluation: Evaluation, table: pd.DataFrame, made: Iterable[Statement]) -> list[str]:
    """Return the questions of the commissioner without an answer of their table and without a statement told."""
    decided = json.loads((evaluation.stage("state") / ANSWERS).read_text(encoding="utf-8"))
    told = {rid for each in made if each.is_told for rid in _stated([each])}
    heads = {rid.partition("/")[0] for rid in told}
    out = []
    for question in evaluation.settings.questions:
        named = [s.about.partition("/")[0] for s in question.statements] + list(question.indicators)
        if question.id not in decided and not any(h == n or h.startswith(f"{n}.") for n in named for h in heads):
            out.append(question.id)
    return out


def unnamed_facts(evaluation: Evaluation) -> list[str]:
    """Return the declared facts that no document, chapter or text names."""
    folders = [evaluation.root / "reports" / lang for lang in evaluation.settings.languages]
    folders += [own_folder(evaluation, lang) for lang in evaluation.settings.languages]
    folders += [evaluation.folder / "words" / lang for lang in evaluation.settings.languages]
    said = "\n".join(path.read_text(encoding="utf-8") for folder in folders for path in _texts(folder))
    return [fact.id for fact in evaluation.settings.facts if f"fact {fact.id}" not in said]


def _texts(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*")) if path.suffix in (".qmd", ".yaml", ".md"))


def unread_sources(evaluation: Evaluation, table: pd.DataFrame) -> list[str]:
    """Return the sources that no result rests on and no declaration of another source or of the plan names."""
    named = {part for value in table["source"].dropna() for part in str(value).split("+")}
    declared = repr([s.model_dump(exclude={"name", "title"}) for s in evaluation.settings.sources])
    declared += repr([e.settings for e in evaluation.settings.plan])
    return [s.name for s in evaluation.settings.sources if s.name not in named and f"'{s.name}" not in declared]
