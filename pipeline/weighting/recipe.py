"""The weighting recipe: from accepted answers and the fieldwork record to a frame and the steps to replay on it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipeline.errors import WeightError
from pipeline.evaluation import OUTSIDE_FILE, Evaluation, SamplingDesign, Source, WeightingStep
from pipeline.weighting.fieldwork import Fieldwork
from pipeline.weighting.links import links_of
from pipeline.weighting.margins import NO_ANSWER, OUTSIDE, FieldMonth, with_no_answer
from pipeline.weighting.outside import of_file, refuse_conflict
from pipeline.weighting.response import cell_of, person_response, space_response

TERRITORY = ("commune", "epci", "pays", "department", "own", "canton", "area")


@dataclass(frozen=True)
class Prepared:
    """A recipe ready to replay: the stacked frame, the steps in order, and the response account.

    ``frame`` keeps days without an accepted answer as rows of weight zero (``_answered`` False), so that sampled days
    and spaces stay in the design. ``plan`` is what design.json holds: columns of the design and ordered steps.
    """

    frame: pd.DataFrame
    plan: dict[str, object]
    response: pd.DataFrame


def prepare(
    evaluation: Evaluation,
    source: Source,
    answers: pd.DataFrame,
    fieldwork: pd.DataFrame | None = None,
    months: dict[str, FieldMonth] | None = None,
) -> Prepared:
    """Carry out the recipe of one survey source up to the steps that a design replays.

    Parameters
    ----------
    evaluation, source : declarations.
    answers : accepted answers of all waves, one row each, clean columns.
    fieldwork : clean fieldwork record, one row a sampled space and day; None where the design has none.
    months : calibration month of each wave, for rake steps.

    Raises
    ------
    WeightError
        Naming the step, column, cell or category that stands in the way.
    """
    if source.unweighted:
        return _unweighted(source, answers.reset_index(drop=True))
    design = source.design
    if design is None and source.by == "probability":
        raise WeightError(
            f"source '{source.name}' declares no design",
            action="add design: to the source; without probability sampling, say by: volunteer (or quota)",
        )
    # Who was not drawn counts once before calibration; a wave of one answer has no variance to estimate.
    design = design or SamplingDesign(lonely_psu="remove")
    answers = answers.reset_index(drop=True)
    if design.weights or source.design is None:
        return _Recipe(evaluation, source, design, answers, None, months or {}).of_supplied()
    return _Recipe(evaluation, source, design, answers, fieldwork, months or {}).run()


def _plan(
    design: SamplingDesign, base: str, clusters: list[str], steps: list[dict[str, object]], **more: object
) -> dict[str, object]:
    return {
        "base": base,
        "strata": design.strata,
        "clusters": clusters,
        "population_sizes": design.population_sizes,
        "clusters_across_waves": design.clusters_across_waves,
        "lonely_psu": design.lonely_psu,
        "steps": steps,
        **more,
    }


def _supplied(source: Source, column: str, frame: pd.DataFrame) -> pd.Series:
    """Return the weights that came with the answers."""
    weights = pd.to_numeric(frame[column], errors="coerce")
    bad = weights.isna() | (weights <= 0)
    if bad.any():
        line = f", first in line {frame.loc[bad, '_line'].iloc[0]}" if "_line" in frame else ""
        raise WeightError(
            "a supplied weight is missing, zero or negative",
            where=f"source {source.name}, column {column}{line}",
            found=f"{int(bad.sum())} rows",
            allowed="a positive number in every row",
        )
    return weights.astype("float64")


def _unweighted(source: Source, frame: pd.DataFrame) -> Prepared:
    """Return answers that each count once: nobody was drawn, so they stand for the respondents alone.

    A wave of one answer has no variance to estimate, and nobody could declare what to do about it.
    """
    frame = frame.assign(_base=1.0, _answered=True)
    unit = source.sampled if source.sampled in ("person", "household") else "person"
    plan = _plan(SamplingDesign(lonely_psu="remove"), "_base", [], [], unit=unit)
    return Prepared(frame, plan, pd.DataFrame(columns=["wave"]))


class _Recipe:
    """One run of a recipe over a stacked frame; holds what its steps share."""

    def __init__(
        self,
        evaluation: Evaluation,
        source: Source,
        design: SamplingDesign,
        answers: pd.DataFrame,
        fieldwork: pd.DataFrame | None,
        months: dict[str, FieldMonth],
    ) -> None:
        self.evaluation, self.source, self.design, self.months = evaluation, source, design, months
        record = evaluation.instruments.get(source.fieldwork or "")
        self.record = Fieldwork(record, fieldwork) if record is not None and fieldwork is not None else None
        keys = {q.name for i in (evaluation.instruments[source.name], record) if i for q in i.all_by_role("site")}
        # waves and records must name one space alike, so its received key gives way to the register's
        self.clusters = ["site_id" if c in keys else c for c in design.clusters]
        self.keys = ["wave", *self.clusters]
        self.frame = self._joined(answers)
        self.inclusion: list[str] = []
        self.accounts: list[pd.DataFrame] = []
        self.steps: list[dict[str, object]] = []

    def of_supplied(self) -> Prepared:
        """Return the frame of supplied weights, or of answers that count once, with the steps that they can take."""
        column = self.design.weights
        origin = "supplied" if column else "one an answer"
        self.frame["_base"] = _supplied(self.source, column, self.frame) if column else 1.0
        for step in self.source.weighting:
            if step.step not in ("supplied", "calibrate", "trim"):
                raise WeightError(
                    f"step '{step.step}' needs probabilities of inclusion, and these weights are {origin}",
                    where=f"source {self.source.name}, weighting",
                    allowed=["supplied", "calibrate", "trim"],
                )
            if step.step != "supplied":
                (self._calibrate if step.step == "calibrate" else self._trim)(step)
        unit = self.source.sampled or "person"
        return Prepared(self.frame, self._planned(unit), pd.DataFrame(columns=["wave"]))

    def _planned(self, unit: str) -> dict[str, object]:
        return _plan(self.design, "_base", self.clusters, self.steps, unit=unit)

    def run(self) -> Prepared:
        """Carry out the steps in order."""
        carry = {
            "base": self._base,
            "nonresponse": self._nonresponse,
            "rake": self._rake,
            "calibrate": self._calibrate,
            "trim": self._trim,
            "share": self._share,
        }
        for step in self.source.weighting:
            if step.step not in carry:
                raise WeightError(f"step '{step.step}' needs design.weights", where=f"source {self.source.name}")
            if step.step != "base" and "_base" not in self.frame.columns:
                raise WeightError(
                    "the recipe does not begin with a base step", where=f"source {self.source.name}, weighting"
                )
            carry[step.step](step)
        if "_base" not in self.frame.columns:
            raise WeightError("the recipe has no base step", where=f"source {self.source.name}, weighting")
        response = pd.concat(self.accounts, ignore_index=True) if self.accounts else pd.DataFrame(columns=["wave"])
        return Prepared(self.frame, self._planned(self.source.sampled or "person"), response)

    def _joined(self, answers: pd.DataFrame) -> pd.DataFrame:
        """Return answers with their fieldwork columns, and one zero-weight row for each day without an answer."""
        answers = answers.assign(_answered=True)
        if self.record is None:
            return answers
        days = self.record.days_taken_part(self.keys)
        extra = [c for c in days.columns if c not in answers.columns or c in self.keys]
        merged = days[extra].merge(answers, on=self.keys, how="outer", indicator=True)
        stray = merged["_merge"] == "right_only"
        if stray.any():
            where = merged.loc[stray, self.keys].drop_duplicates()
            raise WeightError(
                f"{int(stray.sum())} answers come from a space and day that the fieldwork record does not have",
                found=where.head(5).astype(str).agg(" ".join, axis=1).tolist(),
                action="add the missing days to the fieldwork file, or correct space or date of the answers",
            )
        merged["_answered"] = merged["_answered"].eq(True)
        for column in [c for c in TERRITORY if c in merged.columns and c in days.columns]:
            known = merged["site_id"].map(days.drop_duplicates("site_id").set_index("site_id")[column])
            merged[column] = merged[column].where(merged[column].notna(), known)
        return merged.drop(columns="_merge").reset_index(drop=True)

    def _base(self, step: WeightingStep) -> None:
        inclusion = self.frame[step.inclusion].astype("float64")
        wrong = ~((inclusion > 0) & (inclusion <= 1)).all(axis=1)
        if wrong.any():
            raise WeightError(
                "an inclusion probability is missing or outside ]0, 1]",
                where=f"source {self.source.name}, step base",
                found=f"{int(wrong.sum())} rows, such as {inclusion[wrong].iloc[0].to_dict()}",
            )
        self.inclusion = step.inclusion
        self.frame["_base"] = (1 / inclusion.prod(axis=1)).where(self.frame["_answered"], 0.0)

    def _nonresponse(self, step: WeightingStep) -> None:
        if self.record is None:
            raise WeightError(
                "a nonresponse step needs a fieldwork record",
                where=f"source {self.source.name}, weighting",
                action="declare a source of kind fieldwork and name it in fieldwork:",
            )
        space = self.design.clusters[0] if self.design.clusters else "space"
        for unit in [step.unit] if step.unit else [space, "person"]:
            if unit == space:
                sizes = self.design.population_sizes
                drawn = self.record.sampled_spaces(self.inclusion[0])
                account = space_response(drawn, step.cells, self.design.strata, sizes[0] if sizes else None)
                self._factor(account, step.cells, "_factor_space")
            elif unit == "person":
                account = person_response(self._days(), step.cells)
                self._factor(account, step.cells, "_factor_person")
            else:
                raise WeightError("a nonresponse step's unit is not known", found=unit, allowed=[space, "person"])
            self.accounts.append(account)

    def _days(self) -> pd.DataFrame:
        """Return days that took part with people handed, answers accepted and the weight of a day."""
        assert self.record is not None
        counts = self.frame.groupby(self.keys, as_index=False, dropna=False)["_answered"].sum()
        days = self.record.days_with_counts(self.keys).merge(counts, on=self.keys, how="left")
        weight = 1 / days[self.inclusion].astype("float64").prod(axis=1)
        if "_factor_space" in self.frame.columns:
            known = self.frame.drop_duplicates(self.keys)[[*self.keys, "_factor_space"]]
            weight = weight * days[self.keys].merge(known, on=self.keys, how="left")["_factor_space"].to_numpy()
        return days.assign(accepted=days["_answered"].fillna(0).astype("float64"), weight_day=weight)

    def _factor(self, account: pd.DataFrame, cells: list[str], column: str) -> None:
        table = account.set_index(["wave", "cell"])["factor"]
        index = pd.MultiIndex.from_arrays([self.frame["wave"], cell_of(self.frame, cells)])
        # a cell without any answer has no factor and only rows of weight zero
        self.frame[column] = table.reindex(index).fillna(1.0).to_numpy()
        self.steps.append({"step": "reweight", "column": column})

    def _weights(self) -> pd.Series:
        """Return the weights as base and nonresponse steps left them."""
        weights = self.frame["_base"]
        for step in self.steps:
            if step["step"] == "reweight":
                weights = weights * self.frame[str(step["column"])]
        return weights

    def _rake(self, step: WeightingStep) -> None:
        variables = [name.split(":")[-1] for name in step.margins]
        self.steps.append({"step": "rake", "margins": [self._of_attendance(v) for v in variables]})

    def _calibrate(self, step: WeightingStep) -> None:
        margins = []
        for origin, _, name in (margin.partition(":") for margin in step.margins):
            if origin == OUTSIDE_FILE:
                made = of_file(self.evaluation, name, self.frame, self._weights())
                self.frame[made.column] = made.categories
                crosses = {"crosses": list(made.variables)}
                margins.append({"variables": ["wave", made.column], "totals": made.totals, **crosses})
            else:
                margins.append(self._of_attendance(name))
        refuse_conflict(step.margins, margins)
        bounds = list(step.bounds) if step.bounds else None
        self.steps.append({"step": "calibrate", "method": step.method, "bounds": bounds, "margins": margins})

    def _of_attendance(self, variable: str) -> dict[str, object]:
        """Return the margin of a variable among the visits of each wave's month, its categories put in the frame."""
        weights = self._weights()
        column = f"_margin_{variable}"
        category = self.frame[variable].astype("object")
        unknown = OUTSIDE if variable in TERRITORY else NO_ANSWER
        category = category.where(category.notna(), unknown)
        totals: list[list[object]] = []
        for wave in self.frame["wave"].unique():
            answered = (self.frame["wave"] == wave) & self.frame["_answered"]
            margin = self._month(wave).margin(variable)
            margin = with_no_answer(margin, category[answered], weights[answered])
            # rows without an answer weigh nothing, but every row needs a category the margin knows
            category = category.where(answered | (self.frame["wave"] != wave), margin.index[0])
            totals += [[wave, key, float(value)] for key, value in margin.items()]
        self.frame[column] = category.astype(str)
        return {"variables": ["wave", column], "totals": totals}

    def _month(self, wave: str) -> FieldMonth:
        if wave not in self.months:
            raise WeightError(
                f"wave {wave} has no month to calibrate on",
                action=f"give waves.{wave}.attendance_month in evaluation.yaml",
            )
        return self.months[wave]

    def _trim(self, step: WeightingStep) -> None:
        self.steps.append({"step": "trim", "upper": step.upper, "lower": step.lower})

    def _share(self, step: WeightingStep) -> None:
        visits = self.source.visits
        question = step.links or (visits.question if visits else None)
        if question is None or visits is None:
            raise WeightError("a share step names no links", where=f"source {self.source.name}, weighting.share")
        answered = self.frame["_answered"]
        rows = self.frame[answered]
        days = [w.opening_days for w in self.evaluation.settings.waves if w.opening_days]
        elsewhere = rows[visits.elsewhere] if visits.elsewhere and visits.elsewhere in rows else None
        cells = rows[[c for c in ("wave", "age_band") if c in rows.columns]]
        maximum = float(max(days)) if days else None
        links = links_of(rows[question], elsewhere, cells, self._weights()[answered], maximum)
        self.frame["_links"] = links.values.reindex(self.frame.index, fill_value=1.0)
        self.frame["_links_imputed"] = links.imputed.reindex(self.frame.index, fill_value=False)
        self.steps.append({"step": "share_weights", "column": "_links", "cap": visits.cap})
