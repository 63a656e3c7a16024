"""One quantity has one number, whatever analyses print it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline import results
from pipeline.errors import ResultsError
from pipeline.results import Result
from pipeline.results.agreement import check_quantities, disagreeing
from pipeline.results.quantity import NOTHING, Quantity, keys

SHARE = Quantity("share", "users", numerator=keys({"wants.email": [1]}), base=keys({"wants": ["yes"]}))
ROW = Result(
    "demand", "email", "share", "users", "region", "53", "share", "sample", 0.48, wave="2006", n=100, quantity=SHARE
)
AGAIN = replace(ROW, analysis="crossings")


def test_two_analyses_may_print_the_same_number() -> None:
    check_quantities(results.frame([ROW, AGAIN]))


@pytest.mark.parametrize("change", [{"estimate": 0.49}, {"n": 99.0}])
def test_two_numbers_of_one_quantity_are_refused(change) -> None:
    with pytest.raises(ResultsError, match="differ in estimate") as caught:
        check_quantities(results.frame([ROW, replace(AGAIN, **change)]))
    assert "crossings.email.share" in str(caught.value)


def test_sums_in_another_order_are_the_same_number() -> None:
    assert disagreeing(results.frame([ROW, replace(AGAIN, estimate=0.48 + 1e-12)])).empty


def test_a_number_without_quantity_is_refused_by_name() -> None:
    with pytest.raises(ResultsError, match="do not say what they count") as caught:
        check_quantities(results.frame([replace(ROW, quantity=None)]))
    assert "demand.email.share" in str(caught.value)


def test_diagnostics_may_differ() -> None:
    nothing = [replace(r, quantity=NOTHING, estimate=e) for r, e in ((ROW, 1.0), (AGAIN, 2.0))]
    check_quantities(results.frame(nothing))
