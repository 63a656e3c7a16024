"""Degrees of freedom for few clusters (Bell and McCaffrey 2002, Survey Methodology 28, 169).

A variance estimate from C clusters is a quadratic form in the residuals. Under the working model its mean and
variance are known, and matching them to a chi-square gives each coefficient its own degrees of freedom; they fall
well below the number of clusters when a few clusters hold most of what is known about a coefficient.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.survey.errors import UnsupportedError
from pipeline.survey.families import LINKS
from pipeline.survey.intervals import t_quantile
from pipeline.survey.sandwich import two_sided
from pipeline.survey.structure import Floats, Ints

if TYPE_CHECKING:
    from pipeline.survey.glm import Glm

CORRECTIONS = ("none", "CR2")


def table(fit: Glm, correction: str, level: float) -> pd.DataFrame:
    """Return term, estimate, se, df, t, p, lower, upper with Bell-McCaffrey degrees of freedom.

    Parameters
    ----------
    correction : "none" keeps the design's standard errors (between clusters within strata, n / (n - 1));
        "CR2" replaces them by bias-reduced linearisation, for designs without strata.

    The working model has independent rows with the variance of the family (the identity for gaussian).

    Raises
    ------
    UnsupportedError
        For calibrated weights, finite population corrections, several stages with corrections or waves, for which
        the quadratic form is another one; for CR2 with strata.
    """
    if correction not in CORRECTIONS:
        raise UnsupportedError(f"correction '{correction}' is not known; choose none or CR2")
    cluster, stratum = _clusters(fit)
    if correction == "CR2" and len(np.unique(stratum)) > 1:
        raise UnsupportedError("CR2 is defined here for designs without strata; use correction='none'")
    residual, x = _working(fit)
    weights = fit.weights
    bread = fit.bread
    half = _cr2(x, weights, bread, cluster) if correction == "CR2" else None
    se, df = np.empty(len(bread)), np.empty(len(bread))
    for j in range(len(bread)):
        vectors = weights * (x @ bread[:, j])
        if half is not None:
            vectors = _adjusted(vectors, half, cluster)
        se[j], df[j] = _moments(vectors, x, weights, bread, cluster, stratum, residual, correction)
    if correction == "none":
        se = fit.coefficients["se"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        t = fit.estimate / se
    margin = t_quantile(df, level) * se
    return pd.DataFrame(
        {
            "term": fit.coefficients["term"],
            "estimate": fit.estimate,
            "se": se,
            "df": df,
            "t": t,
            "p": [float(two_sided(v, d)) for v, d in zip(t, df, strict=True)],
            "lower": fit.estimate - margin,
            "upper": fit.estimate + margin,
        }
    )


def _clusters(fit: Glm) -> tuple[Ints, Ints]:
    """Cluster of each row and stratum of each cluster."""
    design = fit.design
    stage = design.stages[0]
    refused = {
        "calibrated weights": design.forms.projection is not None,
        "a finite population correction": np.isfinite(stage.population).any(),
        "an estimated theta": fit.theta_se is not None,
        "waves": len(np.unique(stage.wave)) > 1,
    }
    named = [name for name, found in refused.items() if found]
    if named:
        raise UnsupportedError(f"Bell-McCaffrey degrees of freedom are not defined here for {', '.join(named)}")
    units, cluster = np.unique(stage.unit[fit.matrix.rows], return_inverse=True)
    strata, stratum = np.unique(stage.unit_stratum[units], return_inverse=True)
    if (np.bincount(stratum) != stage.size[strata]).any():
        raise UnsupportedError("Bell-McCaffrey: the domain leaves out whole clusters; use the degrees of the design")
    return cluster.astype(np.int64), stratum.astype(np.int64)


def _working(fit: Glm) -> tuple[Floats, Floats]:
    """Residuals and design matrix, scaled so that the working model has unit variance."""
    slope = LINKS[fit.link].slope(fit.eta)
    deviation = np.sqrt(fit._family().variance(fit.mu))
    root = slope / deviation
    return (fit.y - fit.mu) / deviation, fit.matrix.x * root[:, None]


def _cr2(x: Floats, weights: Floats, bread: Floats, cluster: Ints) -> list[tuple[Ints, Floats]]:
    """Inverse square roots of each cluster's block of (I - H)(I - H)', the working variance of its residuals."""
    middle = bread @ ((x * (weights**2)[:, None]).T @ x) @ bread
    out = []
    for c in range(int(cluster.max()) + 1):
        rows = np.flatnonzero(cluster == c)
        xc, wc = x[rows], weights[rows]
        h = xc @ bread @ (xc * wc[:, None]).T
        block = np.eye(len(rows)) - h - h.T + xc @ middle @ xc.T
        values, vectors = np.linalg.eigh((block + block.T) / 2)
        power = np.where(values > 1e-10, np.maximum(values, 1e-10) ** -0.5, 0.0)
        out.append((rows, (vectors * power) @ vectors.T))
    return out


def _adjusted(vector: Floats, half: list[tuple[Ints, Floats]], cluster: Ints) -> Floats:
    out = np.empty(len(vector))
    for rows, matrix in half:
        out[rows] = matrix @ vector[rows]
    return out


def _moments(
    u: Floats, x: Floats, weights: Floats, bread: Floats, cluster: Ints, stratum: Ints, residual: Floats,
    correction: str,
) -> tuple[float, float]:  # fmt: skip
    """Standard error and degrees of freedom of one coefficient, u (n,) its weights on the residuals.

    With U (n, C) the weights of each cluster, less the stratum mean and scaled by n_h / (n_h - 1), the estimate is
    |U'e|^2 and its moments under the working model are those of Q = U'(I - H)(I - H)'U (C x C).
    """
    clusters = len(stratum)
    member = np.zeros((clusters, x.shape[1]))
    scaled_x, scaled_wx = u[:, None] * x, (u * weights)[:, None] * x
    np.add.at(member, cluster, scaled_x)
    weighted = np.zeros_like(member)
    np.add.at(weighted, cluster, scaled_wx)
    squares = np.diag(np.bincount(cluster, weights=u**2, minlength=clusters))
    crossed = member @ bread @ weighted.T
    middle = bread @ ((x * (weights**2)[:, None]).T @ x) @ bread
    q = squares - crossed - crossed.T + member @ middle @ member.T
    total = np.bincount(cluster, weights=u * residual, minlength=clusters)
    if correction == "none":
        size = np.bincount(stratum)
        centring = np.eye(clusters) - (stratum[:, None] == stratum[None, :]) / size[stratum][:, None]
        scale = np.sqrt(size / np.maximum(size - 1, 1))[stratum]
        contrast = scale[:, None] * centring
        q, total = contrast @ q @ contrast.T, contrast @ total
    return float(np.sqrt(total @ total)), float(np.trace(q) ** 2 / (q**2).sum())
