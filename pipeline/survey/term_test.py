"""Tests of several coefficients at once: Wald, and the working likelihood ratio of Rao and Scott."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from pipeline.survey.errors import UnsupportedError, VariableError, listed
from pipeline.survey.quadratic_form import tail
from pipeline.survey.structure import Floats, Ints


@dataclass(frozen=True)
class TermTest:
    """A test that the coefficients of some terms are zero.

    statistic : F (Wald chi-square over df) for "Wald"; the drop of the deviance for "LRT".
    df, ddf : coefficients tested and degrees of freedom of the design.   p_value : of a larger statistic.
    deltas : (df,) generalised design effects of the working likelihood, empty for "Wald".
    """

    method: str
    terms: tuple[str, ...]
    statistic: float
    df: int
    ddf: float
    p_value: float
    deltas: Floats


def canonical(term: str) -> str:
    """Return a term with the factors of an interaction in one order."""
    return ":".join(sorted(part.strip() for part in term.split(":")))


def tested_columns(terms: Sequence[str] | str, known: Mapping[str, tuple[int, ...]], columns: Sequence[str]) -> Ints:
    """Return the positions of the coefficients of terms (or of single coefficients by their names).

    Raises
    ------
    VariableError
    """
    asked = [terms] if isinstance(terms, str) else list(terms)
    if not asked:
        raise VariableError("term_test: name one term at least")
    by_name = {canonical(term): places for term, places in known.items()}
    by_name.update({name: (i,) for i, name in enumerate(columns) if canonical(name) not in by_name})
    unknown = [term for term in asked if term not in by_name and canonical(term) not in by_name]
    if unknown:
        raise VariableError(f"term_test: no term {listed(unknown)} in the model; it has {listed(known, 20)}")
    places = [i for term in asked for i in by_name.get(term, by_name.get(canonical(term), ()))]
    return np.array(sorted(set(places)), dtype=np.int64)


def wald(
    terms: Sequence[str] | str,
    places: Ints,
    estimate: Floats,
    covariance: Floats,
    ddf: float,
) -> TermTest:
    """Return the Wald test as R's `regTermTest`: chi-square over its degrees of freedom against F(k, ddf).

    Raises
    ------
    UnsupportedError
        When the covariance of the coefficients has a lower rank than their number.
    """
    v, b = covariance[np.ix_(places, places)], estimate[places]
    scale = np.sqrt(np.diag(v))
    if not (scale > 0).all() or np.linalg.matrix_rank(v / np.outer(scale, scale), hermitian=True) < len(b):
        raise UnsupportedError(
            f"term_test: the covariance of the {len(b)} coefficients has a lower rank; the design has too few units"
        )
    f = float(b @ np.linalg.solve(v, b)) / len(b)
    p = float(special.fdtrc(len(b), ddf, f)) if ddf > 0 else np.nan
    return TermTest("Wald", _names(terms), f, len(b), ddf, p, np.empty(0))


def likelihood_ratio(
    terms: Sequence[str] | str,
    places: Ints,
    drop: float,
    naive: Floats,
    covariance: Floats,
    ddf: float,
    approximation: str = "saddlepoint",
) -> TermTest:
    """Return the working likelihood ratio test (Lumley and Scott 2014, Int. Stat. Rev. 82, 1).

    drop : deviance of the model without the terms less that of the whole model, weights of mean 1.
    naive : covariance of the coefficients that the working likelihood would give.
    """
    v, v0 = covariance[np.ix_(places, places)], naive[np.ix_(places, places)]
    deltas = np.sort(np.linalg.eigvals(np.linalg.solve(v0, v)).real)[::-1]
    p = tail(drop, deltas, ddf, approximation)
    return TermTest("LRT", _names(terms), drop, len(places), ddf, p, deltas)


def _names(terms: Sequence[str] | str) -> tuple[str, ...]:
    return (terms,) if isinstance(terms, str) else tuple(terms)
