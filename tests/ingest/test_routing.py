"""Bases come from the routing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.ingest.readers.received import Received
from pipeline.ingest.recode import STATUSES, Recoded, recode
from pipeline.ingest.routing import route
from pipeline.instrument import Instrument

from .conftest import codes, question


def routed(
    questions: list[dict[str, Any]], columns: dict[str, list[Any]], wave: str | None = None
) -> dict[str, Recoded]:
    instrument = Instrument.model_validate({"name": "i", "title": {"fr": "i"}, "questions": questions})
    table = pd.DataFrame(columns)
    received = Received("f.csv", list(table), table, np.arange(2, len(table) + 2))
    return route(instrument, wave, recode(instrument, wave, received, ","))


def statuses(r: Recoded) -> list[str]:
    return [STATUSES[s] for s in r.status]


FILTER = question("pc", "single", codes=codes("yes", "no"), missing={"nsp": "dont_know"})
NEXT = question("net", "single", codes=codes("yes", "no"), asked_if=[{"question": "pc", "codes": ["yes"]}])


def test_the_base_holds_those_who_are_known_to_have_been_asked() -> None:
    r = routed([FILTER, NEXT], {"pc": ["yes", "yes", "no", "", "nsp"], "net": ["yes", "", "", "", ""]})
    assert statuses(r["net"]) == ["answered", "no_answer", "routed", "routed", "routed"]


def test_an_answer_counts_where_the_filter_was_left_blank() -> None:
    r = routed([FILTER, NEXT], {"pc": ["", "yes"], "net": ["yes", "no"]})["net"]
    assert statuses(r) == ["answered", "answered"]
    assert r.past is None


def test_an_answer_past_the_routing_is_blanked_and_kept_for_the_rules() -> None:
    r = routed([NEXT, FILTER], {"pc": ["no", "yes"], "net": ["yes", "no"]})["net"]
    assert statuses(r) == ["routed", "answered"]
    assert r.clean["net"].fillna("-").tolist() == ["-", "no"]
    assert r.past is not None
    assert r.past.astype("str").fillna("-").tolist() == ["yes", "-"]


def test_who_was_routed_past_a_filter_is_routed_past_what_follows() -> None:
    third = question("speed", "number", asked_if=[{"question": "net", "codes": ["yes"]}])
    r = routed([FILTER, NEXT, third], {"pc": ["no", "yes", "yes"], "net": ["", "yes", "no"], "speed": ["", "2", ""]})
    assert statuses(r["speed"]) == ["routed", "answered", "routed"]


def test_one_failing_condition_is_enough_and_unknown_ones_do_not_save() -> None:
    both = [{"question": "pc", "codes": ["yes"]}, {"question": "age", "minimum": 18}]
    asked = [FILTER, question("age", "number"), question("q", "number", asked_if=both)]
    columns = {"pc": ["yes", "yes", "", ""], "age": ["17", "18", "12", "40"], "q": [""] * 4}
    assert statuses(routed(asked, columns)["q"]) == ["routed", "no_answer", "routed", "routed"]


def test_a_wave_may_have_its_own_routing() -> None:
    q = question("q", "number", waves={"2008": {"asked_if": [{"question": "age", "minimum": 18}]}})
    columns = {"age": ["15", "20"], "q": ["", ""]}
    assert statuses(routed([question("age", "number"), q], columns, "2008")["q"]) == ["routed", "no_answer"]
    assert statuses(routed([question("age", "number"), q], columns, "2010")["q"]) == ["no_answer", "no_answer"]


def test_a_ticked_box_can_be_the_filter() -> None:
    w = question("w", "multiple", items=[{"name": n, "label": {"fr": n}} for n in "ab"])
    q = question("q", "number", asked_if=[{"question": "w", "codes": ["b"]}])
    r = routed([w, q], {"w_a": ["1", "0"], "w_b": ["0", "1"], "q": ["", ""]})
    assert statuses(r["q"]) == ["routed", "no_answer"]


def test_a_filter_not_asked_in_the_wave_routes_nobody() -> None:
    asked = [FILTER | {"waves": {"2003": {"asked": False}}}, NEXT]
    assert statuses(routed(asked, {"net": ["yes", ""]}, "2003")["net"]) == ["answered", "no_answer"]


def test_questions_that_route_each_other_are_refused() -> None:
    a = question("a", "number", asked_if=[{"question": "b", "minimum": 1}])
    b = question("b", "number", asked_if=[{"question": "a", "minimum": 1}])
    with pytest.raises(ValueError, match="a -> b -> a"):
        routed([a, b], {"a": ["1"], "b": ["1"]})
