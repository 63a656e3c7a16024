"""The draw stage: every figure and table once, for the region and for each territory unit."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import provenance, results
from pipeline.errors import TerritoryError
from pipeline.evaluation import Evaluation
from pipeline.questions import discover
from pipeline.results.time import from_to
from pipeline.stages.options import Options
from pipeline.stages.progress import Progress

#: The folder of the small maps that show where units lie.
LOCATORS = "locators"


@dataclass(frozen=True)
class Units:
    """The territory units that documents compare; empty where areas are named by the instrument alone."""

    units: pd.DataFrame | None
    region: pd.Series | None
    boundaries: str

    @property
    def codes(self) -> list[str]:
        """Return the codes of the units that have a sheet of their own."""
        return [] if self.units is None else self.units["code"].astype(str).tolist()


def units_of(evaluation: Evaluation) -> Units:
    """Return the units of an evaluation's territory level, none for level ``area``."""
    from pipeline.territory import boundaries, load_units

    territory = evaluation.settings.territory
    if territory.level == "area":
        return Units(None, _of_area(evaluation), "")
    root, region, vintage = evaluation.root, evaluation.place, territory.vintage
    table = load_units(root, region, territory.level, vintage)
    present = _units_with_results(evaluation, territory.level)
    table = table[table["code"].astype(str).isin(present)].reset_index(drop=True)
    years = (boundaries(root, region, vintage) or "") if vintage is not None else ""
    return Units(table, load_units(root, region, "region").iloc[0], years)


def _of_area(evaluation: Evaluation) -> pd.Series | None:
    """Return the forms of the name of a whole without units: the declared ones, else those of an official territory."""
    from pipeline.territory import load_units
    from pipeline.territory.perimeter import names_of

    if forms := names_of(evaluation.place.names):
        return pd.Series(forms)
    try:
        return load_units(evaluation.root, evaluation.place, "region").iloc[0]
    except TerritoryError:
        return None


def _units_with_results(evaluation: Evaluation, level: str) -> set[str]:
    table = results.read_once(evaluation.stage("protect") / "results.parquet")
    return set(table.loc[table["territory_level"] == level, "territory"])


def labels_of(evaluation: Evaluation, units: Units) -> dict[str, dict[str, str]]:
    """Return the labels of codes, indicators, populations, sources and territories."""
    from pipeline.publish.annex.labels import evaluation_labels
    from pipeline.questions.discovery import labellings

    region = None if units.region is None else {str(k): v for k, v in units.region.items()}
    labels = evaluation_labels(
        evaluation, units.units, region, units.boundaries, labellings=labellings(evaluation.root)
    )
    labels.update(_made_of(evaluation))
    if _draws_communes(evaluation):
        from pipeline.territory import load_communes

        communes = load_communes(evaluation.root, evaluation.place)
        named = zip(communes["code"], communes["name"], strict=True)
        labels.update({f"commune={code}": dict.fromkeys(evaluation.settings.languages, name) for code, name in named})
    return labels


def _made_of(evaluation: Evaluation) -> dict[str, dict[str, str]]:
    """Return, for each pays, the intercommunalities that it is made of, under ``pays=03:epci``."""
    territory = evaluation.settings.territory
    if territory.level != "pays":
        return {}
    from pipeline.territory.reference import read_table

    composed = read_table(evaluation.root, evaluation.place, "pays_epci")
    composed = composed[composed["vintage"] == str(territory.vintage)]
    names = read_table(evaluation.root, evaluation.place, "epci").set_index("code")["name"]
    listed = composed.assign(name=composed["epci"].map(names)).dropna().groupby("pays")["name"].agg(", ".join)
    return {f"pays={code}:epci": dict.fromkeys(evaluation.settings.languages, text) for code, text in listed.items()}


def draw(
    evaluation: Evaluation, out: Path, *, workers: int = 2, step: Callable[[str, int, int], None] | None = None
) -> str:
    """Draw what each document may show into ``out/<lang>/<territory>/`` and say how much that was."""
    from pipeline.figures.draw import Job, draw_all, figures_asked
    from pipeline.stages.language import figures_of, kind_labels, reason_labels
    from pipeline.stages.typefaces import typeface_of

    table = leading(evaluation, results.read_once(evaluation.stage("protect") / "results.parquet"))
    units = units_of(evaluation)
    labels = {**labels_of(evaluation, units), **kind_labels(evaluation), **reason_labels(evaluation)}
    shapes = shapes_of(evaluation) if units.units is not None else None
    own = figures_asked(evaluation.settings.figures)
    asked = {lang: [*figures_of(evaluation, lang), *own] for lang in evaluation.settings.languages}
    provenance.write_json(out / "labels.json", labels)
    typeface = typeface_of(evaluation, out)
    jobs = [
        Job(table, labels, territory, lang, out / lang / territory, shapes, asked[lang], typeface)
        for lang in evaluation.settings.languages
        for territory in ["region", *units.codes]
    ]
    locators = functools.partial(_locate, shapes, units.codes, out / LOCATORS)
    drawn = draw_all(jobs, workers, step, meanwhile=locators)
    figures = sum(1 for record in drawn for name, r in record.items() if name != "absent" and r["kind"] == "figure")
    tables = sum(1 for record in drawn for name, r in record.items() if name != "absent" and r["kind"] == "table")
    return f"{figures} figures and {tables} tables for {len(jobs)} territories"


def _locate(shapes: Any, codes: list[str], folder: Path) -> None:
    """Write the small map that shows where each unit lies, where outlines are held; the same in every language."""
    from pipeline.figures.plots.locator import locators

    if shapes is None:
        return
    folder.mkdir(parents=True)
    for code, drawing in locators(shapes, codes).items():
        (folder / f"{code}.svg").write_text(drawing, encoding="utf-8")


def leading(evaluation: Evaluation, table: pd.DataFrame) -> pd.DataFrame:
    """Return results without what entries compare beside their first pair: figures show that pair, texts say all."""
    apart = pd.Series(False, index=table.index)
    for entry in evaluation.settings.plan:
        told = {str(entry.settings.get("of", entry.name)), entry.name}
        for pair in entry.further:
            way = from_to(*pair)
            apart |= table["analysis"].isin(told) & ((table["wave"] == way) | (table["period"] == way))
    return table[~apart] if apart.any() else table


def shapes_of(evaluation: Evaluation) -> Any:
    """Return the outlines that maps need, None where none are held."""
    from pipeline.figures.scope import Shapes
    from pipeline.territory import load_communes, load_outlines

    territory = evaluation.settings.territory
    try:
        units = load_outlines(evaluation.root, evaluation.place, territory.level, territory.vintage)
        region = load_outlines(evaluation.root, evaluation.place, "region")
    except TerritoryError:
        # no outlines are held there: figures that are maps are left out
        return None
    if not _draws_communes(evaluation):
        return Shapes(units, region)
    communes = load_communes(evaluation.root, evaluation.place)
    x, y = region.projection.km(communes["lon"].to_numpy(), communes["lat"].to_numpy())
    return Shapes(units, region, pd.DataFrame({"code": communes["code"].astype(object), "x": x, "y": y}))


def _draws_communes(evaluation: Evaluation) -> bool:
    from pipeline.figures.registry import OF_COMMUNES

    known = discover(evaluation.root)
    asked = (known[entry.question] for entry in evaluation.settings.plan if entry.question in known)
    kinds = {f.kind for question in asked for f in question.figures} | {f.figure for f in evaluation.settings.figures}
    return bool(kinds & OF_COMMUNES)


def run(evaluation: Evaluation, out: Path, options: Options, progress: Progress) -> str:
    """Do the work of the stage as the command line asked for it, and say what was made."""
    return draw(evaluation, out, workers=options.jobs, step=progress.step)
