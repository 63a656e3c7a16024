"""What became of published numbers is told with what the numbers themselves say of why."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.protect import ledger
from pipeline.protect.revisions import changes_of, printed_in, printing_of


def line(quantity: str, editions: str = "2006", **told: object) -> dict[str, object]:
    """Return a line of a ledger: a share of 0.4 of a hundred people unless told otherwise."""
    shown = {"estimate": 0.4, "step": 0.01, "lower": 0.3, "upper": 0.5, "n": 100.0}
    texts = {"unit": "share", "boundaries": "2023", "quality": "publish", "reason": ""}
    row = {**dict.fromkeys(ledger.PRINTED, np.nan), **shown, **texts, **told}
    return {"quantity": quantity, "editions": editions, **row}


def test_a_change_tells_that_boundaries_or_counts_are_others() -> None:
    before = pd.DataFrame([line("map"), line("more"), line("spaces", contributors=5.0), line("as before")])
    after = pd.DataFrame(
        [
            line("map", estimate=0.45, boundaries="2024"),
            line("more", estimate=0.45, n=101.0),
            line("spaces", estimate=0.45, contributors=6.0),
            line("as before", estimate=0.45),
        ]
    )
    moved = changes_of(before, after).set_index("quantity")["moved"]
    assert moved.to_dict() == {"map": "boundaries", "more": "data", "spaces": "data", "as before": ""}


def test_a_number_that_is_hidden_on_either_side_tells_of_no_count() -> None:
    hidden = line("a", quality="suppress", estimate=np.nan, n=np.nan)
    assert changes_of(pd.DataFrame([line("a")]), pd.DataFrame([hidden]))["moved"].tolist() == [""]


def test_a_number_counted_from_other_answers_of_its_questions_tells_of_its_definition() -> None:
    place = "[users;users;person;region=53;wave=2006;]"
    gap = "difference(share{{q={}|q=*}}[a];share{{q={}|q=*}}[b])"
    before = [
        f"share{{q=4,5|q=*}}{place}",
        f"share{{r=1|r=*}}{place}",
        gap.format("4,5", "4,5"),
        f"share{{s=1|s=*}}{place}",
    ]
    after = [
        f"share{{q=5|q=*}}{place}",
        f"share{{r=1|r=*&age=2}}{place}",
        gap.format("5", "5"),
        f"share{{t=1|t=*}}{place}",
    ]
    # answers of a question, each a number of its own: nobody knows whether the one that came is the one that went
    each = [f"share{{v={code}|v=*}}{place}" for code in (1, 2, 3)]
    changes = changes_of(
        pd.DataFrame([line(q) for q in (*before, *each[:2])]), pd.DataFrame([line(q) for q in (*after, *each[1:])])
    )
    gone = changes[changes["fate"] == "no longer there"].set_index("quantity")["moved"]
    assert gone[gone == "definition"].index.tolist() == [before[2], before[0]]
    assert set(gone.index) == {*before, each[0]}
    assert (changes.loc[changes["fate"] == "new", "moved"] == "").all()


def test_the_last_printing_of_an_edition_is_the_corrected_one() -> None:
    held = pd.DataFrame([line("a", "2005 2006"), line("a", "2006-2", estimate=0.41), line("b", "2006 2006-2")])
    assert printing_of(held, 2006) == "2006-2"
    assert printing_of(held, 2005) == "2005"
    assert printing_of(held, 2004) == ""
    assert printed_in(held, "2006")["estimate"].tolist() == [0.4, 0.4]
    assert printed_in(held, "2006-2")["estimate"].tolist() == [0.41, 0.4]
