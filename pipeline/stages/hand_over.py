"""Handing a weighted survey over to R: data, design and a script that reproduces the published levels.

A referee checks in a tool of their own (R's ``survey``) what this pipeline computed. The data are answers of persons:
they stay below ``build/``, which is neither published nor committed, and `forget` destroys them.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline import results
from pipeline.errors import PublishError
from pipeline.evaluation import Evaluation
from pipeline.ingest.privacy.forget import HANDED_OVER
from pipeline.questions.context import Context
from pipeline.questions.discovery import answering
from pipeline.questions.entry import entries
from pipeline.questions.estimates import Subject
from pipeline.questions.outcomes import Outcome
from pipeline.stages.options import Options
from pipeline.stages.order import alone, run
from pipeline.stages.progress import Progress
from pipeline.weighting.handover import MET, WeightedSource

#: Where exports are written, below the build of the evaluation.
FOLDER = HANDED_OVER
TOOLS = ("r",)
#: What of a question tells its levels: what others may start from, and the shares of categories.
_TELLS = ("outcomes", "distributions")
#: Weight of a sampled unit without an answer, which counts among those drawn: R's `calibrate` divides by weights.
_NOTHING = 1e-8
#: Methods of calibration, as R's `calibrate` calls them; a truncated one is linear with bounds.
_CALFUN = {"raking": "raking", "linear": "linear", "truncated": "linear", "logit": "logit"}


@dataclass(frozen=True)
class Level:
    """A published level, and the values that it is made of: (n,) rows of the survey's frame, NaN outside the base."""

    row: Any
    outcome: Outcome


def export(evaluation: Evaluation, tool: str, progress: Progress) -> list[str]:
    """Write a folder a survey for R, and say where it is and how to run it.

    Raises
    ------
    PublishError
        For another tool, or where the plan publishes no level of a survey.
    """
    if tool not in TOOLS:
        raise PublishError("no hand-over to this tool is known", found=tool, allowed=list(TOOLS))
    run(evaluation, Options(), progress, last="protect")
    with alone(evaluation):
        shutil.rmtree(evaluation.build / FOLDER / tool, ignore_errors=True)
        context = Context(evaluation, evaluation.stage("ingest"), evaluation.stage("weight"))
        levels = list(_levels(context))
        sources = list(dict.fromkeys(subject.source for subject, _ in levels))
        if not sources:
            raise PublishError(
                "the plan publishes no level of a survey",
                where=str(evaluation.folder / "evaluation.yaml"),
                action="plan a question that tells shares or means of a survey, such as profile",
            )
        told = ["the folders hold answers of persons: keep them on this machine, or pass them on under your agreement"]
        for source in sources:
            folder = evaluation.build / FOLDER / tool / source
            mine = [(s, level) for s, level in levels if s.source == source]
            _write(context.weighted(source), mine, folder)
            told.append(f"cd {folder} && Rscript survey.R   # {len(mine)} published levels")
    return told


def _levels(context: Context) -> Iterator[tuple[Subject, Level]]:
    """Yield the published levels of surveys in the whole, by wave, with the persons they are about."""
    evaluation = context.evaluation
    every = results.read_once(evaluation.stage("protect") / "results.parquet")
    table = told_in_the_whole(every, evaluation.settings.territory.code)
    for entry in entries(evaluation):
        module = answering(evaluation.root, entry.question)
        told = next((getattr(module, name) for name in _TELLS if hasattr(module, name)), None)
        if told is None:
            continue
        subject, outcomes = told(context, entry)
        mine = table[(table["analysis"] == entry.name) & (table["population"] == subject.population)]
        for outcome in outcomes:
            named = (mine["indicator"] == outcome.indicator) & (mine["measure"] == outcome.measure)
            rows = mine[named & (mine["domain"].fillna("") == results.domain_text(outcome.domain))]
            for row in rows[rows["wave"].isin(list(outcome.base))].itertuples():
                yield subject, Level(row, outcome)


def told_in_the_whole(table: pd.DataFrame, code: str) -> pd.DataFrame:
    """Return the rows of results of the whole, as the plan answers: no variant by another method."""
    whole = (table["territory"] == code) & (table["method"].fillna("") == "")
    return table[whole & table["estimate"].notna()]


def _write(weighted: WeightedSource, levels: list[tuple[Subject, Level]], folder: Path) -> None:
    folder.mkdir(parents=True)
    data, margins = _data(weighted)
    published = []
    names: dict[int, str] = {}
    for subject, level in levels:
        new = id(level.outcome) not in names
        name = names.setdefault(id(level.outcome), f"y{len(names) + 1}")
        if new:
            data[name] = level.outcome.values
        row = level.row
        share = "share" if weighted.visit is not None and subject.population != "visits" else "one"
        published.append((row.result_id, str(row.wave), name, share, row.estimate, row.se, row.step))
    data.to_csv(folder / "answers.csv", index=False, quoting=csv.QUOTE_NONNUMERIC)
    pd.DataFrame(published, columns=["result_id", "wave", "column", "share", "estimate", "se", "step"]).to_csv(
        folder / "published.csv", index=False
    )
    pd.DataFrame(margins, columns=["wave", "margin", "category", "total"]).to_csv(folder / "margins.csv", index=False)
    (folder / "survey.R").write_text(script(weighted.plan), encoding="utf-8")


def _data(weighted: WeightedSource) -> tuple[pd.DataFrame, list[tuple[str, str, str, float]]]:
    """Return the columns of the design, one margin a column, and the totals that margins must meet."""
    frame, plan = weighted.frame, weighted.plan
    strata = [s for s in ([plan["strata"]] if isinstance(plan["strata"], str) else plan["strata"] or []) if s]
    kept = list(dict.fromkeys(["wave", *strata, *plan["clusters"], *plan["population_sizes"]]))
    data = frame[kept].copy()
    for name in ("wave", *strata, *plan["clusters"]):
        data[name] = data[name].astype(str)
    weight = frame[plan["base"]].to_numpy(dtype=np.float64)
    data["one"], data["share"] = 1.0, 1.0
    margins: list[tuple[str, str, str, float]] = []
    for step in plan["steps"]:
        if step["step"] == "reweight":
            if margins:
                raise PublishError("weights are multiplied after a calibration, which the script for R cannot replay")
            weight = weight * frame[step["column"]].to_numpy(dtype=np.float64)
        elif step["step"] in MET:
            for margin in step["margins"]:
                name = f"margin_{len({m[1] for m in margins}) + 1}"
                data[name], totals = _margin(frame, margin)
                margins += [(wave, name, category, total) for wave, category, total in totals]
        elif step["step"] == "share_weights":
            links = frame[step["column"]].to_numpy(dtype=np.float64)
            data["share"] = 1 / np.minimum(links, np.inf if step["cap"] is None else step["cap"])
        else:
            raise PublishError("the script for R cannot replay a step of the weighting", found=step["step"])
    data["weight"] = np.where(weight == 0, _NOTHING, weight)
    return data, margins


def _margin(frame: pd.DataFrame, margin: dict[str, Any]) -> tuple[pd.Series, list[tuple[str, str, float]]]:
    """Return (n,) categories of a margin, crossed where it is, and its totals by wave and category."""
    names = margin["variables"]
    if "wave" not in names:
        raise PublishError("all waves share a margin, which the script for R cannot replay", found=names)
    at = names.index("wave")
    crossed = frame[[n for n in names if n != "wave"]].astype(str).agg(" / ".join, axis=1)
    totals = [(str(row[at]), " / ".join(map(str, row[:at] + row[at + 1 : -1])), row[-1]) for row in margin["totals"]]
    return crossed, totals


def script(plan: dict[str, Any]) -> str:
    """Return the script for R that rebuilds a design (`design.json`) and compares with what was published."""
    strata = plan["strata"] if isinstance(plan["strata"], str) else (plan["strata"] or [None])[0]
    arguments = [
        f"ids = ~{' + '.join(map(_name, plan['clusters'])) or '1'}",
        *([f"strata = ~{_name(strata)}"] if strata else []),
        *([f"fpc = ~{' + '.join(map(_name, plan['population_sizes']))}"] if plan["population_sizes"] else []),
        "weights = ~weight, data = rows, nest = TRUE",
    ]
    met = sum(len(step["margins"]) for step in plan["steps"] if step["step"] in MET)
    margins = [f"margin_{i}" for i in range(1, met + 1)]
    texts = ["wave", *([strata] if strata else []), *plan["clusters"], *margins]
    classes = ", ".join(f'{_name(name)} = "character"' for name in dict.fromkeys(texts))
    return _SCRIPT.format(
        needs=', "MASS"' if met else "",  # by which it calibrates
        lonely=plan["lonely_psu"],
        classes=classes,
        design=",\n    ".join(arguments),
        steps="\n".join(_calibrations(plan["steps"])) or "  # no margins to meet",
    )


def _calibrations(steps: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines that meet margins, step by step; margins are numbered through."""
    met = 0
    for step in (s for s in steps if s["step"] in MET):
        names = [f"margin_{met + i}" for i in range(1, len(step["margins"]) + 1)]
        met += len(names)
        calfun = _CALFUN[step.get("method", "raking")]
        bounds = f", bounds = c({', '.join(map(str, step['bounds']))})" if step.get("bounds") else ""
        formulas = ", ".join(f"~{name}" for name in names)
        totals = ", ".join(f'totals("{name}", wave)' for name in names)
        yield f"  design <- calibrate(design, list({formulas}),\n    list({totals}),"
        yield f'    calfun = "{calfun}"{bounds}, epsilon = 1e-11, maxit = 500)'


def _name(column: str) -> str:
    """Return a column as R writes it."""
    return f"`{column}`"


_SCRIPT = """\
# The published levels of a survey, computed again with R's package survey (Lumley 2010, Complex Surveys).
# answers.csv    a row a respondent (and, with weight 1e-8, a sampled unit without one): design, weight, margins, values
#                weight: design weight times factors of nonresponse; share: part of a person in a visit (1 / visits)
# margins.csv    what calibrated weights add up to      published.csv    what was published, with its rounding
# Run in this folder: Rscript survey.R                  in-r.csv is written: the same levels as R has them
needed <- c("survey"{needs})
absent <- needed[!sapply(needed, requireNamespace, quietly = TRUE)]
if (length(absent)) stop("packages to install first: ", paste(absent, collapse = ", "), call. = FALSE)
suppressMessages(library(survey))
options(survey.lonely.psu = "{lonely}")

answers <- read.csv("answers.csv", colClasses = c({classes}), check.names = FALSE)
margins <- read.csv("margins.csv", colClasses = c(wave = "character", category = "character"))
published <- read.csv("published.csv", colClasses = c(wave = "character"))
for (name in grep("^margin_", names(answers), value = TRUE)) answers[[name]] <- factor(answers[[name]])

totals <- function(name, wave) {{
  these <- margins[margins$margin == name & margins$wave == wave, ]
  setNames(data.frame(these$category, these$total), c(name, "Freq"))
}}
designs <- sapply(unique(answers$wave), simplify = FALSE, function(wave) {{
  rows <- droplevels(answers[answers$wave == wave, ])
  design <- svydesign({design})
{steps}
  design
}})

# a share or mean of persons is a ratio of totals of visits, each counted for its part of a person
level <- function(wave, column, share) {{
  design <- designs[[wave]]
  design$variables$x <- design$variables[[share]]
  y <- design$variables[[column]]
  design$variables$inside <- !is.na(y)
  design$variables$y <- ifelse(is.na(y), 0, y) * design$variables$x
  ratio <- svyratio(~y, ~x, subset(design, inside))
  c(estimate_r = unname(coef(ratio)), se_r = as.vector(SE(ratio)))
}}
found <- cbind(published, t(mapply(level, published$wave, published$column, published$share)))
row.names(found) <- NULL
# published numbers are rounded: half of the last digit told, of errors half of their second digit
digit <- function(se) ifelse(is.na(se) | se == 0, 0, 10^(floor(log10(abs(se))) - 1))
found$same <- abs(found$estimate_r - found$estimate) <= found$step * 0.5 + 1e-9 &
  (is.na(found$se) | abs(found$se_r - found$se) <= digit(found$se) * 0.5 + 1e-9)
print(found[c("result_id", "estimate", "estimate_r", "se", "se_r", "same")], digits = 4)
write.csv(found, "in-r.csv", row.names = FALSE)
cat(sum(found$same), "of", nrow(found), "levels are the same\\n")
if (!all(found$same)) quit(status = 1)
"""
