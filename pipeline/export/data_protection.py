"""The data protection notice: what is processed, why, how long, and whom to write to, from what is declared.

The heads are those of articles 13 and 14 of the GDPR (regulation (EU) 2016/679).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.evaluation import Evaluation, Privacy
from pipeline.export.prose import bullets, uncapital

if TYPE_CHECKING:
    from IPython.display import Markdown

_LACKING = "**À compléter** : finalité, durée de conservation et contact n'ont pas été déclarés pour cette évaluation."
_PUBLISHED = (
    "**Diffusion** : seuls des résultats agrégés sont publiés, à partir d'un nombre minimal de répondants ; aucun"
    " résultat d'enquête ne porte sur une personne, ni sur un espace nommé, où une personne travaille souvent seule."
)
_RIGHTS = (
    "accès, rectification, effacement, limitation et opposition s'exercent auprès du contact indiqué. Une réclamation"
    " peut être adressée à la Cnil."
)
_SITE = "**Ce site** ne dépose aucun traceur, n'exécute aucun script et ne charge rien d'un autre hôte."


def data_protection(evaluation: Evaluation, lang: str = "fr") -> Markdown:
    """Return the notice as a list; what nobody declared is said to be lacking, never made up."""
    privacy = evaluation.settings.privacy
    first = _declared(privacy, lang) if privacy else [_LACKING]
    last = _last(privacy, lang) if privacy else []
    return bullets(
        *first, _processed(evaluation), _comments(evaluation), _PUBLISHED, _research(evaluation), *last, _SITE
    )


def _declared(privacy: Privacy, lang: str) -> list[str]:
    heads = (
        ("Responsable du traitement", privacy.controller),
        ("Finalité", privacy.purpose),
        ("Base légale", privacy.legal_basis),
        ("Destinataires", privacy.recipients),
    )
    return [f"**{head}** : {text.in_language(lang)}" for head, text in heads if text]


def _last(privacy: Privacy, lang: str) -> list[str]:
    rights = privacy.rights.in_language(lang) if privacy.rights else _RIGHTS
    return [
        f"**Conservation** : {privacy.retention.in_language(lang)}",
        f"**Droits** : {rights}",
        f"**Contact** : {privacy.contact.in_language(lang)}",
    ]


def _processed(evaluation: Evaluation) -> str:
    """Return what the instruments collect of persons, and what becomes of it while it is read."""
    questions = [q for i in evaluation.instruments.values() for q in i.questions]
    identifiers = [uncapital(q.title("fr")).rstrip(" .:?") for q in questions if q.role == "identifier"]
    lists = " et listes d'inscription aux ateliers" if evaluation.sources("enrolments") else ""
    text = f"**Données traitées** : réponses aux questionnaires{lists}, sans identité."
    if identifiers:
        text += (
            f" Les identifiants directs ({' ; '.join(f'[« {name} »]{{.questionnaire}}' for name in identifiers)}) sont"
            " remplacés dès la lecture par une empreinte à clé secrète, jamais publiée."
        )
    if any(q.role == "birth_date" for q in questions):
        text += " De la date de naissance ne sont gardés que l'année et l'âge à l'enquête."
    return text + " Les lieux sont connus à la commune, jamais plus finement."


def _comments(evaluation: Evaluation) -> str | None:
    questions = [q for i in evaluation.instruments.values() for q in i.questions]
    if not any(q.role == "open_text" or (q.type == "open" and q.role != "identifier") for q in questions):
        return None
    coded = any(s.comments for s in evaluation.settings.sources)
    more = " Une personne les classe par thèmes, et seules les fréquences des thèmes sont publiées." if coded else ""
    return f"**Réponses libres** : elles ne sont ni recopiées dans les fichiers d'étude ni publiées.{more}"


def _research(evaluation: Evaluation) -> str | None:
    if evaluation.settings.research_file is None:
        return None
    return (
        "**Recherche** : un fichier d'étude peut être remis à d'autres équipes, sur demande et hors de ce site. Il ne"
        " contient ni identifiant, ni date, ni lieu d'enquête nommé, et chaque personne y partage ses caractéristiques"
        " avec d'autres ; il n'est pas constitué quand trop peu de personnes se ressemblent."
    )
