"""Figures and tables of workshops: name, kind, settings and the analyses they need."""

from __future__ import annotations

from typing import Any

Default = tuple[str, str, dict[str, Any], tuple[str, ...]]

DEFAULTS: tuple[Default, ...] = (
    ("workshops", "workshops-table", {}, ("workshops",)),
    ("re-enrolment", "re-enrolment-table", {}, ("workshops",)),
    (
        "re-enrolment-age",
        "levels",
        {
            "analysis": "workshops",
            "indicator": "re_enrolment",
            "population": "trainees",
            "subject": {
                "fr": "La part des stagiaires qui se réinscrivent",
                "en": "The share of trainees who enrol again",
            },
            "caption": {
                "fr": "Part des stagiaires qui se réinscrivent après un cycle, selon la tranche d'âge",
                "en": "Share of trainees who enrol again after a cycle, by age band",
            },
        },
        ("workshops",),
    ),
)
