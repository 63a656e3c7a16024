"""The columns of the published results: name, type, French title and meaning, said once for every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline import results
from pipeline.results.time import years
from pipeline.wording import labels as words
from pipeline.wording import numbers
from pipeline.wording.labels import Labels

#: Decimals kept: enough for any use, and the same bytes on every machine.
DECIMALS = 6


@dataclass(frozen=True)
class Column:
    """One published column; ``type`` is that of Frictionless table schemas."""

    name: str
    type: str
    title: str
    description: str
    allowed: tuple[str, ...] = ()

    def field(self) -> dict[str, Any]:
        """Return the column as a field of a Frictionless schema."""
        out: dict[str, Any] = {
            "name": self.name,
            "type": self.type,
            "title": self.title,
            "description": self.description,
        }
        if self.type == "number":
            out |= {"decimalChar": ","}
        if self.allowed:
            out["constraints"] = {"enum": list(self.allowed)}
        if self.name == "result_id":
            out["constraints"] = {"required": True, "unique": True}
        return out


_TEXT = (
    ("result_id", "Identifiant", "Identifiant unique du résultat, cité dans les pages du site."),
    ("label", "Libellé", "Ce que mesure le résultat, en clair."),
    ("question", "Question d'analyse", "Question du plan à laquelle répond l'analyse."),
    ("analysis", "Analyse", "Entrée du plan qui a produit le résultat."),
    ("indicator", "Indicateur", "Ce qui est mesuré."),
    ("measure", "Mesure", "Part, moyenne, effectif, évolution, écart."),
    ("method", "Méthode", "Méthode d'estimation ; vide pour l'estimation directe."),
    ("population", "Population", "De qui parle le résultat : usagers, visites, habitants, espaces, enregistrements."),
    ("inference", "Nature", "Pourquoi on peut y croire : échantillon, dénombrement, modèle, enquête par quotas."),
    ("wave", "Vague", "Vague d'enquête, ou les deux vagues comparées."),
    ("period", "Période", "Période ou date, pour ce qui n'est pas une vague."),
    ("territory_level", "Niveau", "Niveau du territoire."),
    ("territory", "Code du territoire", "Code officiel du territoire."),
    ("territory_label", "Territoire", "Nom du territoire."),
    ("boundaries", "Contours", "Millésime des contours du territoire."),
    ("domain", "Sous-population", "Sous-population, sous la forme nom=code."),
    ("unit", "Unité", "Unité de l'estimation ; les parts vont de 0 à 1, les écarts de parts sont en points."),
)
_NUMBERS = (
    ("order", "Rang", "Rang de la vague dans l'ordre déclaré, ou de la période dans le calendrier."),
    ("estimate", "Estimation", "Valeur estimée ou dénombrée ; vide quand elle n'est pas publiable."),
    ("step", "Pas", "Pas sur lequel l'estimation et ses bornes sont arrondies ; il suit l'erreur type."),
    ("se", "Erreur type", "Erreur type, selon le plan de sondage."),
    ("lower", "Borne inférieure", "Borne inférieure de l'intervalle de confiance."),
    ("upper", "Borne supérieure", "Borne supérieure de l'intervalle de confiance."),
    ("level", "Niveau de confiance", "Niveau de l'intervalle."),
    ("df", "Degrés de liberté", "Degrés de liberté de l'intervalle."),
    ("n", "Effectif", "Nombre de répondants ou d'enregistrements, non pondéré."),
    ("n_effective", "Effectif efficace", "Taille d'un échantillon aléatoire simple de même précision."),
    ("deff", "Effet de sondage", "Rapport de la variance à celle d'un sondage aléatoire simple."),
    ("p_value", "Valeur p", "Probabilité critique du test d'absence d'écart."),
    ("p_adjusted", "Valeur p ajustée", "La même, corrigée du nombre de comparaisons."),
    ("coverage", "Couverture", "Part des enregistrements attendus qui ont été reçus, pour un dénombrement."),
)
_LAST = (
    ("base", "Base", "Personnes à qui la question était posée."),
    ("source", "Source", "Source des données."),
    ("quality", "Publication", "Publié, à lire avec prudence ou non publié."),
    ("reason", "Motif", "Motif de la prudence ou de la non-publication."),
)
_ALLOWED = {
    "population": results.POPULATIONS,
    "inference": results.INFERENCES,
    "unit": results.UNITS,
    "quality": results.QUALITIES,
}

COLUMNS: tuple[Column, ...] = (
    *(Column(n, "string", t, d, _ALLOWED.get(n, ())) for n, t, d in _TEXT),
    *(Column(n, "number", t, d) for n, t, d in _NUMBERS),
    Column("confirmatory", "boolean", "Prévu", "Vrai quand la comparaison figurait au plan d'analyse."),
    *(Column(n, "string", t, d, _ALLOWED.get(n, ())) for n, t, d in _LAST),
)


def published_table(table: pd.DataFrame, labels: Labels, lang: str) -> pd.DataFrame:
    """Return the publishable results with their labels, one row a result, listed as the table is.

    Parameters
    ----------
    table : results that protect has passed; suppressed rows have blank estimates and stay as rows.
    labels, lang : the words of the labels.
    """
    out = results.listed(table)
    hidden = out["quality"] == "suppress"
    out = results.blank(out, hidden)
    places = out["territory_level"] + "=" + out["territory"]
    named = {key: _place(key, labels, lang) for key in places.unique()}
    out["territory_label"] = places.map(named)
    out["label"] = [_label(row, labels, lang) for row in out[list(_NAMING)].to_dict("records")]
    columns = [c.name for c in COLUMNS]
    digits = {c.name: DECIMALS for c in COLUMNS if c.type == "number"}
    out = out.reindex(columns=columns)
    # what is written with so many decimals stands on no finer step
    return out.assign(step=out["step"].clip(lower=10.0**-DECIMALS)).round(digits)


def _place(key: str, labels: Labels, lang: str) -> str:
    return words.find(f"{key}:name", labels, lang) or words.find(key, labels, lang) or key.partition("=")[2]


#: What the label of a result is made of.
_NAMING = ("analysis", "indicator", "measure", "wave", "period", "domain")


def _label(row: Mapping[Any, Any], labels: Labels, lang: str) -> str:
    head = f"{row['analysis']}.{row['indicator']}"
    name = words.find(f"{head}.{row['measure']}", labels, lang) or words.find(head, labels, lang) or row["indicator"]
    parts = [name, numbers.period(row["wave"] or row["period"], lang) if _dated(row) else ""]
    for pair in filter(None, row["domain"].split("/")):
        parts.append(words.find(pair, labels, lang) or pair)
    return ", ".join(p for p in parts if p)


def _dated(row: Mapping[Any, Any]) -> bool:
    return bool(row["wave"]) or bool(years(row["period"]))
