"""Every figure and table that can be drawn, by name: the function that makes it and its settings.

A figure is a function of a :class:`~pipeline.figures.scope.Scope` and keyword settings. ``KINDS`` names the functions,
``DEFAULTS`` the figures of a region and of a unit's sheet; an evaluation may ask for others by kind and settings.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pipeline.errors import DrawError
from pipeline.figures import compared, expenditure, modelled, networks, typology, valued, workshops
from pipeline.figures.output import Absent, Figure, Table
from pipeline.figures.scope import Scope

Where = Literal["region", "unit", "all"]
Maker = Callable[..., Figure | Table | Absent]

_PLOTS, _TABLES = "pipeline.figures.plots", "pipeline.figures.tables"
#: Kind of figure -> module and function, imported when first drawn.
KINDS: dict[str, str] = {
    "levels": f"{_PLOTS}.shares:levels",
    "items": f"{_PLOTS}.shares:items",
    "shift": f"{_PLOTS}.shares:shift",
    "compare": f"{_PLOTS}.shares:compare",
    "places": f"{_PLOTS}.places:places",
    "composition": f"{_PLOTS}.composition:composition",
    "distribution": f"{_PLOTS}.composition:distribution",
    "beside-region": f"{_PLOTS}.composition:beside_region",
    "trend": f"{_PLOTS}.trend:trend",
    "steps": f"{_PLOTS}.steps:along",
    "map": f"{_PLOTS}.maps:choropleth",
    "map-groups": f"{_PLOTS}.maps:grouped",
    "map-reach": f"{_PLOTS}.reach_map:distances",
    "profile-table": f"{_TABLES}.surveyed:profile",
    "items-table": f"{_TABLES}.surveyed:items",
    "group-table": f"{_TABLES}.surveyed:by_group",
    "pays-table": f"{_TABLES}.places:pays",
    "register-table": f"{_TABLES}.places:register",
    "attendance-table": f"{_TABLES}.places:attendance",
    "estimates-table": f"{_TABLES}.estimates:side_by_side",
    "pays-models-table": f"{_TABLES}.models:pays_models",
    "reach-table": f"{_TABLES}.reach:by_distance",
    "white-areas-table": f"{_TABLES}.reach:white_areas",
    "by-group-table": f"{_TABLES}.across:across",
    "crossed-table": f"{_TABLES}.crossed:crossed",
    "next-locations-table": f"{_TABLES}.reach:next_locations",
    "typology-table": f"{_TABLES}.typology:classes",
    "class-marks-table": f"{_TABLES}.typology:marks",
    "factorial-plane": f"{_PLOTS}.factorial_plane:plane",
    "money-financers-table": f"{_TABLES}.money:financers",
    "money-unit-costs-table": f"{_TABLES}.money:unit_costs",
    "money-renewal-table": f"{_TABLES}.money:renewal",
    "label-criteria-table": f"{_TABLES}.money:criteria",
    "network-actors-table": f"{_TABLES}.networks:actors",
    "network-measures-table": f"{_TABLES}.networks:measures",
    "network-skills-table": f"{_TABLES}.networks:skills",
    "workshops-table": f"{_TABLES}.workshops:activity",
    "re-enrolment-table": f"{_TABLES}.workshops:again",
    "response-table": f"{_TABLES}.accounts:response",
    "account-table": f"{_TABLES}.accounts:account",
    "weights-table": f"{_TABLES}.accounts:weights",
    "margins-table": f"{_TABLES}.accounts:margins",
}


@dataclass(frozen=True)
class Entry:
    """A figure by name: its kind, its settings, the analyses it draws from and the documents it belongs to."""

    name: str
    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    where: Where = "region"

    def make(self, scope: Scope) -> Figure | Table | Absent:
        """Return the figure of a territory.

        Raises
        ------
        DrawError
            For an unknown kind or setting.
        """
        self.check()
        return maker(self.kind)(scope, **self.settings)

    def check(self) -> None:
        """Refuse settings that the kind does not know, or lacks.

        Raises
        ------
        DrawError
            For an unknown kind or setting.
        """
        parameters = dict(inspect.signature(maker(self.kind)).parameters)
        parameters.pop("scope", None)
        unknown = sorted(set(self.settings) - set(parameters))
        required = {n for n, p in parameters.items() if p.default is p.empty}
        missing = sorted(required - set(self.settings))
        if unknown or missing:
            raise DrawError(
                f"settings of figure '{self.name}' are wrong",
                where=f"evaluation.yaml, key figures: {self.name}: settings",
                found=unknown or f"without {', '.join(missing)}",
                allowed=sorted(parameters),
                action="correct the settings of this figure",
            )

    def wanted(self, scope: Scope) -> bool:
        """Return whether the figure belongs to the document and its analyses were made."""
        return self.belongs(scope) and scope.analyses.issuperset(self.needs)

    def belongs(self, scope: Scope) -> bool:
        """Return whether the figure is one of those of the document's territory."""
        here = "region" if scope.territory == "region" else "unit"
        return self.where in (here, "all")


def maker(kind: str) -> Maker:
    """Return the function of a kind of figure."""
    if kind not in KINDS:
        raise DrawError(
            "no such kind of figure",
            where="evaluation.yaml, key figures",
            found=kind,
            allowed=sorted(KINDS),
            action="name one of these kinds, or a figure that is drawn by default",
        )
    module, _, name = KINDS[kind].partition(":")
    return getattr(importlib.import_module(module), name)


def asked(name: str, figure: str, settings: Mapping[str, Any], scope: Where) -> Entry:
    """Return the entry of a figure that evaluation.yaml asks for: a kind, or a default figure with other settings."""
    base = next((e for e in DEFAULTS if e.name == figure), None)
    if base is not None:
        return Entry(name, base.kind, {**base.settings, **settings}, base.needs, scope)
    maker(figure)
    return Entry(name, figure, settings, (), scope)


def _both(fr: str, en: str) -> dict[str, str]:
    return {"fr": fr, "en": en}


_ELABORATE = {"analysis": "demand", "indicator": "elaborate"}
_SUBJECT = _both("La demande de services élaborés", "Demand for elaborate services")
_VISITS = {"analysis": "attendance", "indicator": "visits", "population": "visits"}
_INDEXES: Sequence[str] = ("elaborate", "basic")

DEFAULTS: tuple[Entry, ...] = (
    Entry(
        "demand",
        "levels",
        {
            **_ELABORATE,
            "subject": _SUBJECT,
            "caption": _both(
                "Part des usagers souhaitant au moins un service élaboré, selon la tranche d'âge",
                "Share of users wanting at least one elaborate service, by age band",
            ),
        },
        ("demand",),
    ),
    Entry(
        "demand-shift",
        "shift",
        {
            **_ELABORATE,
            "caption": _both(
                "Évolution de la part des usagers souhaitant au moins un service élaboré, selon la tranche d'âge",
                "Change of the share of users wanting at least one elaborate service, by age band",
            ),
        },
        ("demand",),
    ),
    Entry(
        "demand-pays",
        "places",
        {
            **_ELABORATE,
            "caption": _both(
                "Part des usagers souhaitant au moins un service élaboré, par pays",
                "Share of users wanting at least one elaborate service, by pays",
            ),
        },
        ("demand",),
    ),
    Entry(
        "satisfaction",
        "items",
        {
            "analysis": "satisfaction",
            "caption": _both(
                "Part des usagers satisfaits, élément par élément",
                "Share of satisfied users, item by item",
            ),
        },
        ("satisfaction",),
    ),
    Entry(
        "satisfaction-overall",
        "distribution",
        {
            "analysis": "satisfaction",
            "indicator": "overall",
            "caption": _both(
                "Satisfaction d'ensemble : répartition des réponses", "Overall satisfaction: distribution of answers"
            ),
        },
        ("satisfaction",),
    ),
    Entry(
        "profile-age",
        "composition",
        {
            "question": "age_band",
            "caption": _both(
                "Usagers et visites selon la tranche d'âge, {when}", "Users and visits by age band, {when}"
            ),
        },
        ("profile",),
    ),
    Entry(
        "attendance-year",
        "trend",
        {
            **_VISITS,
            "measure": "per_space",
            "whole": False,
            "caption": _both(
                "Visites par espace et par {period}, selon la tranche d'âge",
                "Visits per space and {period}, by age band",
            ),
        },
        ("attendance",),
    ),
    Entry(
        "attendance-activity",
        "trend",
        {
            **_VISITS,
            "measure": "per_space",
            "whole": False,
            "by": "activity",
            "caption": _both(
                "Visites par espace et par {period}, selon l'activité", "Visits per space and {period}, by activity"
            ),
        },
        ("attendance",),
    ),
    Entry(
        "map-pays",
        "map",
        {
            **_VISITS,
            "measure": "per_inhabitant",
            "method": "completed",
            "caption": _both(
                "Visites par habitant dans les pays, relevés manquants estimés, {when}",
                "Visits per inhabitant in the pays, missing returns estimated, {when}",
            ),
        },
        ("attendance",),
    ),
    Entry(
        "map-demand",
        "map-groups",
        {
            **_ELABORATE,
            "caption": _both(
                "La demande de services élaborés dans chaque pays, comparée au reste de la région",
                "Demand for elaborate services in each pays against the rest of the region",
            ),
        },
        ("demand",),
    ),
    Entry("profile", "profile-table", {}, ("profile",)),
    Entry(
        "satisfaction-items",
        "items-table",
        {
            "analysis": "satisfaction",
            "caption": _both("Part des usagers satisfaits", "Share of satisfied users"),
        },
        ("satisfaction",),
    ),
    Entry(
        "comment-themes",
        "items-table",
        {
            "analysis": "comments",
            "caption": _both("Thèmes abordés dans les remarques des usagers", "Themes of the users' remarks"),
        },
        ("comments",),
    ),
    Entry(
        "services",
        "items-table",
        {
            "analysis": "demand",
            "caption": _both("Part des usagers souhaitant chaque service", "Share of users wanting each service"),
        },
        ("demand",),
    ),
    Entry(
        "pays",
        "pays-table",
        {
            "caption": _both(
                "Part des usagers souhaitant au moins un service élaboré, par pays",
                "Share of users wanting at least one elaborate service, by pays",
            )
        },
        ("demand",),
    ),
    Entry(
        "pays-models",
        "pays-models-table",
        {
            **_ELABORATE,
            "caption": _both(
                "Part des usagers souhaitant au moins un service élaboré, estimations directe et par modèle",
                "Share of users wanting at least one elaborate service: direct and model-based estimates",
            ),
        },
        ("demand", "small_areas"),
    ),
    Entry(
        "map-reach",
        "map-reach",
        {
            "caption": _both(
                "Communes dotées d'un espace ouvert et communes éloignées d'un espace, {when}",
                "Communes with an open space and communes far from one, {when}",
            )
        },
        ("reach",),
    ),
    Entry("reach", "reach-table", {}, ("reach",)),
    Entry("white-areas", "white-areas-table", {}, ("reach",)),
    Entry("next-locations", "next-locations-table", {}, ("reach",)),
    Entry(
        "non-users",
        "by-group-table",
        {
            "analysis": "non_users",
            "caption": _both(
                "Les non-usagers : notoriété, raisons et attentes, selon la tranche d'âge",
                "Non-users: awareness, reasons and expectations, by age band",
            ),
        },
        ("non_users",),
    ),
    *(
        Entry(*made)
        for made in (
            *compared.DEFAULTS,
            *expenditure.DEFAULTS,
            *modelled.DEFAULTS,
            *valued.DEFAULTS,
            *typology.DEFAULTS,
            *networks.DEFAULTS,
            *workshops.DEFAULTS,
        )
    ),
    Entry("spaces", "register-table", {}, ("spaces",)),
    Entry("attendance", "attendance-table", {}, ("attendance",)),
    Entry("response", "response-table", {}, ("response",)),
    Entry("account", "account-table", {}, ("account",)),
    Entry("weights", "weights-table", {}, ("weighting",)),
    Entry("margins", "margins-table", {}, ("weighting",)),
    # the sheet of a unit
    Entry("sheet-spaces", "register-table", {"beside_region": True}, ("spaces",), "unit"),
    Entry(
        "sheet-attendance",
        "trend",
        {
            **_VISITS,
            "measure": "per_space",
            "by": None,
            "beside_region": True,
            "caption": _both("Visites par espace et par {period}", "Visits per space and {period}"),
        },
        ("attendance",),
        "unit",
    ),
    Entry(
        "sheet-age",
        "beside-region",
        {
            "caption": _both(
                "Répartition des visites selon la tranche d'âge, {when}", "Distribution of visits by age band, {when}"
            )
        },
        ("attendance",),
        "unit",
    ),
    Entry(
        "sheet-profile",
        "profile-table",
        {"questions": ("age_band", "sex"), "only_published": True},
        ("profile",),
        "unit",
    ),
)
