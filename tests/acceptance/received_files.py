"""Five files such as the field sends them, of different kinds, made from a fixed seed: nobody is described."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

SPACES = [f"EPN{i:02d}" for i in range(1, 25)]
TREES = ["Tilleuls", "Érables", "Chênes", "Peupliers", "Saules", "Frênes", "Ormes", "Hêtres", "Bouleaux", "Noisetiers",
         "Pommiers", "Poiriers", "Cerisiers", "Figuiers", "Oliviers", "Lauriers", "Genêts", "Ajoncs", "Fougères",
         "Bruyères", "Camélias", "Hortensias", "Mimosas", "Rosiers"]  # fmt: skip
#: Current communes of Brittany, for the register.
COMMUNES = ["35238", "29019", "56260", "22278", "29232", "35288", "56121", "22113"]
SECRET = "jean.dupont.secret@exemple.fr"


def write_all(folder: Path, seed: int = 1) -> list[Path]:
    """Write the five data files and the two questionnaires, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    return [
        write_sav(folder / "satisfaction-2024.sav", random),
        *write_limesurvey(folder, random),
        *write_kobo(folder, random),
        write_coop(folder / "coop-activites.xlsx", random),
        write_register(folder / "espaces.csv", random),
    ]


def write_sav(path: Path, random: np.random.Generator, n: int = 160) -> Path:
    """Write an SPSS file with value labels, a refusal, an e-mail column and a comment."""
    import pyreadstat

    table = pd.DataFrame(
        {
            "NUMQ": np.arange(1, n + 1, dtype=float),
            "AGE": random.integers(15, 85, n).astype(float),
            "SEXE": random.integers(1, 3, n).astype(float),
            "SATISF": random.choice([1.0, 2.0, 3.0, 4.0, 9.0], n, p=[0.1, 0.2, 0.35, 0.3, 0.05]),
            "INTERNET": random.choice([1.0, 2.0], n),
            "NBVISITES": random.integers(1, 25, n).astype(float),
            "EMAIL": [SECRET if i == 3 else "" if i % 3 else f"personne{i}@exemple.fr" for i in range(n)],
            "COMMENT": [f"Très bien, rien à dire de plus, visite n° {i}." if i % 2 else "" for i in range(n)],
        }
    )
    pyreadstat.write_sav(
        table,
        str(path),
        column_labels=["Numéro", "Quel est votre âge ?", "Vous êtes", "Êtes-vous satisfait de l'accueil ?",
                       "Avez-vous Internet chez vous ?", "Nombre de visites par mois", "Votre adresse électronique",
                       "Vos commentaires"],
        variable_value_labels={
            "SEXE": {1: "Homme", 2: "Femme"},
            "SATISF": {1: "Pas du tout satisfait", 2: "Peu satisfait", 3: "Plutôt satisfait", 4: "Très satisfait",
                       9: "Refus"},
            "INTERNET": {1: "Oui", 2: "Non"},
        },
        missing_ranges={"SATISF": [9]},
    )  # fmt: skip
    return path


LSS = """<?xml version="1.0" encoding="UTF-8"?>
<document>
 <LimeSurveyDocType>Survey</LimeSurveyDocType><DBVersion>366</DBVersion><languages><language>fr</language></languages>
 <answers><rows>
  <row><qid>1</qid><code>A1</code><answer><![CDATA[Femme]]></answer><sortorder>1</sortorder><language>fr</language><scale_id>0</scale_id></row>
  <row><qid>1</qid><code>A2</code><answer><![CDATA[Homme]]></answer><sortorder>2</sortorder><language>fr</language><scale_id>0</scale_id></row>
  <row><qid>4</qid><code>1</code><answer><![CDATA[Pas du tout d'accord]]></answer><sortorder>1</sortorder><language>fr</language><scale_id>0</scale_id></row>
  <row><qid>4</qid><code>2</code><answer><![CDATA[Plutôt pas d'accord]]></answer><sortorder>2</sortorder><language>fr</language><scale_id>0</scale_id></row>
  <row><qid>4</qid><code>3</code><answer><![CDATA[Plutôt d'accord]]></answer><sortorder>3</sortorder><language>fr</language><scale_id>0</scale_id></row>
  <row><qid>4</qid><code>4</code><answer><![CDATA[Tout à fait d'accord]]></answer><sortorder>4</sortorder><language>fr</language><scale_id>0</scale_id></row>
 </rows></answers>
 <groups><rows><row><gid>1</gid><group_order>0</group_order><group_name>Vous</group_name><language>fr</language></row></rows></groups>
 <questions><rows>
  <row><qid>1</qid><parent_qid>0</parent_qid><sid>99</sid><gid>1</gid><type>L</type><title>Q1</title><question><![CDATA[<p>Vous êtes&nbsp;?</p>]]></question><other>N</other><mandatory>Y</mandatory><question_order>1</question_order><language>fr</language><relevance>1</relevance></row>
  <row><qid>2</qid><parent_qid>0</parent_qid><sid>99</sid><gid>1</gid><type>Y</type><title>Q2</title><question><![CDATA[Êtes-vous déjà venu ?]]></question><other>N</other><mandatory>N</mandatory><question_order>2</question_order><language>fr</language><relevance>1</relevance></row>
  <row><qid>3</qid><parent_qid>0</parent_qid><sid>99</sid><gid>1</gid><type>M</type><title>Q3</title><question><![CDATA[Que faites-vous ici ?]]></question><other>Y</other><mandatory>N</mandatory><question_order>3</question_order><language>fr</language><relevance>((Q2.NAOK == "Y"))</relevance></row>
  <row><qid>4</qid><parent_qid>0</parent_qid><sid>99</sid><gid>1</gid><type>F</type><title>Q4</title><question><![CDATA[Êtes-vous d'accord ?]]></question><other>N</other><mandatory>N</mandatory><question_order>4</question_order><language>fr</language><relevance>1</relevance></row>
  <row><qid>5</qid><parent_qid>0</parent_qid><sid>99</sid><gid>1</gid><type>N</type><title>Q5</title><question><![CDATA[Votre âge]]></question><other>N</other><mandatory>N</mandatory><question_order>5</question_order><language>fr</language><relevance>1</relevance></row>
  <row><qid>6</qid><parent_qid>0</parent_qid><sid>99</sid><gid>1</gid><type>T</type><title>Q6</title><question><![CDATA[Une remarque ?]]></question><other>N</other><mandatory>N</mandatory><question_order>6</question_order><language>fr</language><relevance>count(Q3) > 2</relevance></row>
 </rows></questions>
 <subquestions><rows>
  <row><qid>31</qid><parent_qid>3</parent_qid><title>SQ001</title><question><![CDATA[Courriel]]></question><question_order>1</question_order><language>fr</language><scale_id>0</scale_id></row>
  <row><qid>32</qid><parent_qid>3</parent_qid><title>SQ002</title><question><![CDATA[Démarches]]></question><question_order>2</question_order><language>fr</language><scale_id>0</scale_id></row>
  <row><qid>41</qid><parent_qid>4</parent_qid><title>SQ001</title><question><![CDATA[L'accueil est bon]]></question><question_order>1</question_order><language>fr</language><scale_id>0</scale_id></row>
  <row><qid>42</qid><parent_qid>4</parent_qid><title>SQ002</title><question><![CDATA[Les horaires conviennent]]></question><question_order>2</question_order><language>fr</language><scale_id>0</scale_id></row>
 </rows></subquestions>
 <surveys_languagesettings><rows><row><surveyls_title><![CDATA[Enquête en ligne]]></surveyls_title><surveyls_language>fr</surveyls_language></row></rows></surveys_languagesettings>
</document>
"""  # noqa: E501


def write_limesurvey(folder: Path, random: np.random.Generator, n: int = 140) -> list[Path]:
    """Write a LimeSurvey export with question codes, some responses not submitted, and its structure."""
    structure, export = folder / "enquete.lss", folder / "results-survey99.csv"
    structure.write_text(LSS, encoding="utf-8")
    header = ["id", "submitdate", "lastpage", "startlanguage", "Q1", "Q2", "Q3[SQ001]", "Q3[SQ002]", "Q3[other]",
              "Q4[SQ001]", "Q4[SQ002]", "Q5", "Q6", "interviewtime"]  # fmt: skip
    with export.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writerow(header)
        for i in range(1, n + 1):
            day = dt.datetime(2024, 11, 4, 10) + dt.timedelta(hours=int(random.integers(0, 400)))
            partial, been = i % 20 == 0, bool(random.integers(0, 3))
            boxes = (
                [random.choice(["Y", "N"]), random.choice(["Y", "N"]), "jeux" if i % 15 == 0 else ""]
                if been
                else [""] * 3
            )
            scales = ["", ""] if partial else [str(random.integers(1, 5)), str(random.integers(1, 5))]
            age = "" if partial else f"{random.integers(15, 80)},0000000000"
            writer.writerow([i, "" if partial else day, 1 if partial else 2, "fr", random.choice(["A1", "A2"]),
                             "Y" if been else "N", *boxes, *scales, age, "Merci, c'était bien." if i % 4 == 0 else "",
                             "12,5"])  # fmt: skip
    return [export, structure]


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    """Write rows as a workbook."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def write_kobo(folder: Path, random: np.random.Generator, n: int = 120) -> list[Path]:
    """Write a Kobo export as a workbook, group prefixes and both ways of select_multiple, and its XLSForm."""
    form = workbook(folder / "formulaire.xlsx", {
        "survey": [
            ["type", "name", "label::Français (fr)", "relevant"],
            ["start", "start", "", ""],
            ["begin_group", "profil", "Profil", ""],
            ["select_one sexe", "sexe", "Sexe", ""],
            ["integer", "age_repondant", "Quel est votre âge ?", ""],
            ["end_group", "", "", ""],
            ["select_multiple usages", "usages", "Pour quoi venez-vous ?", ""],
            ["select_one on", "aide", "Avez-vous été aidé ?", "selected(${usages}, 'demarches')"],
            ["text", "nom_complet", "Votre nom", ""],
        ],
        "choices": [
            ["list_name", "name", "label::Français (fr)"],
            ["sexe", "h", "Homme"], ["sexe", "f", "Femme"],
            ["usages", "demarches", "Démarches en ligne"], ["usages", "formation", "Formation"],
            ["usages", "acces", "Accès libre"],
            ["on", "oui", "Oui"], ["on", "non", "Non"],
        ],
        "settings": [["form_title"], ["Enquête de terrain"]],
    })  # fmt: skip
    rows: list[list[Any]] = [["start", "profil/sexe", "profil/age_repondant", "usages", "usages/demarches",
                              "usages/formation", "usages/acces", "aide", "nom_complet", "_id", "_uuid",
                              "_submission_time"]]  # fmt: skip
    for i in range(1, n + 1):
        boxes = random.integers(0, 2, 3)
        chosen = " ".join(c for c, b in zip(("demarches", "formation", "acces"), boxes, strict=True) if b)
        day = dt.datetime(2024, 11, 5, 9) + dt.timedelta(hours=int(random.integers(0, 300)))
        rows.append([day.isoformat(), str(random.choice(["h", "f"])), int(random.integers(15, 80)), chosen,
                     *map(int, boxes), str(random.choice(["oui", "non"])) if boxes[0] else None, f"Personne Fictive{i}",
                     i, f"uuid-{i:04d}", day])  # fmt: skip
    export = workbook(folder / "terrain-2024.xlsx", {"Enquête": rows})
    return [export, form]


def write_coop(path: Path, random: np.random.Generator, n: int = 600) -> Path:
    """Write an activity export of La Coop: title rows before the header, one row a person."""
    header = ["Date", "Enregistré le", "Dernière modification le", "Prénom du médiateur", "Nom du médiateur", "Type",
              "Participants", "Canaux d’accompagnement", "Nom du lieu", "Adresse", "Commune", "Code postal",
              "Code Insee", "Durée (min)", "Thématique(s) d’accompagnement", "Code Insee du bénéficiaire",
              "Genre du bénéficiaire", "Tranche d’âge du bénéficiaire", "Statut du bénéficiaire", "ID CRA"]  # fmt: skip
    rows: list[list[Any]] = [["Informations export"], ["Nom", "Fictif"], ["Total", n], [], ["Filtres"],
                             ["Période", "2024"], [], header]  # fmt: skip
    bands = ["Moins de 12 ans", "12 - 17 ans", "18 - 24 ans", "25 - 39 ans", "40 - 59 ans", "60 - 69 ans",
             "70 ans et plus", "Non communiqué"]  # fmt: skip
    themes = ["E-mail", "Santé", "Bureautique", "Aide aux démarches administratives"]
    for i in range(n):
        space = int(random.integers(0, len(SPACES)))
        day = dt.datetime(2024, 1 + i % 12, int(random.integers(1, 28)))
        chosen = "\n".join(random.choice(themes, int(random.integers(1, 3)), replace=False))
        rows.append([day, "04/11/2024 à 10:00", "04/11/2024 à 10:00", "Prénom", "Nom Fictif",
                     str(random.choice(["Accompagnement individuel", "Atelier collectif"])), 1,
                     str(random.choice(["Lieu d’activité", "À distance"], p=[0.9, 0.1])), f"Espace des {TREES[space]}",
                     "1 rue de l'Essai", "Commune", "35000", COMMUNES[space % len(COMMUNES)],
                     int(random.choice([30, 60, 90])), chosen, "35238", str(random.choice(["Féminin", "Masculin"])),
                     str(random.choice(bands)), str(random.choice(["Retraité", "En emploi", "Sans emploi"])),
                     f"CRA{i:05d}"])  # fmt: skip
    return workbook(path, {"Activités": rows})


def write_register(path: Path, random: np.random.Generator) -> Path:
    """Write a register of spaces as a semicolon CSV in Windows-1252."""
    rows = [
        ["id_espace", "nom", "code_insee", "date_ouverture", "date_fermeture", "postes", "heures_semaine", "courriel"]
    ]
    for i, space in enumerate(SPACES):
        facts = [str(random.integers(4, 20)), f"{random.integers(10, 40)},5", f"{space.lower()}@exemple.fr"]
        name, commune = f"Espace des {TREES[i]}", COMMUNES[i % len(COMMUNES)]
        rows.append([space, name, commune, f"{2005 + i % 15}-03-01", "", *facts])
    path.write_bytes("".join(";".join(r) + "\r\n" for r in rows).encode("cp1252"))
    return path
