"""Demand from results to sentences: what is said is what the results let one say, in both languages."""

from dataclasses import replace

import pytest

from pipeline.questions import discover
from pipeline.results import statement
from pipeline.state import Asked, state
from pipeline.state.statements import Declared
from pipeline.wording import typography
from pipeline.wording.markdown import plain
from tests.questions.made_up import ROOT, UNIT, of_place, speaker, statements, table


def said(*names: str, lang: str = "fr", place: str = "region=53", **changes: object) -> str:
    made = table(**changes)  # type: ignore[arg-type]
    found = of_place(statements(made), place)
    text = speaker(made, lang).say([found[f"demand.{name}"] for name in names])
    return typography.apply(plain(text), lang).replace("\u00a0", " ").replace("\u202f", " ")


def test_a_level_and_its_change_make_one_breath() -> None:
    assert said("level", "change") == (
        "En 2006, près de la moitié des usagers (48 %, entre 45 % et 51 %) souhaitent au moins un service élaboré."
        " Cette part a augmenté de 9 points depuis 2003 (entre + 5 et + 13 points)."
    )
    assert said("level", "change", lang="en") == (
        "In 2006, nearly half of users (48%, between 45% and 51%) want at least one advanced service."
        " This share has risen by 9 points since 2003 (between +5 and +13 points)."
    )


def test_a_change_said_alone_names_its_subject() -> None:
    assert said("change").startswith("La part des usagers qui souhaitent au moins un service élaboré a augmenté")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (-9.0, "a diminué de 9 points"),
        (
            2.0,
            "au moins un service élaboré n'est décelée depuis 2003",
        ),
        (9.0, "a augmenté de 9"),
    ],
)
def test_what_is_said_of_a_change_follows_its_verdict(change: float, told: str) -> None:
    assert told in said("change", change=change)


def test_verb_agrees_with_the_words_that_say_a_share() -> None:
    assert "près d'un usager sur cinq (19 %, entre 13 % et 25 %) souhaite au moins" in said("level", place=UNIT)


def test_a_sheet_sets_its_place_against_the_whole() -> None:
    text = said("level", place=UNIT)
    assert text.startswith("En 2006, dans le pays d'Auray, ")
    assert text.endswith(", contre 48 % en Bretagne.")


def test_ages_are_told_by_what_is_detected_among_them() -> None:
    assert said("by_age") == (
        "Une hausse est décelée chez les 60 ans ou plus (+ 15 points) ;"
        " aucune évolution n'est décelée chez les 15-24 ans."
    )


def test_what_is_withheld_says_why_and_gives_no_number() -> None:
    text = said("level", "change", withheld=("share", "shift"))
    assert text.startswith("Sur la demande de services élaborés en 2006, les réponses sont trop peu nombreuses")
    assert not set("0123456789") & set(text.replace("2006", ""))


def test_a_unit_where_nobody_answered_has_too_few_answers() -> None:
    others = table().replace({"territory": {"01": "02"}})
    others["result_id"] = others["result_id"].str.replace("pays=01", "pays=02")
    found = of_place(statements(others, units=(UNIT, "pays=02")), UNIT)
    assert found["demand.level"].arguments["reason"] == ("reason", "ns")


def test_where_no_unit_has_answers_their_place_is_not_known() -> None:
    made = table()
    found = of_place(statements(made[made["territory"] != "01"]), UNIT)
    assert found["demand.level"].arguments["reason"] == ("reason", "nl")


def test_a_label_that_was_received_shows_its_signs_and_does_nothing() -> None:
    assert "« Écrire *[à tous]* » (+ 6 points)" in said("services")


def test_statements_come_back_from_their_file(tmp_path: object) -> None:
    made = statements(table())
    path = tmp_path / "statements.json"  # type: ignore[operator]
    statement.write(made, path)
    assert statement.read(path) == made


def test_every_statement_rests_on_results_that_exist() -> None:
    made = table()
    known = set(made["result_id"])
    for each in statements(made):
        assert set(each.result_ids) <= known
        assert not each.is_told or each.result_ids


def test_strength_is_that_of_the_evidence() -> None:
    found = of_place(statements(table()))
    assert (found["demand.change"].strength, found["demand.change"].size) == ("strong", 3.0)
    assert of_place(statements(table(change=2.0)))["demand.change"].strength == ""
    exploratory = table()
    exploratory["confirmatory"] = False
    assert of_place(statements(exploratory))["demand.change"].strength == "moderate"


def test_another_programme_speaks_its_own_words() -> None:
    made = table()
    nouns = {"person": {"one": "stagiaire", "many": "stagiaires", "gender": "f"}}
    text = speaker(made, "fr", nouns).say([of_place(statements(made), UNIT)["demand.level"]])
    assert "près d'une stagiaire sur cinq" in plain(text)


@pytest.mark.parametrize(("lang", "told"), [("fr", ("1,7", "2,0", "0,85")), ("en", ("1.7", "2.0", "0.85"))])
def test_the_design_effect_is_told_with_what_it_is_the_product_of(lang: str, told: tuple[str, ...]) -> None:
    text = said("design_effect", lang=lang)
    assert all(number in text for number in told)


@pytest.mark.parametrize(
    ("threshold", "told"),
    [
        (0.3, "C'est plus que le seuil de 30 % fixé d'avance."),
        (0.7, "C'est moins que le seuil de 70 % fixé d'avance."),
        (0.48, "Rien ne dit que"),
    ],
)
def test_a_threshold_without_a_text_of_its_own_is_said_behind_the_level(threshold: float, told: str) -> None:
    made = table()
    declared = {"demand.basic.share/users/wave=2006": Declared(threshold=threshold)}
    made.loc[made["indicator"] == "basic", ["estimate", "lower", "upper"]] = [0.48, 0.45, 0.51]
    asked = Asked("demand", "demand", "demand", discover(ROOT)["demand"].statements)
    basic = of_place(state(made, [asked], declared, "region=53"))["demand.basic"]
    speech = speaker(made)
    own = {k: v for k, v in speech.words.texts.items() if k != f"demand.basic.{basic.verdict}"}
    silent = replace(speech, words=replace(speech.words, texts=own))
    text = typography.apply(plain(silent.say([basic])), "fr").replace("\u00a0", " ").replace("\u202f", " ")
    assert text.startswith("Pour les services de base, près de la moitié des usagers (48 %")
    assert told in text
