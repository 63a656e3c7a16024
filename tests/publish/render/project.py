"""A small project for rendering: the theme of the house, a document of prose, a figure and a table."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.publish.documents.staging import Page, check_staged, stage_language
from pipeline.publish.render import embedded, markup
from pipeline.publish.render.staging import Staged
from tests.publish.documents.made_up import shelf

REPOSITORY = Path(__file__).parents[3]
EDITION = 2006

PUBLICATION = {
    "programme": "Cybercommunes de Bretagne",
    "byline": "Région Bretagne · édition 2006",
    "authors": ["Équipe d’évaluation", "Mission M\\@rsouin"],
    "keywords": ["Cybercommunes de Bretagne"],
    "credits": ["Imprimé par la Région"],
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

HEADS = ("**Lecture**\u00a0: ", "**Champ**\u00a0: ", "**Source**\u00a0: ")
SHARE = "demand.elaborate.share/users/wave=2006"


def drawn() -> dict[str, dict[str, Any]]:
    """Return the records of a figure and a table, as figures.json holds them."""
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
    }  # fmt: skip


def build(root: Path) -> Path:
    """Write the theme and settings of a project below ``root`` and return it."""
    (root / "reports" / "fr").mkdir(parents=True)
    shutil.copytree(REPOSITORY / "reports" / "theme", root / "reports" / "theme")
    shutil.copyfile(REPOSITORY / "reports" / "_quarto.yml", root / "reports" / "_quarto.yml")
    shutil.copyfile(REPOSITORY / "reports" / "fr" / "_metadata.yml", root / "reports" / "fr" / "_metadata.yml")
    (root / "demand.svg").write_text(SVG, encoding="utf-8")
    return root


def write(root: Path, name: str, text: str, head: str | None = None) -> Path:
    """Write an author's document and return it."""
    path = root / "reports" / "fr" / f"{name}.qmd"
    path.write_text((HEAD if head is None else head) + text, encoding="utf-8")
    return path


def staged(root: Path, source: Path, settings: Mapping[str, Any] | None = None) -> Staged:
    """Stage a document of the project in a folder of its own."""
    given = {"lang": "fr", "publication": PUBLICATION, **(settings or {})}
    page = Page(source.stem, source, shelf(), given, {"demand.svg": root / "demand.svg"})
    (done,) = stage_language(
        [page], {page.name}, root / "staged" / source.stem, [root / "reports" / "theme"], (), EDITION
    )
    return done


def render(root: Path, source: Path, outputs: Mapping[str, Path], settings: Mapping[str, Any] | None = None) -> Staged:
    """Stage and render a document as the publish stage does, without Quarto."""
    done = staged(root, source, settings)
    check_staged(done)
    embedded.render([(done, outputs)])
    return done


HEAD = """---
title: "Évaluation 2006"
toc: true
---
"""

BODY = """
## Constats {#sec-findings}

En 2006, [48 %]{.number data-result="demand.elaborate.share/users/wave=2006/region=53"} des usagers
([entre 45 % et 52 %]{.number data-result="demand.elaborate.interval"}) souhaitent
au moins un service élaboré : voir @fig-demand et @tbl-demand_age, ainsi que la @sec-detail. L'écart est de
[+\u00a09 points]{.number data-result="demand.elaborate.shift/users/wave=2003..2006/region=53"},
soit [3 points]{.number data-result="demand.elaborate.margin"}.
Il y a [1\u202f381]{.fact data-fact=spaces} espaces[^1] ; "essai" de guillemets.

[^1]: Registre des espaces.

::: {.key-figures}
::: {.key-figure}
[[48 %]{.number data-result="demand.elaborate.share/users/wave=2006/region=53"}]{.value}

des usagers souhaitent un service élaboré
:::
::: {.key-figure}
[[12480]{.number data-result="attendance.visits.count/visits/period=2006/region=53"}]{.value}

visites en 2006 (dénombrement exhaustif)
:::
::: {.key-figure}
[[38]{.number data-result="satisfaction.recommend.score/users/wave=2006/region=53"}]{.value}

score de recommandation
:::
::: {.key-figure}
[[2,6]{.number data-result="profile.visits_4w.mean/users/wave=2006/region=53"}]{.value}

visites par usager en quatre semaines
:::
:::

FIGURE

::: {.callout-important title="À retenir"}
La demande augmente : [+\u00a09 points]{.number data-result="demand.elaborate.shift/users/wave=2003..2006/region=53"}.
:::

## Détail

### Par âge {#sec-detail}

TABLE

::: {.content-visible when-format="html"}
Texte pour l'écran.
:::

::: {.content-hidden when-format="html"}
Texte pour le papier.
:::

- un point ;
- un autre, voir la figure [-@fig-demand].
""".replace("FIGURE", markup.figure("demand", drawn()["demand"], "demand.svg", None, HEADS)).replace(
    "TABLE", markup.table("demand_age", drawn()["demand_age"], HEADS)
)
