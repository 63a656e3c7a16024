"""Ties between actors: what cannot be a tie is set aside with its reason; actors become pseudonyms."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.errors import EvaluationError, IngestError
from pipeline.ingest import read_sources

from .conftest import Make, codes, question

ACTORS: list[dict[str, Any]] = [
    question("actor", "key", role="identifier", required=True, unique=True),
    question("type", "single", role="actor_type", codes=codes("facilitator", "school")),
    question("answered", "single", role="participated", codes=codes("yes", "no")),
]
TIES: list[dict[str, Any]] = [
    question("says", "key", role="identifier", required=True),
    question("named", "key", role="identifier", required=True),
    question("kind", "single", codes=codes("joint", "loan")),
]
LIST = "actor;type;answered\nA;facilitator;yes\nB;school;yes\nC;school;no\nD;facilitator;yes\n"
ENDS = {"actors": "actors", "sender": "says", "receiver": "named", "kind": "kind"}
FINE = "A;B;joint\nB;A;joint\nA;C;loan\nA;B;loan\nD;A;joint\nD;B;joint\n"


def network(make: Make, lines: str, actors: str = LIST, questions: Any = TIES, **more: Any) -> Any:
    """Return an evaluation whose first source is the ties, before the list that they are held against."""
    listed = ({"kind": "network", "files": {"2006": {"path": "actors.csv"}}}, ACTORS, actors)
    source = {"kind": "network", "files": {"2006": {"path": "ties.csv"}}, "ties": ENDS, **more}
    text = "says;named;kind\n" + lines
    return make(questions, text, source=source, more={"actors": listed}, file={})


def aside(read: Any) -> set[tuple[Any, ...]]:
    rows = read.failures[read.failures["source"] == "users"]
    return {tuple(r) for r in rows[["line", "column", "rule", "found", "severity"]].itertuples(index=False)}


def test_ties_that_cannot_be_are_set_aside_each_with_its_reason(make: Make) -> None:
    read = read_sources(network(make, FINE + "A;X;joint\nX;A;joint\nA;A;joint\nC;A;joint\nA;B;joint\n", checks=LENIENT))
    assert aside(read) == {
        (8, "named", "unknown_actor", "(not shown)", "set aside"),
        (9, "says", "unknown_actor", "(not shown)", "set aside"),
        (10, "named", "self_tie", "(not shown)", "set aside"),
        (11, "says", "tie_without_answer", "(not shown)", "set aside"),
        (12, "__key", "repeated_key", "same key as line 2", "set aside"),
    }
    assert len(read.clean["users"]) == 6
    account = read.account[(read.account["source"] == "users")].set_index("kind")["n"]
    assert account["received"] == account["accepted"] + account["set_aside"]


#: The few records of a test pass the shares above which a source blocks.
LENIENT = [{"rule": r, "threshold": 1} for r in ("unknown_actor", "self_tie", "tie_without_answer", "repeated_key")]


def test_two_kinds_of_tie_between_the_same_actors_are_two_records(make: Make) -> None:
    read = read_sources(network(make, FINE))
    assert not aside(read)
    assert len(read.clean["users"]) == 6


def test_both_ends_and_the_list_carry_the_same_pseudonym_and_no_name(make: Make) -> None:
    read = read_sources(network(make, FINE))
    ties, actors = read.clean["users"], read.clean["actors"]
    assert set(ties["says"]) | set(ties["named"]) == set(actors["actor"])
    assert not {"A", "B", "C", "D"} & set(actors["actor"])
    assert "says" not in read.quarantine["users"]


def test_an_actor_listed_twice_counts_once(make: Make) -> None:
    many = LIST + "".join(f"E{i};school;yes\n" for i in range(20)) + "A;school;no\n"
    read = read_sources(network(make, FINE, actors=many))
    assert len(read.clean["actors"]) == 24
    assert not aside(read)


def test_ends_that_would_be_kept_as_they_are_stop_the_reading(make: Make) -> None:
    open_ends = [{**q, "role": None} if q["name"] == "named" else q for q in TIES]
    with pytest.raises(IngestError, match="would be kept as it is"):
        read_sources(network(make, FINE, questions=open_ends))


def test_a_list_without_who_answered_stops_the_reading(make: Make) -> None:
    evaluation = network(make, FINE)
    path = evaluation.folder / "actors.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("participated", "outcome"), encoding="utf-8")
    with pytest.raises(IngestError, match="role: participated"):
        read_sources(make_again(evaluation))


def make_again(evaluation: Any) -> Any:
    from pipeline.evaluation import load

    return load(evaluation.name, evaluation.root)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"ties": {**ENDS, "actors": "nobody"}}, "is no list of actors"),
        ({"kind": "costs"}, "goes with kind network"),
    ],
)
def test_ties_are_declared_between_the_actors_of_a_list(make: Make, more: dict[str, Any], message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        network(make, FINE, **more)
