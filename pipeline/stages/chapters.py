"""Publishing the chapters made of statements, in every language that has them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline import results
from pipeline.errors import PublishError
from pipeline.evaluation import Evaluation
from pipeline.publish.chapters import Planned
from pipeline.publish.expansion import Item, Shelf, Titled, fact_text, marked
from pipeline.publish.staging import Page, check_staged, stage_language
from pipeline.questions import discover
from pipeline.render import embedded, quarto
from pipeline.render.publishing import Job, Link, publication
from pipeline.results import statement
from pipeline.results.statement import Statement
from pipeline.stages.state import ANSWERS, LEXICON, STATEMENTS, perimeter
from pipeline.state.ranking import ranked
from pipeline.wording import words
from pipeline.wording.numbers import decimal
from pipeline.wording.speaking import Speaker
from pipeline.wording.words import Words

#: The document of the perimeter.
DOCUMENT = "chapters"
#: What the shortcode `list` may show.
LISTS = ("ranked", "answers")


def publish_chapters(evaluation: Evaluation, out: Path, site: Path, renderer: str) -> int:
    """Stage and render the chapters of every language that the evaluation asks for; return how many documents.

    Raises
    ------
    PublishError, WordsError
        With the author's file and line.
    """
    pages = 0
    for lang in evaluation.settings.chapters:
        place = site if lang == "fr" else site / lang
        place.mkdir(parents=True, exist_ok=True)
        for staged in stage_chapters(evaluation, lang, out / "chapters" / lang):
            outputs = {kind: place / f"{staged.path.stem}.{kind}" for kind in ("html", "pdf")}
            if renderer == "quarto":
                quarto.render(staged, outputs, evaluation.root)
            else:
                check_staged(staged)
                embedded.render(staged, outputs)
            pages += 1
    return pages


def stage_chapters(evaluation: Evaluation, lang: str, folder: Path) -> list[Any]:
    """Stage the documents of a language and return them."""
    shelf = shelf_of(evaluation, lang, "region")
    figures = {
        f"region-{record['file']}": drawn(evaluation, lang, "region") / record["file"]
        for record in shelf.figures.values()
        if record.get("file")
    }
    source = evaluation.root / "reports" / lang / f"{DOCUMENT}.qmd"
    settings = {"lang": lang, "publication": _around(evaluation, lang)}
    page = Page(DOCUMENT, source, shelf, settings, figures)
    theme = evaluation.root / "reports" / "theme"
    return stage_language([page], folder, theme, planned(evaluation), evaluation.settings.edition)


def _around(evaluation: Evaluation, lang: str) -> dict[str, Any]:
    """Return what the templates say around the document."""
    links = [
        Link(f"{DOCUMENT}.html" if lang == other else _path(lang, other), other.upper())
        for other in evaluation.settings.chapters
    ]
    outputs = {kind: Path(f"{DOCUMENT}.{kind}") for kind in ("html", "pdf")}
    job = Job(DOCUMENT, Path(), "region", outputs, links=links, current=f"{DOCUMENT}.html")
    return publication(evaluation, lang, job)


def _path(lang: str, other: str) -> str:
    """Return the way from a page of one language to that of another; French stands at the root."""
    up = "" if lang == "fr" else "../"
    return f"{up}{DOCUMENT}.html" if other == "fr" else f"{up}{other}/{DOCUMENT}.html"


def planned(evaluation: Evaluation) -> list[Planned]:
    """Return the entries of the plan."""
    return [Planned(entry.name, entry.question) for entry in evaluation.settings.plan]


def words_of(evaluation: Evaluation, lang: str) -> Words:
    """Return the words of a language for an evaluation, its own over those of ``reports/<lang>``."""
    nouns = {
        name: forms[lang].model_dump(exclude_none=True)
        for name, forms in evaluation.settings.vocabulary.items()
        if lang in forms
    }
    questions = list(dict.fromkeys(entry.question for entry in evaluation.settings.plan))
    own = evaluation.folder / "words" / lang
    return words.load(evaluation.root / "reports" / lang, lang, questions, own, nouns)


def drawn(evaluation: Evaluation, lang: str, territory: str) -> Path:
    """Return the folder of the figures of a place."""
    return evaluation.stage("draw") / lang / territory


def shelf_of(evaluation: Evaluation, lang: str, territory: str) -> Shelf:
    """Return what documents of a language about a place may take: ``region``, or the code of a unit."""
    table = results.read_once(evaluation.stage("protect") / "results.parquet")
    folder = evaluation.stage("state")
    made = statement.read(folder / STATEMENTS)
    labels = json.loads((folder / LEXICON).read_text(encoding="utf-8"))
    rows = {str(row["result_id"]): {str(k): v for k, v in row.items()} for row in table.to_dict("records")}
    speaker = Speaker(words_of(evaluation, lang), rows, labels, marked)
    whole = perimeter(evaluation)
    place = whole if territory == "region" else f"{evaluation.settings.territory.level}={territory}"
    figures = _figures(drawn(evaluation, lang, territory))
    absent = figures.pop("absent", {})
    return Shelf(
        speaker,
        _of_place(made, place),
        _of_place(made, whole),
        figures,
        absent,
        _titles(evaluation),
        lambda file: f"{territory}-{file}",
        dict(_facts(evaluation, lang)),
        {"ranked": list(_ranked(speaker, made, place)), "answers": list(_answers(evaluation, lang, speaker, made))},
    )


def _figures(folder: Path) -> dict[str, Any]:
    path = folder / "figures.json"
    if not path.is_file():
        raise PublishError("what the document shows has not been drawn", where=str(path), action="run the stage draw")
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _of_place(made: list[Statement], place: str) -> dict[str, Statement]:
    return {f"{s.entry}.{s.name}": s for s in made if s.place == place}


def _titles(evaluation: Evaluation) -> dict[str, Titled]:
    known = discover(evaluation.root)
    return {
        figure.shown(entry.name): Titled(f"{entry.name}.{figure.title}", f"{entry.question}.figures.{figure.name}")
        for entry in evaluation.settings.plan
        if entry.question in known
        for figure in known[entry.question].figures
    }


def _facts(evaluation: Evaluation, lang: str) -> Iterator[tuple[str, str]]:
    for fact in evaluation.settings.facts:
        value = fact.value
        if not isinstance(value, str):
            decimals = 0 if float(value).is_integer() else len(str(value).partition(".")[2])
            value = str(value) if fact.id.startswith("year") else decimal(float(value), lang, decimals)
        yield fact.id, f"[{fact_text(value)}]{{.fact data-fact={fact.id}}}"


def _ranked(speaker: Speaker, made: list[Statement], place: str) -> Iterator[Item]:
    for each in ranked(made, place):
        yield Item(each.id, each.verdict, speaker.say([each]), each.result_ids)


def _answers(
    evaluation: Evaluation, lang: str, speaker: Speaker, made: Mapping[str, Statement] | list[Statement]
) -> Iterator[Item]:
    path = evaluation.stage("state") / ANSWERS
    decided: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for question in evaluation.settings.questions:
        if question.id not in decided:
            continue
        key = decided[question.id]["answer"]
        text = speaker.answer(f"answers.{question.id}.{key}")
        asked = fact_text(question.fr if lang == "fr" else question.en or question.fr)
        yield Item(f"answer.{question.id}", key, f"**{asked}** {text}", tuple(decided[question.id]["rests_on"]))
