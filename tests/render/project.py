"""A small project for rendering: one evaluation, a handful of results, two figures and a table, documents."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from pipeline import results
from pipeline.evaluation import Evaluation, load

REPOSITORY = Path(__file__).parents[2]
NAME = "essai"

EVALUATION = """
title: {fr: "Évaluation des cybercommunes", en: "Evaluation of the cybercommunes"}
programme: {fr: "Cybercommunes de Bretagne", en: "Cybercommunes of Brittany"}
commissioned_by: {fr: "Région Bretagne"}
credits: ["Équipe d'évaluation", "Mission M@rsouin"]
synthetic: true
edition: 2006
territory: {region: "53", level: pays, vintage: 2023}
waves:
  - {name: "2003", field: [2003-11-17, 2003-12-12]}
  - {name: "2006", field: [2006-11-13, 2006-12-08]}
sources:
  - {name: attendance, kind: attendance, instrument: attendance.yaml, files: {all: {path: attendance.csv}}}
plan:
  - {question: demand}
facts:
  - {id: spaces, value: 1381, source: {fr: "Registre des espaces"}}
"""

INSTRUMENT = """
name: attendance
title: {fr: "Relevés mensuels"}
questions:
  - {name: space_id, type: key, role: site, column: id_espace, required: true, wording: {fr: "Espace"}}
"""

LABELS = {
    "region=53": {"fr": "Bretagne", "en": "Brittany"},
    "region=53:de": {"fr": "de Bretagne", "en": "of Brittany"},
    "region=53:dans": {"fr": "en Bretagne", "en": "in Brittany"},
    "pays=03": {"fr": "Auray", "en": "Auray"},
    "pays=03:name": {"fr": "Pays d'Auray", "en": "Pays d'Auray"},
    "pays=03:de": {"fr": "du pays d'Auray", "en": "of the pays d'Auray"},
    "pays=03:dans": {"fr": "dans le pays d'Auray", "en": "in the pays d'Auray"},
}

PUBLICATION = {
    "programme": "Cybercommunes de Bretagne",
    "byline": "Région Bretagne · édition 2006",
    "credits": ["Équipe d’évaluation", "Mission M\\@rsouin"],
    "layout": "report",
    "page-word": "Page",
    "words": {"skip": "Aller au contenu", "navigation": "Pages du site", "back": "Retour au texte"},
    "notice": "Données fictives simulées",
    "links": [{"href": "index.html", "text": "Accueil"}, {"href": "essai.html", "text": "Rapport", "current": True}],
    "alternate": {"href": "essai.pdf", "text": "Télécharger ce document en PDF"},
}

SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="130mm" height="70mm" viewBox="0 0 130 70">
<rect width="130" height="70" fill="#f2f6f6"/><rect id="a" x="20" y="12" width="55" height="14" fill="#0b5a68"/>
<rect x="20" y="40" width="80" height="14" fill="#7aa7ae"/></svg>"""

SHARE = "demand.elaborate.share/users/wave=2006"


def result(estimate: float, lower: float, upper: float, **changes: object) -> results.Result:
    """Return one result of the wave 2006 about the region, with changes."""
    fields: dict[str, object] = {
        "analysis": "demand", "indicator": "elaborate", "measure": "share", "population": "users",
        "territory_level": "region", "territory": "53", "unit": "share", "inference": "sample", "wave": "2006",
        "estimate": estimate, "lower": lower, "upper": upper, "n": 1850,
    }  # fmt: skip
    return results.Result(**{**fields, **changes})  # type: ignore[arg-type]


def rows() -> list[results.Result]:
    """Return the results of the small project."""
    return [
        result(0.482, 0.451, 0.517),
        result(0.39, 0.35, 0.43, wave="2003"),
        result(9.2, 5.1, 13.9, measure="shift", unit="point", wave="2003..2006"),
        result(0.37, 0.30, 0.44, domain={"age_band": "60+"}),
        result(0.52, 0.45, 0.58, domain={"age_band": "15-24"}),
        result(2.63, 2.4, 2.9, analysis="profile", indicator="visits_4w", measure="mean", unit="mean"),
        result(38.2, 33, 43, analysis="satisfaction", indicator="recommend", measure="score", unit="score"),
        result(12480, float("nan"), float("nan"), analysis="attendance", indicator="visits", measure="count",
               unit="count", population="visits", inference="census", wave=None, period="2006"),
        result(float("nan"), float("nan"), float("nan"), territory_level="pays", territory="03",
               quality="suppress", reason="ns_n", n=12),
        result(8123, float("nan"), float("nan"), analysis="attendance", indicator="visits", measure="count",
               unit="count", population="visits", inference="census", wave=None, period="2006",
               territory_level="pays", territory="03"),
    ]  # fmt: skip


def drawn() -> dict[str, object]:
    """Return a figures.json with a figure, a table and an absent figure."""
    words = {
        "reading": "en 2006, 37\u202f% des usagers de 60 ans ou plus souhaitent au moins un service élaboré.",
        "population_text": "usagers de 15 ans ou plus, Bretagne.",
        "source": "enquête auprès des usagers 2003 et 2006 (données simulées).",
        "notes": ["ns\u00a0: effectif insuffisant."],
        "base": "all",
    }
    old, young = f"{SHARE}/region=53/age_band=60+", f"{SHARE}/region=53/age_band=15-24"
    return {
        "demand": {
            "kind": "figure", "file": "demand.svg", "caption": "La demande de services élaborés baisse avec l'âge",
            "alt": "Barres : 52\u202f% chez les 15-24 ans, 37\u202f% chez les 60 ans ou plus.",
            "result_ids": [young, old], "width_mm": 130.0, "height_mm": 70.0, **words,
        },
        "demand_age": {
            "kind": "table", "file": None, "caption": "Demande par tranche d'âge", "alt": "",
            "result_ids": [young, old], "width_mm": 160.0, "height_mm": None, "row_headers": 1, "row_groups": [],
            "columns": [{"key": "age", "label": "Tranche d'âge", "align": "left"},
                        {"key": "s", "label": "Part", "align": "right"},
                        {"key": "n", "label": "n", "align": "right"}],
            "rows": [["15-24 ans", "52\u202f%", "480"], ["60 ans ou plus", "37\u202f%", "ns"]],
            "cell_ids": [[None, young, young], [None, old, None]], **words,
        },
        "absent": {"map": "effectif insuffisant"},
    }  # fmt: skip


def build(root: Path) -> Evaluation:
    """Write the project below ``root`` and return its evaluation."""
    surveys = root / "surveys" / NAME
    surveys.mkdir(parents=True)
    (root / "pyproject.toml").write_text("", encoding="utf-8")
    (surveys / "evaluation.yaml").write_text(EVALUATION, encoding="utf-8")
    (surveys / "attendance.yaml").write_text(INSTRUMENT, encoding="utf-8")
    protect = root / "build" / NAME / "protect"
    protect.mkdir(parents=True)
    results.write(results.frame(rows()), protect / "results.parquet")
    for territory in ("region", "03"):
        draw = root / "build" / NAME / "draw" / "fr" / territory
        draw.mkdir(parents=True)
        (draw / "demand.svg").write_text(SVG, encoding="utf-8")
        (draw / "figures.json").write_text(json.dumps(drawn(), ensure_ascii=False), encoding="utf-8")
    labels = root / "build" / NAME / "draw" / "labels.json"
    labels.write_text(json.dumps(LABELS, ensure_ascii=False), encoding="utf-8")
    (root / "reports" / "fr").mkdir(parents=True)
    shutil.copytree(REPOSITORY / "reports" / "theme", root / "reports" / "theme")
    shutil.copyfile(REPOSITORY / "reports" / "_quarto.yml", root / "reports" / "_quarto.yml")
    shutil.copyfile(REPOSITORY / "reports" / "fr" / "_metadata.yml", root / "reports" / "fr" / "_metadata.yml")
    return load(NAME, root)


HEAD = """---
title: "Évaluation 2006"
lang: fr
toc: true
---

```{python}
#| tags: [parameters]
evaluation = "bretagne"
territory = "region"; lang = "fr"
```

```{python}
#| include: false
from pipeline.render import open_report
report = open_report(evaluation, territory, lang)
S = "demand.elaborate.share/users/wave=2006"
```
"""

BODY = """
## Constats {#sec-findings}

En 2006, `{python} report.share(S)` des usagers (`{python} report.interval(S)`) souhaitent
au moins un service élaboré : voir @fig-demand et @tbl-demand_age, ainsi que la @sec-detail. L'écart est de
`{python} report.points("demand.elaborate.shift/users/wave=2003..2006")`, soit `{python} report.margin(S)`.
Il y a `{python} report.fact("spaces")` espaces[^1] ; "essai" de guillemets.

[^1]: Registre des espaces.

::: {.key-figures}
::: {.key-figure}
[`{python} report.share(S)`]{.value}

des usagers souhaitent un service élaboré
:::
::: {.key-figure}
[`{python} report.count("attendance.visits.count/visits/period=2006")`]{.value}

visites en 2006 (dénombrement exhaustif)
:::
::: {.key-figure}
[`{python} report.score("satisfaction.recommend.score/users/wave=2006")`]{.value}

score de recommandation
:::
::: {.key-figure}
[`{python} report.mean("profile.visits_4w.mean/users/wave=2006")`]{.value}

visites par usager en quatre semaines
:::
:::

```{python}
#| output: asis
report.figure("demand")
```

::: {.callout-important title="À retenir"}
La demande augmente : `{python} report.points("demand.elaborate.shift/users/wave=2003..2006")`.
:::

## Détail

### Par âge {#sec-detail}

```{python}
#| output: asis
report.table("demand_age")
```

::: {.content-visible when-format="html"}
Texte pour l'écran.
:::

::: {.content-hidden when-format="html"}
Texte pour le papier.
:::

- un point ;
- un autre, voir la figure [-@fig-demand].
"""
