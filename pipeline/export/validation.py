"""Tables of the validation page that are not results: what was checked, and what was corrected on reading.

Their numbers come from the tables of ingest; each stands in a span of class ``record`` that names its table and row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.errors import ResultsError
from pipeline.export.labels import set_aside_labels
from pipeline.export.prose import grid
from pipeline.export.set_aside import read
from pipeline.wording import labels as shared
from pipeline.wording import numbers
from pipeline.wording.markdown import literal
from pipeline.wording.phrases import capital

if TYPE_CHECKING:
    from IPython.display import Markdown

    from pipeline.evaluation import Evaluation

_KINDS = {"received": "reçus", "accepted": "acceptés", "set_aside": "écartés"}
_SEVERITIES = {"block": "la chaîne s'arrête", "set aside": "ligne écartée", "flag": "ligne signalée, conservée"}
_DECISIONS = {
    "duplicate": "Doublon du registre, rattaché à sa première ligne",
    "alias": "Ancien nom ou identifiant, remplacé par l'actuel",
    "name": "Nom d'espace reconnu",
    "renamed": "Espace renommé, ancien nom gardé",
    "old_commune": "Ancien code de commune, remplacé par l'actuel",
    "closed_still_listed": "Espace fermé encore listé comme ouvert",
    "encoding": "Encodage détecté",
    "separator": "Séparateur détecté",
    "merged_codes": "Codes d'une vague réunis, ou comptés sans réponse, pour comparer les vagues",
    "other_wording": "Formulation propre à une vague : comparaison gardée ou écartée, comme déclaré",
    "incomplete": "Réponses non validées, gardées",
    "date_order": "Ordre du jour et du mois détecté",
    "decimal": "Séparateur décimal détecté",
    "serial_date": "Nombres lus comme des dates de tableur",
    "sheet": "Feuille du classeur choisie",
    "header_row": "Ligne d'en-tête trouvée",
    "trailing_separator": "Séparateur en fin de ligne",
    "row_names": "Noms de lignes devant la première colonne",
    "unnamed_columns": "Colonnes remplies sans nom, gardées",
    "ambiguous_alias": "Ancien nom commun à plusieurs espaces, non utilisé",
    "name_match": "Fiches rattachées par le nom et la commune",
    "site_decision": "Fiches rattachées par une décision écrite",
    "unknown_age": "Visites d'âge inconnu, réparties selon les âges connus",
    "user_missing": "Code déclaré manquant par le fichier, compté sans réponse",
    "generalised": "Lieu ramené à la commune",
    "reconciliation": "Relevés rapprochés des feuilles d'émargement",
    "post_codification": "Remarques classées par thèmes (post-codification)",
    "contradiction": "Contradiction entre deux colonnes",
    "correction": "Valeurs corrigées, comme déclaré dans corrections.csv",
    "total_row": "Totaux d'autres lignes, mis à part",
    "thousands": "Séparateur de milliers détecté",
    "unit": "Unité saisie avec les nombres",
    "spelling": "Orthographes d'une même réponse, réunies",
    "leading_zero": "Zéro de tête rendu à un code",
    "not_asked": "Question sans aucune réponse dans une vague : non posée",
    "mojibake": "Texte doublement encodé",
    "duration": "Durées de tableur, lues en minutes",
    "impossible_date": "Date qu'aucun calendrier n'a",
    "summed_days": "Comptages de plusieurs jours additionnés par mois",
    "swapped_dates": "Jour et mois sans doute intervertis par un tableur",
    "cell_errors": "Formules en erreur dans le tableur, comptées manquantes",
    "hidden_cells": "Lignes ou colonnes masquées, lues comme les autres",
    "hidden_sheets": "Feuilles masquées, non lues",
    "sheets_left": "Feuilles du classeur non lues",
    "second_header": "En-tête de plusieurs lignes",
    "second_table": "Autre tableau de la feuille, non lu",
}


def files(report: Any) -> Markdown:
    """Return, file by file, how many records were received, accepted and set aside.

    Numbers are results of the analysis ``account``; a file of one wave has those of its source and wave.
    """
    rows: list[list[object]] = []
    for source in report.evaluation.settings.sources:
        for wave, received in source.files.items():
            time = "period=all" if wave == "all" else f"wave={wave}"
            counts = [_counted(report, kind, time, source.name) for kind in _KINDS]
            rows.append([f"`{literal(received.path)}`", title(report.evaluation, source.name), *counts])
    headings = ["Fichier reçu", "Source", *(word.capitalize() for word in _KINDS.values())]
    return grid(headings, rows, "Les enregistrements de chaque fichier reçu", "files", [26, 30, 12, 12, 12], (2, 3, 4))


def _counted(report: Any, kind: str, time: str, source: str) -> str:
    try:
        row = report.row(f"account.{kind}.count/records/{time}/source={source}")
    except ResultsError:
        # ingest writes no row for what never happened
        return "aucun"
    return str(report.count(row["result_id"]).data)


def failing_rules(evaluation: Evaluation, source: str, lang: str = "fr") -> Markdown:
    """Return the rules of a source that set rows aside: what is asked, rows checked, rows failing, consequence."""
    rules = _deciding(evaluation, source)
    # a rule with two bounds (a first and a last day) is one control
    bounds = {"checked": "max", "failing": "sum", "severity": "first"}
    rules = rules.groupby(["rule", "column"], sort=False).agg(bounds).reset_index()
    rules = rules[rules["failing"] > 0].sort_values("failing", ascending=False, kind="stable")
    rows: list[list[object]] = [
        [
            f"{reason_words(str(r.rule))} ({column_words(evaluation, source, str(r.column))})",
            record(r.checked, f"rules/{source}/{r.rule}/{r.column}/checked", lang),
            record(r.failing, f"rules/{source}/{r.rule}/{r.column}/failing", lang),
            _SEVERITIES.get(str(r.severity), str(r.severity)),
        ]
        for r in rules.itertuples()
    ]
    headings = ["Contrôle", "Lignes contrôlées", "Lignes en défaut", "Conséquence"]
    return grid(
        headings,
        rows,
        f"{title(evaluation, source)} : contrôles en défaut",
        f"failing-{source}",
        [44, 14, 14, 22],
        (1, 2),
    )


def every_rule(evaluation: Evaluation, source: str, lang: str = "fr") -> Markdown:
    """Return every rule run on a source, broken or not, one line a column."""
    rules = rules_of(evaluation, source)
    rows: list[list[object]] = []
    for column, part in rules.groupby("column", sort=False):
        asked = list(
            dict.fromkeys(literal(str(d)) for d in part["description_fr" if lang == "fr" else "description_en"])
        )
        said = f"[{' ; '.join(asked)}]{{.declared}}"
        failing = record(part["failing"].sum(), f"rules/{source}//{column}/failing", lang)
        rows.append([column_words(evaluation, source, str(column)), said, failing])
    headings = ["Colonne", "Ce qui est contrôlé", "Défauts"]
    return grid(
        headings, rows, f"{title(evaluation, source)} : tous les contrôles", f"rules-{source}", [28, 56, 10], (2,)
    )


def has_failing_rules(evaluation: Evaluation, source: str) -> bool:
    """Return whether any rule of a source set rows aside."""
    return bool((_deciding(evaluation, source)["failing"] > 0).any())


def _deciding(evaluation: Evaluation, source: str) -> pd.DataFrame:
    rules = rules_of(evaluation, source)
    return rules[rules["severity"] != "flag"]


def decisions(evaluation: Evaluation, lang: str = "fr") -> Markdown:
    """Return how many corrections of each kind were made on reading, by source."""
    table = read(evaluation.stage("ingest"), "decisions")
    rows: list[list[object]] = []
    for cell, part in table.groupby(["source", "kind"], sort=False):
        source, kind = map(str, cell)
        number = record(len(part), f"decisions/{source}/{kind}", lang)
        rows.append([title(evaluation, source), _DECISIONS.get(kind, kind), number])
    return grid(
        ["Source", "Correction", "Décisions"], rows, "Corrections faites à la lecture", "decisions", [30, 54, 10], (2,)
    )


def has_decisions(evaluation: Evaluation) -> bool:
    """Return whether anything was corrected on reading."""
    return not read(evaluation.stage("ingest"), "decisions").empty


def rules_of(evaluation: Evaluation, source: str) -> pd.DataFrame:
    """Return the rules that ingest ran on a source, and on the source as a whole."""
    rules = read(evaluation.stage("ingest"), "rules")
    return rules[rules["source"] == source]


def title(evaluation: Evaluation, source: str) -> str:
    """Return what a source is called."""
    title = evaluation.source(source).title
    return title.fr if title else source


def column_words(evaluation: Evaluation, source: str, column: str) -> str:
    """Return a column's question in words; columns made by ingest are named after what they are."""
    made = {"__key": "clé de l'enregistrement", "site_id": "identifiant de l'espace", "": "ensemble de la source"}
    made["__block"] = "batterie d'échelles"
    question = evaluation.instruments[source].question(column)
    if question is None or column in made:
        return made.get(column) or literal(column)
    return f"[{question.title('fr').partition(' (')[0]}]{{.declared}}"


def reason_words(rule: str) -> str:
    """Return the name of a check in words."""
    return capital(shared.find(f"set_aside={rule}", set_aside_labels(), "fr") or rule)


def record(value: object, key: str, lang: str, share: bool = False) -> str:
    """Return a number of a table of ingest in a span that names its table, source and row.

    Shares under ten per cent keep a decimal.
    """
    number = float(str(value))
    said = numbers.share(number, lang, 1 if 0 < number < 0.1 else 0) if share else numbers.count(number, lang)
    return f'[{said}]{{.record data-record="{key}"}}'
