"""The weight stage: read clean tables, carry out every recipe, hand over designs and accounts."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.errors import WeightError
from pipeline.evaluation import OUTSIDE_FILE, Evaluation, Source
from pipeline.tables import read_coded, read_stacked
from pipeline.weighting import diagnostics, handover
from pipeline.weighting.margins import FieldMonth, field_month
from pipeline.weighting.recipe import prepare

_RESPONSE = ["source", "wave", "stage", "cell", "eligible", "sampled", "returned", "responded", "rate", "factor"]
#: Roles of the columns that counts of visits are made of.
_COUNTED = ("month", "age_band", "activity", "visits")


def weight(evaluation: Evaluation, clean: Path, out: Path) -> str:
    """Weight every survey source of ``clean`` (the ingest stage's folder) into ``out`` and say what was made.

    Raises
    ------
    WeightError
        When a recipe cannot be carried out.
    """
    said, responses, margins, spreads = [], [], [], []
    for source in evaluation.sources("survey"):
        answers = _stacked(clean / source.name)
        months = calibration_months(evaluation, source, clean)
        fieldwork = _stacked(clean / source.fieldwork) if source.fieldwork else None
        prepared = prepare(evaluation, source, answers, fieldwork, months)
        weighted = handover.replay(source.name, prepared.frame, prepared.plan)
        handover.write(weighted, out)
        responses.append(prepared.response.assign(source=source.name))
        margins.append(diagnostics.balance(weighted, months).assign(source=source.name))
        spreads.append(diagnostics.spread(weighted).assign(source=source.name))
        said.append(f"{source.name}: {int(weighted.frame['_answered'].sum())} answers weighted")
    _write(responses, _RESPONSE, out / "response.parquet")
    _write(margins, None, out / "margins.parquet")
    _write(spreads, None, out / "diagnostics.parquet")
    return "; ".join(said) or "no survey source"


def calibration_months(evaluation: Evaluation, source: Source, clean: Path) -> dict[str, FieldMonth]:
    """Return the calibration month of each wave that the source's rake steps ask for.

    Raises
    ------
    WeightError
        When the attendance source, the register or the month is missing.
    """
    met = [s for s in source.weighting if s.step in handover.MET]
    months: dict[str, FieldMonth] = {}
    for step in met:
        origins = {m.split(":")[0] for m in step.margins} - {OUTSIDE_FILE}
        if not origins and step.step == "calibrate":
            continue
        if len(origins) != 1:
            raise WeightError("a rake step takes its margins from one source", found=sorted(origins))
        origin = evaluation.source(origins.pop())
        registers = evaluation.sources("sites")
        if origin.kind != "attendance" or not registers:
            raise WeightError(
                "margins come from attendance, with a register of spaces", where=f"source {source.name}, rake"
            )
        if origin.period != "month":
            raise WeightError(
                "a wave is raked on the visits of its month, and these counts are not monthly",
                where=f"source {source.name}, rake",
                found=f"{origin.name}: counts of a {origin.period}",
                allowed="monthly counts, or sign-ins",
                action="leave the step `rake` out of `weighting:`, or name a source of monthly counts",
            )
        attendance = _counts(clean / origin.name, evaluation, origin.name)
        sites = _by_role(_stacked(clean / registers[0].name), evaluation, registers[0].name)
        for wave in evaluation.settings.waves:
            if wave.attendance_month and wave.name in _waves_of(source):
                months[wave.name] = field_month(
                    attendance, sites, wave.attendance_month, step.where, evaluation.settings.age_bands
                )
    return months


def _waves_of(source: Source) -> set[str]:
    named = {w for spec in source.files.values() for w in (spec.waves or {})}
    return named | {w for w in source.files if w != "all"}


def _counts(folder: Path, evaluation: Evaluation, source: str) -> pd.DataFrame:
    """Return the clean counts of an attendance source, as :func:`field_month` takes them, texts as categories."""
    if evaluation.source(source).signins:
        # monthly counts made from sign-ins carry the names of the roles themselves, whatever a sheet calls them
        return read_coded(_files(folder), ["site_id", *_COUNTED])
    names = _roles(evaluation, source)
    own = {q.name for q in evaluation.instruments[source].questions}
    asked = ["site_id", *names, *(role for role in _COUNTED if role not in own)]
    return read_coded(_files(folder), asked).rename(columns=names)


def _by_role(table: pd.DataFrame, evaluation: Evaluation, source: str) -> pd.DataFrame:
    """Return a table whose columns with a role carry the role's name."""
    return table.rename(columns=_roles(evaluation, source))


def _roles(evaluation: Evaluation, source: str) -> dict[str, str]:
    """Return column -> role of those columns of a source that margins are made of."""
    roles = (*_COUNTED, "opened", "closed")
    return {q.name: str(q.role) for q in evaluation.instruments[source].questions if q.role in roles}


def _stacked(folder: Path) -> pd.DataFrame:
    """Return the clean tables of a source, all waves one under the other."""
    return read_stacked(_files(folder))


def _files(folder: Path) -> list[Path]:
    files = sorted(p for p in folder.glob("*.parquet") if p.stem != "quarantine")
    if not files:
        raise WeightError("there is no clean table of this source", where=str(folder), action="run the ingest stage")
    return files


def _write(tables: list[pd.DataFrame], columns: list[str] | None, path: Path) -> None:
    kept = [t for t in tables if len(t)]
    table = pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=columns or ["source", "wave"])
    if columns:
        table = table.reindex(columns=columns)
    table.to_parquet(path, index=False)
