"""From weighted tables to a research file: generalised as declared, refused when too few people are alike."""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.errors import EvaluationError, PublishError
from pipeline.evaluation import Evaluation, ResearchFile, Source
from pipeline.instrument import ORIGINAL
from pipeline.publish.annex.label_texts import LabelTexts, label_texts
from pipeline.publish.annex.research.k_anonymity import COLUMNS, Anonymity, anonymity, suppressed
from pipeline.publish.annex.research.variables import (
    MISSING,
    SUPPRESSED,
    Research,
    answers,
    banded,
    design,
    missing_labels,
    quasi_identifiers,
)
from pipeline.publish.annex.spreadsheet import safe

FOLDER = "research"
REPORT = "k-anonymity.csv"
_WORDS = "_research"
#: Measures of the report that count records of persons: small ones are told as a band.
_OF_PERSONS = ("unique", "under", "classes_under", "suppressed")


@dataclass(frozen=True)
class Prepared:
    """One source ready to be written or refused, with its account before and after generalisation."""

    source: str
    research: Research
    before: Anonymity
    after: Anonymity
    blanked: dict[str, int]


def write_research_file(evaluation: Evaluation) -> str:
    """Write ``build/<evaluation>/research``: the k-anonymity report always, the files only where k is reached.

    Returns what to tell.

    Raises
    ------
    EvaluationError
        The declarations name a variable that the file does not have.
    PublishError
        Too few people are alike; the message says which variables to generalise. Older files are removed.
    """
    settings = evaluation.settings.research_file or ResearchFile()
    threshold = evaluation.settings.disclosure.k
    prepared = [_prepared(evaluation, source, settings, threshold) for source in _sources(evaluation, settings)]
    folder = evaluation.stage(FOLDER)
    scratch = folder.with_name(f".{FOLDER}.new")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True, mode=0o700)
    refused = [p for p in prepared if p.after.k < threshold]
    try:
        _report(prepared, threshold).to_csv(scratch / REPORT, sep=";", index=False)
        for each in prepared if not refused else []:
            _write(evaluation, each, scratch)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(scratch, folder)
    if refused:
        raise _refusal(evaluation, refused[0], threshold)
    return "\n".join(told for each in prepared for told in _told(each, folder, threshold))


def _sources(evaluation: Evaluation, settings: ResearchFile) -> list[Source]:
    """Return the surveys of persons, or those that are declared; a survey of spaces is never taken by default."""
    surveys = evaluation.sources("survey")
    unknown = sorted(set(settings.sources) - {s.name for s in surveys})
    chosen = [s for s in surveys if (s.name in settings.sources if settings.sources else s.sampled != "space")]
    if unknown or not chosen:
        raise EvaluationError(
            "there is no such survey to make a research file of",
            where=f"surveys/{evaluation.name}/evaluation.yaml, key research_file.sources",
            found=unknown or "no survey of persons or households",
            allowed=[s.name for s in surveys],
        )
    return chosen


def _prepared(evaluation: Evaluation, source: Source, settings: ResearchFile, threshold: int) -> Prepared:
    instrument = evaluation.instruments[source.name]
    frame = _frame(evaluation, source)
    texts = label_texts(evaluation.root, (ORIGINAL,), _WORDS)
    first = design(evaluation, source, frame, settings.drop, texts)
    second = answers(frame, instrument, settings.drop, texts)
    research = Research(pd.concat([first.table, second.table], axis=1), (*first.variables, *second.variables))
    _refuse_unknown(evaluation, source, settings, research)
    quasi = quasi_identifiers(instrument, research.variables, settings.quasi_identifiers)
    before = anonymity(research.table, quasi, threshold, settings.sensitive)
    general = _generalised(research, settings, texts)
    hidden = suppressed(general.table, quasi, [c for c in settings.suppress if c in quasi], threshold)
    after = anonymity(hidden.frame, quasi, threshold, settings.sensitive)
    table = hidden.frame.copy()
    for column, rows in hidden.rows.items():
        table[column] = table[column].mask(rows, SUPPRESSED)
    return Prepared(source.name, replace(general, table=table), before, after, hidden.blanked)


def _frame(evaluation: Evaluation, source: Source) -> pd.DataFrame:
    weighted = sorted((evaluation.stage("weight") / source.name).glob("*.parquet"))
    clean = [p for p in sorted((evaluation.stage("ingest") / source.name).glob("*.parquet")) if p.stem != "quarantine"]
    if not weighted and not clean:
        raise PublishError(
            "there is no table of this source to make a research file of",
            where=str(evaluation.stage("ingest") / source.name),
            action=f"run `python -m pipeline report {evaluation.name}` first",
        )
    frame = pd.concat([pd.read_parquet(p) for p in weighted or clean], ignore_index=True)
    # Days and spaces without a questionnaire stand in weighted tables as rows of weight zero: they are no persons.
    return frame[frame["_answered"]].reset_index(drop=True) if "_answered" in frame else frame


def _refuse_unknown(evaluation: Evaluation, source: Source, settings: ResearchFile, research: Research) -> None:
    names = [v.name for v in research.variables]
    instrument = evaluation.instruments[source.name]
    known = {*names, *(q.name for q in instrument.questions), "stratum"}
    named: dict[str, Sequence[str]] = {
        "drop": settings.drop,
        "bands": list(settings.bands),
        "top_code": list(settings.top_code),
        "suppress": settings.suppress,
        "quasi_identifiers": settings.quasi_identifiers,
        "sensitive": settings.sensitive,
    }
    for key, given in named.items():
        allowed = known if key == "drop" else set(names)
        if lost := sorted(set(given) - allowed):
            raise EvaluationError(
                "the research file has no such variable",
                where=f"surveys/{evaluation.name}/evaluation.yaml, key research_file.{key}",
                found=lost,
                allowed=sorted(allowed),
            )


def _generalised(research: Research, settings: ResearchFile, texts: LabelTexts) -> Research:
    table, variables = research.table.copy(), {v.name: v for v in research.variables}
    for name, most in settings.top_code.items():
        table[name] = table[name].mask(table[name] > most, most)
        variables[name] = replace(
            variables[name], label=texts.first("top", label=variables[name].label, most=f"{most:g}")
        )
    for name, limits in settings.bands.items():
        table[name], codes = banded(table[name], limits, texts)
        variables[name] = replace(variables[name], codes=codes, measure="ordinal")
    return Research(table, tuple(variables.values()))


def _report(prepared: Sequence[Prepared], threshold: int) -> pd.DataFrame:
    parts = []
    for each in prepared:
        for stage, account in (("before generalisation", each.before), ("research file", each.after)):
            parts.append(account.table().assign(source=each.source, stage=stage))
        rows = [("suppressed", column, n) for column, n in each.blanked.items()]
        parts.append(pd.DataFrame(rows, columns=COLUMNS).assign(source=each.source, stage="research file"))
    table = pd.concat(parts, ignore_index=True)[["source", "stage", *COLUMNS]]
    counted = table["measure"].isin(_OF_PERSONS)
    return table.assign(value=table["value"].astype(object).mask(counted, table["value"].map(_few(threshold))))


def _few(threshold: int) -> Callable[[int], str]:
    """Return how a count of records is told: one of 1 to ``threshold`` - 1 only as that, so that none stands out."""
    return lambda n: f"1 to {threshold - 1}" if 0 < n < threshold else str(n)


def _refusal(evaluation: Evaluation, each: Prepared, threshold: int) -> PublishError:
    told = _few(threshold)
    worst = [f"{' + '.join(columns)} ({told(n)} records)" for columns, n in list(each.after.worst.items())[:4]]
    return PublishError(
        f"too few people are alike for a research file of source '{each.source}'",
        where=f"surveys/{evaluation.name}/evaluation.yaml, key research_file",
        found=f"k = {each.after.k}: {told(each.after.under)} of {each.after.records} records are in groups of fewer"
        f" than {threshold} alike on {', '.join(each.after.columns)}; worst: {'; '.join(worst)}",
        allowed=f"k = {threshold} or more (disclosure: k)",
        action="generalise under `research_file:`: coarser `bands`, `top_code`, `drop` a variable, or name under"
        " `suppress` those whose rare values may be blanked;"
        f" build/{evaluation.name}/{FOLDER}/{REPORT} has the whole account",
    )


def _write(evaluation: Evaluation, each: Prepared, folder: Path) -> None:
    table, missing = each.research.table, missing_labels(label_texts(evaluation.root, (ORIGINAL,), _WORDS))
    table.to_csv(folder / f"{each.source}.csv", sep=";", decimal=",", index=False, float_format="%.10g")
    _codebook(each.research, missing).map(_safe).to_csv(folder / f"{each.source}-codebook.csv", sep=";", index=False)
    write_sav(folder / f"{each.source}.sav", each.research, evaluation)
    for path in folder.iterdir():
        path.chmod(0o600)


def _codebook(research: Research, missing: Mapping[int, str]) -> pd.DataFrame:
    rows: list[tuple[str, str, Any, str, str]] = []
    for v in research.variables:
        rows.append((v.name, v.label, None, "", ""))
        rows += [(v.name, v.label, code, label, "") for code, label in v.codes.items()]
        rows += [(v.name, v.label, code, missing[code], "x") for code in _missing(research, v.name)]
    table = pd.DataFrame(rows, columns=["variable", "label", "code", "code_label", "missing"])
    return table.astype({"code": "Int64"})


def _missing(research: Research, name: str) -> list[int]:
    values = set(research.table[name].dropna().unique())
    return [code for code in (*MISSING.values(), SUPPRESSED) if code in values]


def write_sav(path: Path, research: Research, evaluation: Evaluation) -> None:
    """Write the file for SPSS: variable and value labels, missing codes declared, and a note when it is synthetic."""
    import pyreadstat

    texts = label_texts(evaluation.root, (ORIGINAL,), _WORDS)
    why = missing_labels(texts)
    missing = {v.name: _missing(research, v.name) for v in research.variables}
    labels: dict[str, dict[int | float, str]] = {
        v.name: {**{int(c): t for c, t in v.codes.items()}, **{code: why[code] for code in missing[v.name]}}
        for v in research.variables
        if v.codes or missing[v.name]
    }
    title = evaluation.settings.title.fr
    lines = [title, *([texts.first("synthetic")] if evaluation.settings.synthetic else [])]
    # A line of an SPSS document note holds 80 bytes.
    notes = [line for text in lines for line in textwrap.wrap(text, 60)]
    pyreadstat.write_sav(
        research.table.astype("float64"),
        str(path),
        file_label=title[:60],
        column_labels={v.name: v.label[:250] for v in research.variables},
        variable_value_labels=labels,
        missing_ranges={n: [{"lo": min(codes), "hi": max(codes)}] for n, codes in missing.items() if codes},
        variable_measure={v.name: v.measure for v in research.variables},
        note=notes,
    )


def _told(each: Prepared, folder: Path, threshold: int) -> list[str]:
    few = _few(threshold)
    lines = [
        f"research file {each.source}: k = {each.after.k} over {each.after.records} records"
        f" (before generalisation k = {each.before.k}, {few(each.before.unique)} unique)",
        f"  alike on: {', '.join(each.after.columns)}; sampling units are numbered anew and not counted",
    ]
    lines += [f"  blanked: {column} of {few(n)} records" for column, n in each.blanked.items() if n]
    lines += [
        f"  at least {n} different answers in each group: {question}" for question, n in each.after.diversity.items()
    ]
    lines.append(
        f"  {folder / each.source}.sav, .csv, -codebook.csv; {folder / REPORT} (none of them is in the public site)"
    )
    return lines


def _safe(value: object) -> object:
    return safe(value) if isinstance(value, str) else value
