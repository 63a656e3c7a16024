"""The command `check`: a table of what came in, what was set aside or flagged, what stops, and what to do."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.errors import PipelineError
from pipeline.evaluation import Evaluation
from pipeline.evaluation.sources import SHEET
from pipeline.results import shared
from pipeline.stages.check_words import action, in_words, language
from pipeline.stages.order import Options, only_new, run
from pipeline.stages.progress import Progress
from pipeline.stages.readiness import declared_faults, result_faults
from pipeline.stages.translations import texts_without_language
from pipeline.wording import numbers

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from pipeline.ingest.faults import Fault

#: Places told of each reason.
EXAMPLES = 3
#: Places told of those that lag.
NAMES = 8
#: Names told of what may stand in a key.
SHOWN = 40
#: What is counted where it is not records, and periods of counts that are no months, as the tables say them.
_UNITS = {
    "question": "questions",
    "code": "codes",
    "space": "spaces",
    "month": "months",
    "quarter": "quarters",
    "half-year": "half-years",
    "year": "years",
    "school-year": "school-years",
}
_COUNTS = {
    "quarter": "counts of a quarter",
    "half-year": "counts of a half-year",
    "year": "counts of a year",
    "school-year": "counts of a school-year",
}
#: Columns of the output where it is not a terminal.
WIDTH = 80


def check(evaluation: Evaluation, progress: Progress, console: Console | None = None) -> bool:
    """Run ingest where it is out of date, print its table and return whether a report can be made.

    Where nothing else blocks, the plan is answered too: only then is it known what cannot be.
    """
    from rich.text import Text

    from pipeline.ingest import Refused

    declared = declared_faults(evaluation)
    try:
        run(evaluation, Options(), progress, last="ingest")
    except Refused as refused:
        found = refused.ingested
        show_doubts(found.decisions, console)
        faults = [*refused.faults, *map(_as_fault, declared)]
        show(evaluation, found.account, found.failures, found.rules, faults, console)
        if "progress" in found.tables:
            show_progress(evaluation, found.tables["progress"], console)
        show_undecided(evaluation, found.tables.get("undecided_sites"), console)
        return False
    folder = evaluation.stage("ingest")
    account, failures, rules, decisions = (
        pd.read_parquet(folder / f"{name}.parquet") for name in ("account", "failures", "rules", "decisions")
    )
    blocking = declared or result_faults(evaluation, replace(progress, say=only_new(progress.say)))
    nowhere: list[str] = []
    if not blocking:
        try:
            nowhere = unseen_lines(evaluation, progress)
        except PipelineError as fault:
            blocking = [fault]
    faults = [_as_fault(f) for f in blocking]
    show_doubts(decisions, console)
    show(evaluation, account, failures, rules, faults, console)
    if (folder / "progress.parquet").is_file():
        show_progress(evaluation, pd.read_parquet(folder / "progress.parquet"), console)
    waiting = folder / "undecided_sites.parquet"
    show_undecided(evaluation, pd.read_parquet(waiting) if waiting.is_file() else None, console)
    show_withheld(evaluation, console)
    if lacking := texts_without_language(evaluation):
        head = in_words(
            "Another language stands where one lacks a text (give it under its code, beside the others):", language()
        )
        _console(console).print(Text("\n  ".join([head, *lacking]), style="yellow"))
    if nowhere:
        head = in_words("On no page (numbers are in data/results.csv all the same):", language())
        _console(console).print(Text("\n  ".join([head, *nowhere]), style="yellow"))
    return not faults


def unseen_lines(evaluation: Evaluation, progress: Progress) -> list[str]:
    """State what may be said, and return what is computed, declared or asked and stands on no page.

    Raises
    ------
    PipelineError
        What `report` would meet too: a statement, a figure or a label that cannot be made.
    """
    from pipeline.stages.invisible import unseen

    run(evaluation, Options(), replace(progress, say=only_new(progress.say)), last="state")
    return list(unseen(evaluation).lines())


def show_withheld(evaluation: Evaluation, console: Console | None = None) -> None:
    """Print which entries of the plan are not answered because they need monthly counts."""
    from rich.text import Text

    if evaluation.withheld:
        names = ", ".join(entry.name for entry in evaluation.withheld.values())
        periods = {s.period for s in evaluation.sources("attendance")}
        lang = language()
        counts = ", ".join(sorted(in_words(_COUNTS[p], lang) for p in periods if p != "month"))
        said = "Not answered: {names}. They need monthly counts; received: {counts}."
        _console(console).print(Text(in_words(said, lang, names=names, counts=counts)))


def _as_fault(fault: PipelineError) -> Fault:
    from pipeline.ingest.faults import Fault, some

    def told(value: object) -> str | None:
        if isinstance(value, (list, tuple, set, frozenset)):
            return some(value, SHOWN)
        return None if value is None else str(value)

    place = fault.where or f"stage {fault.stage}"
    return Fault(fault.problem, place, found=told(fault.found), allowed=told(fault.allowed), action=fault.action)


def show_doubts(decisions: pd.DataFrame, console: Console | None = None) -> None:
    """Print what the readers left out of the files, named by themselves or doubt, each line once."""
    from rich.text import Text

    from pipeline.ingest.readers.received import TOLD

    told: dict[tuple[str, str, str], list[str]] = {}
    for note in decisions[decisions["kind"].isin(TOLD)].to_dict("records"):
        line, file = "" if pd.isna(note["line"]) else f":{note['line']}", str(note["file"])
        told.setdefault((file.partition(SHEET)[0], line, str(note["note"])), []).append(file)
    for (workbook, line, said), files in told.items():
        place = f"{files[0]}{line}" if len(files) == 1 else f"{workbook}{line} ({len(files)} sheets)"
        _console(console).print(Text(f"{place}: {said}", style="yellow"))


def show_progress(evaluation: Evaluation, progress: pd.DataFrame, console: Console | None = None) -> None:
    """Print the answers of each survey beside its plan: by wave; by stratum and day in the wave that is in the field.

    The strata that lag, the days still ahead and planned places without any answer are told; every space and day stands
    in a file.
    """
    from rich.text import Text

    from pipeline.ingest.progress import against, lagging, last_waves, so_far, without_answers

    out, lang = _console(console), language()
    out.print(_against_plan("Fieldwork against its plan", against(progress, ["source", "wave"]), ("survey", "wave")))
    field = last_waves(progress)
    for title, by in (("By stratum", "stratum"), ("By day", "day")):
        for (source, wave), part in field[field[by].notna()].groupby(["source", "wave"], sort=False):
            head = in_words(title, lang) + f" ({source}, {wave})"
            out.print(_against_plan(head, against(part, [by]), (by,)))
    path = evaluation.build / "response.csv"
    against(progress, ["source", "wave", "stratum", "space", "day"]).to_csv(path, index=False)
    where = path.relative_to(evaluation.root)
    out.print(Text(in_words("Every space and day: {file}", lang, file=where)))
    behind, silent = "strata behind the others: {names}", "{n} that took part have no answer: {names}"
    told = [(place, in_words(behind, lang, names=_names(names))) for place, names in lagging(progress).items()]
    for place, places in without_answers(progress).items():
        told.append((place, in_words(silent, lang, n=_number(len(places)), names=_names(places))))
    ahead = progress.drop(index=so_far(progress).index)
    later = "{n} planned days of spaces are after the last answer, {day}"
    for source, wave in dict.fromkeys(zip(ahead["source"], ahead["wave"], strict=True)):
        these = (progress["source"] == source) & (progress["wave"] == wave)
        last = progress[these & (progress["answers"] > 0)]["day"].max()
        n = int(these.loc[ahead.index].sum())
        told.append(((source, wave), in_words(later, lang, n=_number(n), day=f"{last:%Y-%m-%d}")))
    for (source, wave), text in told:
        out.print(Text(f"{source}, {wave}: {text}", style="yellow"))


def _against_plan(title: str, rows: pd.DataFrame, by: tuple[str, ...]) -> RenderableType:
    """Return a table of answers beside a plan, a row a group; ``by`` are the heads of the columns that name it."""
    from rich.box import SIMPLE
    from rich.table import Table

    lang = language()
    title = in_words(title, lang)
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE, pad_edge=False)
    for head in by:
        table.add_column(in_words(head, lang))
    for head in ("spaces planned", "with answers", "asked", "answers", "response"):
        table.add_column(in_words(head, lang), justify="right")
    for row in rows.to_dict("records"):
        names = list(row.values())[: len(by)]
        named = [f"{n:%Y-%m-%d}" if isinstance(n, pd.Timestamp) else str(n) for n in names]
        table.add_row(*named, *_in_figures(row))
    return table


def _in_figures(row: dict[Hashable, Any]) -> list[str]:
    rate = "–" if pd.isna(row["response"]) else numbers.share(row["response"], language())
    asked = "–" if pd.isna(row["handed"]) else _number(row["handed"])
    return [_number(row["spaces"]), _number(row["answering"]), asked, _number(row["answers"]), rate]


def _number(n: float) -> str:
    """Return a count as the language of the tables writes it."""
    return numbers.count(n, language())


def _names(names: Sequence[str]) -> str:
    """Return the first of several names, and how many more there are."""
    told = ", ".join(names[:NAMES])
    more = "{names} and {n} more"
    return told if len(names) <= NAMES else in_words(more, language(), names=told, n=len(names) - NAMES)


def show_undecided(evaluation: Evaluation, table: pd.DataFrame | None, console: Console | None = None) -> None:
    """Print the names of spaces that a person must decide about, with their candidates, where there are any."""
    from pipeline.ingest.sites.decisions import undecided_text

    told = "" if table is None else undecided_text(table, f"build/{evaluation.name}/to-decide/decisions.yaml")
    if told:
        from rich.text import Text

        _console(console).print(Text(told))


def show(
    evaluation: Evaluation,
    account: pd.DataFrame,
    failures: pd.DataFrame,
    rules: pd.DataFrame,
    faults: Sequence[Fault] = (),
    console: Console | None = None,
) -> None:
    """Print the table of `check`.

    Parameters
    ----------
    account, failures, rules : tables of the ingest stage. faults : what blocks; empty when nothing does.
    """
    console = _console(console)
    for part in _parts(evaluation, account, failures, rules, faults):
        console.print(part)


def _console(console: Console | None) -> Console:
    from rich.console import Console

    if console is None:
        console = Console(highlight=False)
        if not console.is_terminal:
            console = Console(highlight=False, width=WIDTH)
    return console


def _parts(
    evaluation: Evaluation,
    account: pd.DataFrame,
    failures: pd.DataFrame,
    rules: pd.DataFrame,
    faults: Sequence[Fault],
) -> Iterator[RenderableType]:
    from rich.text import Text

    lang = language()
    if len(account):
        yield _received(evaluation, account)
    aside = failures[failures["severity"] != "flag"]
    if len(aside):
        yield _reasons(evaluation, "Set aside: not used", aside, rules, "bold yellow")
        if not faults:
            folder = f"build/{evaluation.name}/ingest/SOURCE/set-aside.csv"
            yield Text(in_words("The rows: {folder}", lang, folder=folder) + "\n")
    flagged = failures[failures["severity"] == "flag"]
    if len(flagged):
        yield _reasons(evaluation, "Flagged: used, to be looked at", flagged, rules, "bold cyan")
    if not faults:
        fine, noted = (
            "{n} checks were run. Nothing blocks and no rule is broken.",
            "{n} checks were run. Nothing blocks.",
        )
        yield Text(in_words(noted if len(failures) else fine, lang, n=_number(len(rules))), style="bold green")
        return
    one, several = "1 thing stops the evaluation:", "{n} things stop the evaluation:"
    yield Text(in_words(one if len(faults) == 1 else several, lang, n=len(faults)), style="bold red")
    for number, fault in enumerate(faults, 1):
        yield _blocking(number, fault)


def _received(evaluation: Evaluation, account: pd.DataFrame) -> RenderableType:
    from rich.box import SIMPLE
    from rich.table import Table

    lang = language()
    title = in_words("Records received", lang)
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE, pad_edge=False)
    table.add_column(in_words("source", lang), overflow="fold")
    table.add_column(in_words("wave", lang))
    for name in ("received", "accepted", "set aside", "flagged"):
        table.add_column(in_words(name, lang), justify="right")
    counts = account[account["kind"].isin(["received", "accepted", "set_aside", "flagged"])]
    cells = counts.assign(wave=counts["wave"].fillna("")).groupby(["source", "wave", "kind"], sort=False)["n"].sum()
    for source in (s.name for s in evaluation.settings.sources):
        if source not in cells.index.get_level_values(0):
            table.add_row(source, "", in_words("not read", lang), "", "", "", style="red")
            continue
        for wave in dict.fromkeys(cells[source].index.get_level_values(0)):
            n = [int(cells.get((source, wave, k), 0)) for k in ("received", "accepted", "set_aside", "flagged")]
            table.add_row(source, str(wave), *(_number(k) if k else "–" for k in n))
    return table


def _reasons(
    evaluation: Evaluation, title: str, failures: pd.DataFrame, rules: pd.DataFrame, style: str
) -> RenderableType:
    from rich.box import SIMPLE
    from rich.markup import escape
    from rich.table import Table

    from pipeline.ingest.checks.kinds import KINDS
    from pipeline.stages.language import reason_labels

    lang = language()
    words = reason_labels(evaluation, lang)
    table = Table(
        title=in_words(title, lang),
        title_justify="left",
        title_style=style,
        box=SIMPLE,
        pad_edge=False,
        show_header=True,
    )
    table.add_column(in_words("number", lang), justify="right", no_wrap=True)
    table.add_column(in_words("why", lang), overflow="fold", ratio=3)
    table.add_column(in_words("for example", lang), overflow="fold", ratio=2)
    table.add_column(in_words("what to do", lang), overflow="fold", ratio=3)
    for (source, rule), part in failures.groupby(["source", "rule"], sort=False):
        # a record that fails two bounds of one rule is one record
        n = len(part.drop_duplicates(["file", "line"])) if part["line"].notna().all() else len(part)
        asked = " ".join(_unit(rules, str(source), str(rule), n))
        why = words.get(f"set_aside={rule}", {}).get(lang) or str(rule).replace("_", " ")
        said = f"{why}{asked} [dim]({escape(str(source))}, {escape(str(rule))})[/dim]"
        to_do = action(str(rule), KINDS[str(rule)].action if rule in KINDS else "", lang)
        table.add_row(_number(n), said, escape(_examples(part, lang)), escape(to_do))
    return table


def _unit(rules: pd.DataFrame, source: str, rule: str, n: int) -> list[str]:
    """Return what was counted where it was not records: codes, questions, months."""
    found = rules[(rules["source"] == source) & (rules["rule"] == rule) & (rules["unit"] != "record")]
    if found.empty:
        return []
    lang, unit = language(), str(shared(found, "unit"))
    unit = in_words(_UNITS.get(unit, f"{unit}s"), lang)
    return [in_words(": {n} of {all} {unit}", lang, n=_number(n), all=_number(found["checked"].sum()), unit=unit)]


def _examples(part: pd.DataFrame, lang: str) -> str:
    """Return a few places: lines file by file, and what was found where there is no line."""
    cut = ", …" if len(part) > EXAMPLES else ""
    if part["line"].isna().any():
        shown = part.head(EXAMPLES)
        told = shown["found"].where(shown["column"].isin(["", "month"]), shown["column"] + " " + shown["found"])
        return "; ".join(told) + cut
    lines: dict[str, list[str]] = {}
    for file, line in part[["file", "line"]].drop_duplicates().itertuples(index=False):
        lines.setdefault(str(file), []).append(str(line))
    place = "{file} line {lines}"
    said = [in_words(place, lang, file=f, lines=", ".join(some[:EXAMPLES])) for f, some in list(lines.items())[:2]]
    return "; ".join(said) + cut


def _blocking(number: int, fault: Fault) -> RenderableType:
    from rich.padding import Padding
    from rich.text import Text

    text = Text(f"{number}. {fault.where}", style="red")
    text.append(f"\n{fault.problem}", style="default")
    for label, value in (("found", fault.found), ("allowed", fault.allowed), ("do", fault.action)):
        if value is not None:
            text.append(f"\n{label}: ", style="bold")
            text.append(str(value), style="default")
    return Padding(text, (0, 0, 1, 2))
