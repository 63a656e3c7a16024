"""Amounts of what is recorded: what shorter periods and categories leave of a whole is a cell of its own."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd

from pipeline.protect import protect
from pipeline.questions.quantities import counted
from pipeline.results import Result, frame
from pipeline.results.quantity import ANSWERED, VALUE, Codes


def told(value: float, persons: float, period: str, among: Codes | None = None, indicator: str = "records") -> Result:
    cut = {k: v[0] for k, v in (among or {}).items() if v != ANSWERED and "." not in k}
    row = Result(
        "loans", indicator, "count", "events", "region", "53", "count", "census", value, period=period, n=value,
        contributors=persons, largest_share=0.05, source="loans", domain=cut,
    )  # fmt: skip
    return dataclasses.replace(row, quantity=counted(row, "total", {"records": VALUE}, among))


def shown(*rows: Result) -> pd.Series:
    out, _ = protect(frame(rows))
    return out.set_index("result_id")["quality"].eq("publish")


def key(period: str, indicator: str = "records", more: str = "") -> str:
    return f"loans.{indicator}.count/events/period={period}/region=53{more}"


def test_the_month_that_a_year_and_its_other_months_would_give_is_not_alone_hidden() -> None:
    months = [told(30, 20, f"2005-{m:02d}", indicator="by_period") for m in range(1, 12)]
    few = told(6, 5, "2005-12", indicator="by_period")
    fates = shown(told(336, 60, "2005"), *months, few)
    assert fates[key("2005")]
    assert not fates[key("2005-12", "by_period")]
    assert (~fates[[key(f"2005-{m:02d}", "by_period") for m in range(1, 12)]]).sum() >= 1


def test_the_category_that_those_who_say_one_would_give_is_not_alone_hidden() -> None:
    def of(code: str, n: float, persons: float) -> Result:
        return told(n, persons, "2005", {"equipment": [code]}, "equipment")

    base = told(235, 55, "2005", {"equipment": ANSWERED}, "equipment")
    fates = shown(told(300, 60, "2005"), base, of("laptop", 130, 50), of("camera", 100, 40), of("robot", 5, 4))
    assert not fates[key("2005", "equipment", "/equipment=robot")]
    assert fates[[key("2005", "equipment", f"/equipment={c}") for c in ("laptop", "camera")]].sum() == 1


def test_a_theme_that_all_but_two_records_have_is_hidden_with_them() -> None:
    said: dict[str, Any] = {"theme": ANSWERED}
    base = told(100, 60, "2005", said, "theme")
    nearly = told(98, 59, "2005", {**said, "theme.web": [1]}, "web")
    assert not shown(base, nearly)[key("2005", "web")]
    many = told(60, 40, "2005", {**said, "theme.web": [1]}, "web")
    assert shown(base, many)[key("2005", "web")]
