"""Documents become plain Markdown: statements said, conditions settled, and every fault told with the author's line."""

from pathlib import Path

import pytest

from pipeline.errors import PublishError
from pipeline.publish.documents.chapters import assemble
from pipeline.publish.documents.expansion import Expanded, expand
from tests.publish.documents.made_up import PLAN, shelf, write
from tests.questions.made_up import UNIT


def expanded(folder: Path, body: str, place: str = "region=53", **chapters: str) -> Expanded:
    return expand(assemble(write(folder, body, **chapters), PLAN[:1]), shelf(place=place))


def text(folder: Path, body: str, place: str = "region=53", **chapters: str) -> str:
    return "\n".join(expanded(folder, body, place, **chapters).lines).strip()


def test_statements_stand_where_the_author_put_them(tmp_path: Path) -> None:
    said = text(tmp_path, "Avant. {{< say demand.change >}} Après.")
    assert said.startswith("Avant. La part des usagers qui souhaitent")
    assert said.endswith("). Après.")


def test_a_chapter_stands_where_the_document_asks_for_it_and_names_its_own_entry(tmp_path: Path) -> None:
    said = text(tmp_path, "{{< chapters report >}}", report="## Demande\n\n{{< say .change >}}")
    assert said.startswith("## Demande\n\nLa part des usagers")


def test_nouns_of_the_vocabulary_stand_in_prose_and_attributes_stay(tmp_path: Path) -> None:
    said = text(tmp_path, "## Les {persons}, {person:du} {#sec-x}\n\nTexte.")
    assert said == "## Les usagers, de l'usager {#sec-x}\n\nTexte."


def test_a_condition_shows_what_rests_on_a_statement_that_is_said(tmp_path: Path) -> None:
    body = '::: {.when said="demand.change"}\nÉvolution.\n:::\n::: {.when said="demand.gap"}\nÉcart.\n:::'
    assert text(tmp_path, body) == "Évolution."
    assert text(tmp_path, body, place=UNIT) == "Écart."


def test_conditions_nest_and_other_divisions_stay(tmp_path: Path) -> None:
    inner = '::: {.callout-note}\n::: {.when said="demand.gap"}\nÉcart.\n:::\nNote.\n:::'
    body = f'::: {{.when said="demand.change"}}\n{inner}\n:::'
    assert text(tmp_path, body) == '::: {role="note"}\n::: {.callout-note}\nNote.\n:::\n:::'
    hidden = f'::: {{.when said="demand.gap"}}\n{inner}\n:::\nFin.'
    assert text(tmp_path, hidden) == "Fin."


def test_code_shows_shortcodes_as_they_are(tmp_path: Path) -> None:
    body = "On écrit `{{< say demand.change >}}`.\n\n```\n{{< say nothing.at_all >}}\n:::\n```"
    assert text(tmp_path, body) == body


def test_a_figure_says_its_message_then_what_it_measures(tmp_path: Path) -> None:
    said = text(tmp_path, "{{< show demand-by-age >}}")
    assert "![La demande de services élaborés a augmenté de 9" in said
    measured = "points depuis 2003. [Part des usagers selon l'âge]{.measured}](region-demand-by-age.svg)"
    assert measured in said.replace("\xa0", " ")


def test_a_figure_rests_on_the_results_of_its_title_too(tmp_path: Path) -> None:
    said = text(tmp_path, "{{< show demand-by-age >}}")
    ids = said.partition('data-result="')[2].partition('"')[0].split()
    assert ids == [
        "demand.elaborate.share/users/wave=2006/region=53",
        "demand.elaborate.shift/users/wave=2003..2006/region=53",
    ]


def test_what_could_not_be_drawn_leaves_no_hole(tmp_path: Path) -> None:
    assert text(tmp_path, "Avant.\n\n{{< show demand-map >}}\n\nAprès.").split() == ["Avant.", "Après."]


def test_facts_and_lists_come_from_the_evaluation(tmp_path: Path) -> None:
    assert text(tmp_path, "{{< fact spaces >}} espaces") == "381 espaces"
    assert text(tmp_path, "{{< list ranked max=5 >}}") == "- La part a augmenté."
    assert text(tmp_path, "{{< list ranked as=paragraph >}}") == "La part a augmenté."
    assert "augmenté" not in text(tmp_path, "{{< list ranked from=2 >}}")
    with pytest.raises(PublishError, match="not written as it should be"):
        text(tmp_path, "{{< list ranked max=all >}}")


def test_a_sheet_may_say_what_holds_of_the_whole(tmp_path: Path) -> None:
    assert "dans le pays d'Auray" in text(tmp_path, "{{< say demand.level >}}", place=UNIT)
    assert text(tmp_path, "{{< say demand.level of=whole >}}", place=UNIT).startswith("En 2006, près de la moitié")


def test_a_statement_of_a_question_that_is_not_planned_is_silent(tmp_path: Path) -> None:
    assert text(tmp_path, "Avant.{{< say label.effect >}}") == "Avant."


def test_the_trace_tells_what_is_said_and_what_it_rests_on(tmp_path: Path) -> None:
    told = expanded(tmp_path, "## Demande {#sec-demand}\n\n{{< say demand.change >}}").told
    assert [(t.section, t.kind, t.id, t.verdict) for t in told] == [
        ("sec-demand", "say", "demand.change@region=53", "rise")
    ]
    assert told[0].result_ids == ("demand.elaborate.shift/users/wave=2003..2006/region=53",)


def test_languages_have_equal_traces(tmp_path: Path) -> None:
    body = "## X {#sec-x}\n\n{{< say demand.level demand.change >}}\n\n{{< show demand-by-age >}}"
    traces = [expand(assemble(write(tmp_path / lang, body), PLAN[:1]), shelf(lang)).told for lang in ("fr", "en")]
    assert traces[0] == traces[1]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{{< say demand.chnage >}}", "no such statement"),
        ("{{< show demand-carte >}}", "no such figure"),
        ("{{< fact spaecs >}}", "does not declare"),
        ("{{< list all >}}", "no such list"),
        ("{{< sya demand.change >}}", "no such shortcode"),
        ("{{< say >}}", "not written as it should be"),
        ("{{< say demand.change with=x >}}", "not written as it should be"),
        ("Avant {{< show demand-by-age >}}", "stands alone"),
        ("Les {persnos}", "vocabulary lacks"),
        (":::", "not opened"),
        ('::: {.when said="demand.change"}', "left open"),
    ],
)
def test_a_fault_is_told_with_the_authors_file_and_line(tmp_path: Path, line: str, problem: str) -> None:
    with pytest.raises(PublishError, match=problem) as refused:
        expanded(tmp_path, "{{< chapters report >}}", report=f"Texte.\n\n{line}\n")
    assert str(refused.value.where) == f"{tmp_path / 'demand' / 'report.qmd'}:7"


def test_a_callout_stands_in_a_division_that_screen_readers_take_for_a_note(tmp_path: Path) -> None:
    body = '::: {.callout-warning title="Prudence"}\nTexte.\n:::\n\n::: {.lead}\nAutre.\n:::'
    made = expand(assemble(write(tmp_path, body), ()), shelf())
    text = "\n".join(made.lines)
    assert '::: {role="note"}\n::: {.callout-warning title="Prudence"}\nTexte.\n:::\n:::' in text
    assert text.count("role=") == 1
    assert len(made.lines) == len(made.places)


def test_a_question_asked_twice_has_sections_of_its_own_and_a_title_each(tmp_path: Path) -> None:
    body = "## {entry:title} {#sec-demand}\n\nDemande."
    document = assemble(
        write(tmp_path, "## Avant {#sec-before}\n\nTexte.\n\n{{< chapters report >}}", report=body), PLAN
    )
    done = expand(document, shelf())
    headings = [line for line in done.lines if line.startswith("##")]
    assert headings == ["## Avant {#sec-before}", "## demand {#sec-demand}", "## wishes {#sec-demand-wishes}"]


def test_a_chapter_said_once_is_of_the_first_entry_of_its_question(tmp_path: Path) -> None:
    path = write(tmp_path, "{{< chapters methods >}}", methods="Méthode.")
    chapter = tmp_path / "demand" / "methods.qmd"
    chapter.write_text(
        chapter.read_text(encoding="utf-8").replace("order: 1", "order: 1\nonce: true"), encoding="utf-8"
    )
    done = expand(assemble(path, PLAN), shelf())
    assert [line for line in done.lines if line] == ["Méthode."]


def test_prose_agrees_with_the_gender_of_a_noun(tmp_path: Path) -> None:
    path = write(tmp_path, "{place:un} {place|ouvert|ouverte}, {unit|chacun|chacune} des {units}")
    assert "un espace ouvert, chacun des pays" in "\n".join(expand(assemble(path, PLAN), shelf()).lines)
