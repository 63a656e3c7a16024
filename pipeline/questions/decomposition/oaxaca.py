"""Oaxaca-Blinder decomposition of the difference of a mean between two waves, with design-based errors.

Each wave has its own regression. Means of predictions under the coefficients of one wave and the public of the other
separate what the public explains from what the coefficients do; all parts are functions of these means, whose
influences (of the rows averaged over and of the coefficients) give their covariance under the whole design.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.survey import Design, smooth
from pipeline.survey.errors import UnsupportedError, VariableError
from pipeline.survey.glm import Glm
from pipeline.survey.smooth import Smooth

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
REFERENCES = ("first", "last", "average", "pooled")
FAMILIES = {"linear": "gaussian", "logit": "binomial"}


@dataclass(frozen=True)
class Oaxaca:
    """Parts of the difference of a mean, last wave less first.

    parts : values with their covariance, in the order of ``labels``.
    labels : (part, reference, term): total; composition and behaviour for each reference (twofold); endowments,
        coefficients and interaction (threefold, reference first); composition of each term, references first and last.
    n : rows of both waves.
    """

    parts: Smooth
    labels: tuple[tuple[str, str, str], ...]

    def place(self, part: str, reference: str = "", term: str = "") -> int:
        """Return the position of a part among ``parts``."""
        return self.labels.index((part, reference, term))


@dataclass(frozen=True)
class _Fits:
    """Regressions of the two waves on one set of columns, and the rows of both."""

    fits: tuple[Glm, Glm]
    rows: Ints
    x: tuple[Floats, Floats]
    share: tuple[Floats, Floats]
    where: tuple[Ints, Ints]


def oaxaca(
    design: Design,
    outcome: str,
    terms: Sequence[str],
    group: str,
    first: str,
    last: str,
    model: str = "linear",
    references: Sequence[str] = ("first", "last", "average"),
    level: float = 0.95,
) -> Oaxaca:
    """Decompose the difference of the mean of ``outcome`` between two groups.

    Parameters
    ----------
    terms : columns of the regressions.   group : column; ``first`` and ``last`` are two of its values.
    model : "linear" or "logit" (outcome 0 or 1).
    references : whose coefficients weigh the composition in the twofold split: those of the first or last group, the
        average of both splits (Reimers 1983), or of a regression pooled over both with the group among its terms
        (Jann 2008; linear only, since a pooled logit has no mean that both groups share).

    Notes
    -----
    Oaxaca (1973) and Blinder (1973); threefold as Winsborough and Dickinson (1971); for the logit, means of
    predictions as Bauer and Sinning (2008) and weights of single terms as Yun (2004, Economics Letters 82, 275).

    Raises
    ------
    UnsupportedError, VariableError and what `glm` raises
    """
    unknown = [r for r in references if r not in REFERENCES]
    if unknown or model not in FAMILIES:
        raise UnsupportedError(
            f"oaxaca: {unknown or model} is not known; references {REFERENCES}, model linear or logit"
        )
    if "pooled" in references and model == "logit":
        raise UnsupportedError("oaxaca: pooled coefficients are offered for the linear model only")
    fits = _fitted(design, outcome, terms, group, (first, last), model)
    means, influences = _means(fits)
    pooled = "pooled" in references
    if pooled:
        more, add = _pooled_means(design, outcome, terms, group, (first, last), fits)
        means, influences = np.concatenate([means, more]), np.hstack([influences, add])
    extra, columns = _single_terms(fits)
    places = _places(fits.fits[0])
    labels = _labels(references, list(places))

    def parts(values: Floats) -> Floats:
        head, tail = values[: len(means)], values[len(means) :]
        return np.concatenate([_split(head, references), _by_term(head, tail, places)])

    df = min(f.df for f in fits.fits)
    values, scores = np.concatenate([means, extra]), np.hstack([influences, columns])
    return Oaxaca(smooth.of_influences(design, fits.rows, values, scores, parts, level, df), labels)


def _labels(references: Sequence[str], terms: Sequence[str]) -> tuple[tuple[str, str, str], ...]:
    twofold = [(part, r, "") for r in references for part in ("composition", "behaviour")]
    threefold = [(part, "", "") for part in ("endowments", "coefficients", "interaction")]
    single = [("composition", r, t) for r in ("first", "last") for t in terms]
    return (("total", "", ""), *twofold, *threefold, *single)


def _split(means: Floats, references: Sequence[str]) -> Floats:
    """Return total, twofold parts and threefold parts from means of predictions (public, coefficients)."""
    aa, ab, ba, bb = means[:4]
    total = bb - aa
    composed = {"first": ba - aa, "last": bb - ab, "average": (ba - aa + bb - ab) / 2}
    if "pooled" in references:
        composed["pooled"] = means[5] - means[4]
    twofold = [v for r in references for v in (composed[r], total - composed[r])]
    return np.array([total, *twofold, ba - aa, ab - aa, bb - ba - ab + aa])


def _by_term(means: Floats, extra: Floats, places: dict[str, tuple[int, ...]]) -> Floats:
    """Share the composition out among terms in proportion to their move in the linear predictor (Yun 2004)."""
    aa, ab, ba, bb = means[:4]
    x_first, x_last, b_first, b_last = extra.reshape(4, -1)
    moved = x_last - x_first
    out = []
    for composed, beta in ((ba - aa, b_first), (bb - ab, b_last)):
        each = moved * beta
        total = each.sum()
        out += [composed * each[list(p)].sum() / total if total else 0.0 for p in places.values()]
    return np.array(out)


def _places(fit: Glm) -> dict[str, tuple[int, ...]]:
    return {term: places for term, places in fit.terms.items() if term != "Intercept"}


def _fitted(
    design: Design, outcome: str, terms: Sequence[str], group: str, waves: tuple[str, str], model: str
) -> _Fits:
    formula = f"{outcome} ~ {' + '.join(terms)}"
    known = design.frame[[outcome, *terms]].notna().all(axis=1)
    inside = [(known & (design.frame[group] == w)).to_numpy() for w in waves]
    if not all(i.any() for i in inside):
        raise VariableError(f"oaxaca: a wave of {waves} has no complete row for {formula}")
    fits = tuple(design.glm(formula, family=FAMILIES[model], where=i) for i in inside)
    if fits[0].matrix.columns != fits[1].matrix.columns:
        apart = sorted(set(fits[0].matrix.columns) ^ set(fits[1].matrix.columns))
        raise VariableError(f"oaxaca: categories differ between the waves: {', '.join(apart)}; merge them")
    rows = np.sort(np.concatenate([f.matrix.rows for f in fits]))
    where = tuple(np.searchsorted(rows, f.matrix.rows) for f in fits)
    share = tuple(f.weights / f.weights.sum() for f in fits)
    return _Fits(
        (fits[0], fits[1]), rows, (fits[0].matrix.x, fits[1].matrix.x), (share[0], share[1]), (where[0], where[1])
    )


def _means(fits: _Fits) -> tuple[Floats, Floats]:
    """Return the means (4,) of predictions of each public under each wave's coefficients, and influences (rows, 4)."""
    values, influences = [], []
    for public in (0, 1):
        x, share = fits.x[public], fits.share[public]
        for source in (0, 1):
            fit = fits.fits[source]
            predicted = fit.predictions(x, np.zeros(len(x)))[:, 0]
            mean = float(share @ predicted)
            column = np.zeros(len(fits.rows))
            column[fits.where[public]] = share * (predicted - mean)
            gradient = fit.average_gradient(x, np.zeros(len(x)), share)[0]
            column[fits.where[source]] += fit.influences @ gradient
            values.append(mean)
            influences.append(column)
    return np.array(values), np.column_stack(influences)


def _pooled_means(
    design: Design, outcome: str, terms: Sequence[str], group: str, waves: tuple[str, str], fits: _Fits
) -> tuple[Floats, Floats]:
    """Return the means (2,) of each public under pooled linear coefficients, and influences (rows, 2)."""
    inside = np.zeros(len(design.frame), dtype=bool)
    inside[fits.rows] = True
    fit = design.glm(f"{outcome} ~ {' + '.join(terms)} + {group}", where=inside)
    kept = [fit.matrix.columns.index(c) for c in fits.fits[0].matrix.columns]
    values, influences = [], []
    for public in (0, 1):
        x, share = fits.x[public], fits.share[public]
        predicted = x @ fit.estimate[kept]
        mean = float(share @ predicted)
        column = fit.influences[:, kept] @ (share @ x)
        column[fits.where[public]] += share * (predicted - mean)
        values.append(mean)
        influences.append(column)
    return np.array(values), np.column_stack(influences)


def _single_terms(fits: _Fits) -> tuple[Floats, Floats]:
    """Return mean columns and coefficients of both waves (4 p,), and their influences (rows, 4 p)."""
    means = [share @ x for x, share in zip(fits.x, fits.share, strict=True)]
    values = [*means, *(f.estimate for f in fits.fits)]
    blocks = []
    for x, share, mean, place in zip(fits.x, fits.share, means, fits.where, strict=True):
        block = np.zeros((len(fits.rows), x.shape[1]))
        block[place] = share[:, None] * (x - mean)
        blocks.append(block)
    for fit, place in zip(fits.fits, fits.where, strict=True):
        block = np.zeros((len(fits.rows), len(fit.estimate)))
        block[place] = fit.influences
        blocks.append(block)
    return np.concatenate(values), np.hstack(blocks)
