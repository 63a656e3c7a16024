"""A ledger says what was printed and what was hidden, never a hidden value, and only as it was published."""

from __future__ import annotations

import pytest

from pipeline.errors import ProtectError
from pipeline.protect import Publication, ledger, protect, protect_folder
from pipeline.results import LEDGER, frame, write
from tests.protect.conftest import share, visits

ROWS = [share({"sat": a}, 100, c) for a, c in {1: 40, 2: 53, 3: 7}.items()]


@pytest.fixture
def published():
    table, _ = protect(frame([*ROWS, visits(600, 20)]))
    return table


def test_a_hidden_quantity_is_named_with_its_one_reason_and_without_any_number(published):
    lines = ledger.ledger_of(published, "2003")
    hidden = lines[lines["quality"] == "suppress"]
    assert set(hidden["reason"]) == {"c"}
    assert set(hidden["quantity"]) == set(published.loc[published["quality"] == "suppress", "quantity"])
    assert hidden[list(ledger.PRINTED)].drop(columns="level").isna().all(axis=None)


def test_a_shown_quantity_stands_as_it_was_printed(published):
    shown = ledger.ledger_of(published, "2003").set_index("quantity")["estimate"].dropna()
    told = published[published["quality"] != "suppress"].set_index("quantity")["estimate"]
    assert shown.to_dict() == told.to_dict()


def test_what_is_read_is_what_was_written(published, tmp_path):
    lines = ledger.ledger_of(published, "2003")
    ledger.write(lines, tmp_path / "a.csv")
    again = ledger.read([tmp_path / "a.csv"])
    ledger.write(again, tmp_path / "b.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_a_ledger_holds_those_before_it_a_line_where_both_printed_the_same(published):
    first = ledger.ledger_of(published, "2003")
    second = ledger.ledger_of(published, "2006", first)
    assert len(second) == len(first)
    assert set(second["editions"]) == {"2003 2006"}
    other, _ = protect(frame([*ROWS, visits(700, 24)]))
    moved = ledger.ledger_of(other, "2006", first)
    assert len(moved) == len(first) + 1


def test_a_corrected_edition_stands_beside_what_it_printed_first(published):
    first = ledger.ledger_of(published, "2006")
    other, _ = protect(frame([*ROWS, visits(700, 24)]))
    second = ledger.ledger_of(other, "2006-2", first)
    assert len(second) == len(first) + 1
    assert set(second["editions"]) == {"2006 2006-2", "2006", "2006-2"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.replace("0.4", "0.5", 1), "not as it was published"),
        (lambda t: t.partition("\n")[2], "no ledger of an edition"),
        (lambda t: "", "no ledger of an edition"),
    ],
)
def test_a_ledger_that_was_changed_is_refused_with_its_remedy(published, tmp_path, change, words):
    path = tmp_path / "2003.csv"
    ledger.write(ledger.ledger_of(published, "2003"), path)
    path.write_text(change(path.read_text()))
    with pytest.raises(ProtectError, match=words) as fault:
        ledger.read([path])
    assert "2003.csv" in str(fault.value)
    assert "copy it from that site again" in str(fault.value)


def test_line_ends_of_another_system_change_nothing(published, tmp_path):
    path = tmp_path / "2003.csv"
    ledger.write(ledger.ledger_of(published, "2003"), path)
    before = ledger.read([path])
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert before.equals(ledger.read([path]))


def test_the_stage_writes_the_ledger_of_its_edition(tmp_path):
    (tmp_path / "analyse").mkdir()
    write(frame(ROWS), tmp_path / "analyse" / "results.parquet")
    protect_folder(tmp_path / "analyse", tmp_path / "protect", publication=Publication("2003"))
    again = Publication("2006", [tmp_path / "protect" / LEDGER])
    protect_folder(tmp_path / "analyse", tmp_path / "again", publication=again)
    assert set(ledger.read([tmp_path / "again" / LEDGER])["editions"]) == {"2003 2006"}


def test_each_edition_keeps_the_interval_that_it_printed_beside_the_same_estimate(published):
    first = ledger.ledger_of(published, "2006")
    wider = published.assign(lower=published["lower"] - 0.01)
    both = ledger.ledger_of(wider, "2006-2", first)
    limits = both.dropna(subset="lower").groupby("editions")["lower"].sum()
    count = first["lower"].notna().sum()
    assert count > 0
    assert set(limits.index) == {"2006", "2006-2"}
    assert limits["2006"] - limits["2006-2"] == pytest.approx(0.01 * count)
