"""Variance of linearised estimates under a multistage design with calibrated weights.

Every estimate is reduced to scores: an (n, k) matrix whose column sums are linear in the sample (weight times
influence). The design variance of those sums is, stage by stage, the variance between sampling units within
strata, weighted by the sampling fractions of the stages before (Särndal, Swensson and Wretman 1992, result
4.3.1; Bellhouse 1985). Each stage is held as a quadratic form, so that a thousand domains cost what one costs.

Stacked waves (`waves=`): each wave is a sample of the same list with its own n and N in every stratum. Units
common to two waves A and B carry the covariance

    (n_AB - n_A n_B / max(N_A, N_B)) / n_AB * sum over common units of d_A d_B',

with d the deviation from the wave's stratum mean times sqrt(n / (n - 1)): the estimator of Tam (1984, The
American Statistician 38, 288) and Qualité and Tillé (2008, Survey Methodology 34, 173) given the overlap n_AB,
bounded so that each unit's 2 x 2 block stays positive semi-definite. Without a correction the factor is 1;
with full overlap the form is the ordinary one for a single sample. Strata without a common unit add nothing:
right for waves drawn independently, while the negative covariance of samples kept apart on purpose cannot be
estimated (a change between them is then given too short an interval when sampling fractions are large).
Later stages are drawn anew in every wave and add to variances only.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from scipy import sparse

from pipeline.survey.lonely import Lonely, treated
from pipeline.survey.steps import Projection
from pipeline.survey.structure import Floats, Ints, Stage, grouped

Scores: TypeAlias = Floats | sparse.csr_array


@dataclass(frozen=True)
class Form:
    """Quadratic form of one stage over unit totals T (U, k): V = T'AT - 2 T'A P R + R'P'AP R, with R = E'T.

    units : (U, n) sums rows to units.   strata : (H, U) sums units to strata.
    a : (U, U) sparse.   diagonal : (U,) of a, when a has nothing else.
    mean : (H,) 1 / n in centred strata, 0 in strata left uncentred.
    """

    units: sparse.csr_array
    strata: sparse.csr_array
    a: sparse.csr_array
    diagonal: Floats | None
    mean: Floats
    lonely: Lonely

    @functools.cached_property
    def stratum(self) -> Ints:
        """Return the stratum (U,) of each unit."""
        return self.strata.tocsc().indices

    @functools.cached_property
    def unit(self) -> Ints:
        """Return the unit (n,) of each row."""
        return self.units.tocsc().indices.astype(np.int64)

    def totals(self, scores: sparse.csr_array) -> Floats:
        """Return dense unit totals (U, k) of sparse scores (n, k)."""
        (units, rows), k = self.units.shape, scores.shape[1]
        row = np.repeat(np.arange(rows), np.diff(scores.indptr))
        return grouped(self.unit[row] * k + scores.indices, scores.data, units * k).reshape(units, k)

    def centred(self, totals: Floats) -> Floats:
        """Return dense unit totals (U, k) less their stratum means."""
        return totals - ((self.strata @ totals) * self.mean[:, None])[self.stratum]

    def image(self, totals: Floats) -> Floats:
        """Return M T (U, k) for dense T, M the symmetric matrix of the form."""
        inner = self.a @ self.centred(totals)
        return inner - ((self.strata @ inner) * self.mean[:, None])[self.stratum]

    def quadratic(self, totals: sparse.csr_array) -> Floats:
        """Return the diagonal of T' M T (k,) for sparse T, without filling T in."""
        sums = self.strata @ totals
        if self.diagonal is not None:
            # one weight a stratum: the three terms are two sums of squares
            inner, size = self.lonely.inner, self.lonely.size
            between = inner * self.mean * (2 - self.mean * size)
            return _squares(totals, self.diagonal) - _squares(sums, between)
        inner_totals = self.a @ totals
        scaled = sparse.diags_array(self.mean) @ sums
        crossed = self.strata @ self.a @ self.strata.T
        last = sums.multiply(sparse.diags_array(self.mean) @ (crossed @ scaled))
        first, second = totals.multiply(inner_totals), scaled.multiply(self.strata @ inner_totals)
        return _column_sums(first) - 2 * _column_sums(second) + _column_sums(last)


def _squares(matrix: sparse.csr_array, weight: Floats) -> Floats:
    """Column sums (k,) of weight (rows,) times squared entries."""
    matrix = sparse.csr_array(matrix)
    by_entry = np.repeat(weight, np.diff(matrix.indptr))
    return grouped(matrix.indices, by_entry * matrix.data * matrix.data, matrix.shape[1])


def _column_sums(matrix: sparse.sparray) -> Floats:
    m = sparse.csr_array(matrix)
    return grouped(m.indices, m.data, m.shape[1])


@dataclass(frozen=True)
class Variance:
    """All stages of a design and the residual operator of its weighting steps."""

    forms: tuple[Form, ...]
    projection: Projection | None
    loadings: tuple[Floats, ...]
    images: tuple[Floats, ...]
    grams: tuple[Floats, ...]

    @property
    def needs_presence(self) -> bool:
        """Whether a domain's variance depends on the strata and units it reaches."""
        return self.projection is None and any(form.lonely.needs_presence for form in self.forms)


def variance_of(
    stages: tuple[Stage, ...], projection: Projection | None, lonely: str, lonely_domains: bool = False
) -> Variance:
    """Prepare the quadratic forms of a design once; `lonely` is one of `lonely.RULES`."""
    used = [stage for i, stage in enumerate(stages) if i == 0 or (stage.prior > 0).any()]
    forms = tuple(_form(stage, lonely, lonely_domains, first=i == 0) for i, stage in enumerate(used))
    if projection is None:
        return Variance(forms, None, (), (), ())
    loadings = tuple((form.units @ projection.loadings).toarray() for form in forms)
    images = tuple(form.image(t) for form, t in zip(forms, loadings, strict=True))
    grams = tuple(t.T @ m for t, m in zip(loadings, images, strict=True))
    return Variance(forms, projection, loadings, images, grams)


def variances(
    variance: Variance,
    scores: Scores,
    combine: sparse.sparray | None = None,
    presence: sparse.csr_array | None = None,
) -> Floats:
    """Return the variances (m,) of the column sums of scores (n, k), or of scores @ combine (k, m).

    presence : (n, m), rows of the domain of each estimate, for rules on lone units that depend on it; None
        takes every unit as reached.
    """
    if not sparse.issparse(scores):
        scores = sparse.csr_array(scores)
    b = _combined_coefficients(variance, scores, combine)
    total = np.zeros(combine.shape[1] if combine is not None else scores.shape[1])
    for i, form in enumerate(variance.forms):
        totals = _unit_totals(form, scores, combine)
        v = form.quadratic(totals)
        if b is not None:
            raw = np.abs(v)
            v = v - 2 * np.einsum("kj,kj->j", variance.images[i].T @ totals, b)
            v = v + np.einsum("kj,kj->j", variance.grams[i] @ b, b)
            # where calibration explains nearly everything the difference above cancels: do it unit by unit
            close = np.flatnonzero(v < 1e-5 * raw)
            if len(close):
                exact = form.centred(totals[:, close].toarray() - variance.loadings[i] @ b[:, close])
                v[close] = np.einsum("uj,uj->j", exact, form.a @ exact)
        if b is None and presence is not None and form.lonely.needs_presence:
            v = form.lonely.in_domains(v, form.strata @ totals, _units_reached(form, presence))
        else:
            v = form.lonely.overall(v)
        total += v
    return np.maximum(total, 0.0)


def variances_beside(
    variance: Variance, scores: Scores, combine: sparse.csr_array, whole: sparse.csr_array, gradient: Floats
) -> Floats:
    """Return the variances (m,) of the column sums of scores @ combine + whole @ gradient.

    Parameters
    ----------
    scores : (n, k), combined (k, m) so that each estimate is of few units.   whole : (n, w) of all units, by the
    dense gradient (w, m): what they share with the former is summed once, and never spread over the estimates.
    """
    b = _combined_coefficients(variance, scores, combine)
    residual = None if variance.projection is None else variance.projection.coefficients(whole)
    total = np.zeros(combine.shape[1])
    for i, form in enumerate(variance.forms):
        totals, of_whole = _unit_totals(form, scores, combine), (form.units @ whole).toarray()
        if residual is not None:
            of_whole = of_whole - variance.loadings[i] @ residual
        image = form.image(of_whole)
        shared = totals.T @ image
        v = form.quadratic(totals)
        if b is not None:
            shared = shared - b.T @ (variance.loadings[i].T @ image)
            v = v - 2 * np.einsum("kj,kj->j", variance.images[i].T @ totals, b)
            v = v + np.einsum("kj,kj->j", variance.grams[i] @ b, b)
        around = np.einsum("wj,wj->j", (of_whole.T @ image) @ gradient, gradient)
        raw = np.abs(v) + around
        v = v + around + 2 * np.einsum("jw,wj->j", shared, gradient)
        # where the two cancel nearly: unit by unit
        close = np.flatnonzero(v < 1e-5 * raw)
        if len(close):
            exact = totals[:, close].toarray() + of_whole @ gradient[:, close]
            exact = form.centred(exact if b is None else exact - variance.loadings[i] @ b[:, close])
            v[close] = np.einsum("uj,uj->j", exact, form.a @ exact)
        total += form.lonely.overall(v)
    return np.maximum(total, 0.0)


def covariance(variance: Variance, scores: Scores, combine: sparse.sparray | None = None) -> Floats:
    """Return the covariance matrix (m, m) of the column sums of scores, or of scores @ combine."""
    b = _combined_coefficients(variance, scores, combine)
    m = combine.shape[1] if combine is not None else scores.shape[1]
    total = np.zeros((m, m))
    for i, form in enumerate(variance.forms):
        if combine is None and sparse.issparse(scores):
            totals = form.totals(scores)
        else:
            totals = _unit_totals(form, scores, combine)
            totals = totals.toarray() if sparse.issparse(totals) else np.asarray(totals)
        if b is not None:
            totals = totals - variance.loadings[i] @ b
        centred = form.centred(totals)
        total += form.lonely.overall(centred.T @ (form.a @ centred))
    return (total + total.T) / 2


def residual_scores(variance: Variance, scores: Floats) -> Floats:
    """Return dense scores (n, k) after every calibration step."""
    if variance.projection is None:
        return scores
    return scores - variance.projection.loadings @ variance.projection.coefficients(scores)


def _combined_coefficients(variance: Variance, scores: Scores, combine: sparse.sparray | None) -> Floats | None:
    if variance.projection is None:
        return None
    b = variance.projection.coefficients(scores)
    return b if combine is None else np.asarray(b @ combine)


def _unit_totals(form: Form, scores: Scores, combine: sparse.sparray | None) -> Any:
    totals = form.units @ scores
    return totals if combine is None else totals @ combine


def _units_reached(form: Form, presence: sparse.csr_array) -> sparse.csr_array:
    reached = sparse.csr_array(form.units @ presence)
    reached.eliminate_zeros()
    reached.data[:] = 1.0
    return sparse.csr_array(form.strata @ reached)


def _form(stage: Stage, lonely: str, domains: bool, first: bool) -> Form:
    n_units, n_strata = len(stage.unit_stratum), len(stage.size)
    factor = stage.prior * (1 - stage.fraction)
    factor[np.abs(1 - stage.fraction) < 1e-7] = 0.0
    scale = np.sqrt(stage.size / np.maximum(stage.size - 1, 1))
    mean = 1.0 / stage.size
    factor, mean, lone = treated(stage, lonely, domains, factor, mean, first)
    units = indicator(stage.unit, n_units)
    strata = indicator(stage.unit_stratum, n_strata)
    h = stage.unit_stratum
    diagonal = factor[h] * scale[h] ** 2
    cross = _common_units(stage, factor, scale) if len(np.unique(stage.wave)) > 1 and first else None
    a = sparse.csr_array(sparse.diags_array(diagonal))
    if cross is None:
        return Form(units, strata, a, diagonal, mean, lone)
    return Form(units, strata, sparse.csr_array(a + cross), None, mean, lone)


def indicator(codes: Ints, groups: int | None = None) -> sparse.csr_array:
    """Return the (groups, n) sparse matrix that sums rows to groups."""
    groups = int(codes.max(initial=-1)) + 1 if groups is None else groups
    n = len(codes)
    by_row = sparse.csr_array((np.ones(n), codes, np.arange(n + 1)), shape=(n, groups))
    return sparse.csr_array(by_row.T)


def _common_units(stage: Stage, factor: Floats, scale: Floats) -> sparse.csr_array | None:
    """Off-diagonal part of the form: units that two waves have in common."""
    order = np.argsort(stage.shared, kind="stable")
    runs = np.split(order, np.flatnonzero(np.diff(stage.shared[order])) + 1)
    left, right = [], []
    for span in range(2, int(stage.wave.max()) + 2):
        members = np.array([run for run in runs if len(run) == span], dtype=np.int64).reshape(-1, span)
        for i in range(span):
            for j in range(i + 1, span):
                left.append(members[:, i])
                right.append(members[:, j])
    one, other = np.concatenate(left), np.concatenate(right)
    if len(one) == 0:
        return None
    hi, hj = stage.unit_stratum[one], stage.unit_stratum[other]
    key, inverse = np.unique(hi * len(stage.size) + hj, return_inverse=True)
    overlap = np.bincount(inverse, minlength=len(key))[inverse]
    expected = stage.size[hi] * stage.size[hj] / np.maximum(stage.population[hi], stage.population[hj])
    bound = np.sqrt(factor[hi] * factor[hj])
    g = np.clip(1 - expected / overlap, -bound, bound) * scale[hi] * scale[hj]
    n = len(stage.unit_stratum)
    # each common unit links two of the wave's units, both ways
    return sparse.csr_array((np.r_[g, g], (np.r_[one, other], np.r_[other, one])), shape=(n, n))
