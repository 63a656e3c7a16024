"""Words of headers, in French and English, that say what a column or a file is about."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.ingest.lexicon import lexicon
from pipeline.ingest.privacy.detect import plain_words

#: Official numbers of organisations, schools and health centres, which places bear as keys.
REGISTERED = (
    r"(?:(?:id|identifiant|code|num(?:ero)?|n|no) )?(?:siret|siren|finess|uai|rna)"
    r"(?: (?:number|(?:(?:de|du|d|la|l) )*(?:espace|epn|lieu|site|structure|organisme|etablissement|association)))?"
)
#: Role of an instrument -> what the words of a header or of a question must match (whole text, no accents).
SURVEY_ROLES: Mapping[str, str] = {
    "age": r"(?:votre |q\d+ )?age(?: (?:du repondant|repondant|en annees|revolu|annees|q\d+))?"
    r"|quel (?:est votre )?age.*|.*\bage avez vous|age (?:of (?:the )?)?(?:respondents?|person)(?: .*)?|agea"
    r"|age (?:at|on) (?:your |the )?(?:last |next )?(?:birthday|interview)|(?:current )?age in years|how old are you",
    "sex": r"(?:votre |q\d+ )?(?:sexe|genre|sex|gender)(?: du repondant)?|(?:quel est )?votre (?:sexe|genre)"
    r"|etes vous (?:un homme|une femme).*|vous etes(?: un| une)?",
    "occupation": r"(?:votre )?(?:profession|csp|pcs|occupation|situation professionnelle|activite professionnelle)",
    "weight": r"(?:poids?|pond(?:eration)?|weights?|wgt|coef(?:ficient)?)"
    r"(?: (?:final|redresse|redressement|de sondage|ponderation|(?:(?:de|du|d|la|l) )*(?:cal(?:age|e)?|ind\w*|men\w*"
    r"|sondage|redressement|enquete|repondant|personne|menage)))?"
    r"|(?:[a-z]{1,3} ?)?(?:weight|wght|wgt|wt)s?(?: \d)?|w (?:final|cal|ind)|pond ?(?:cal|ind|fin|men)\w*"
    r"|(?:final|survey|design|calibrated|analysis|post stratification|population size) weights?"
    r"|poids (?:\w+ )?(?:final|cal\w*|redresse)",
    "stratum": r"(?:code |num(?:ero)? |id )?(?:(?:de|du|d|la|l) )*strates?(?: .*)?|strat(?:um|a)(?: .*)?"
    r"|stratification",
    "commune": r"(?:code )?(?:insee|depcom|com)(?: (?:commune|de la commune))?|commune insee|code (?:insee|commune).*"
    r"|(?:insee|commune|municipality) code",
    "site": r"(?:id|identifiant|code|num(?:ero)?)? ?(?:de (?:l )?)?(?:espace|epn|lieu|site|cybercommune|structure)s?"
    r"|(?:(?:id|name|code) of the )?(?:space|venue|branch|hub|cent(?:re|er)|telecent(?:re|er))(?: (?:id|code|name))?"
    rf"|{REGISTERED}",
}
#: Units that were drawn together, of which a design takes account.
CLUSTERS = (
    r"psu|upm|unites? primaires?.*|primary sampling units?.*|(?:sampling |survey )?clusters?|grappes?(?: de tirage)?"
)
#: Weights of one file, the one to use first: the final one, then the one of the draw, then that of the population.
WEIGHTS = (
    r".*\b(?:analysis|final|calibrated|cal|calage|calee?|redress\w*|an ?weight)\b.*|anw\w*|pond ?(?:cal|fin)\w*",
    r"post stratifi\w*.*|poststrat\w*|psp\w*",
    r"(?!.*\b(?:design|population size|dweight|pweight|tirage|sondage|initial)\b).*",
    r".*\b(?:design|dweight|tirage|sondage|initial)\b.*",
)
SITE_ROLES: Mapping[str, str] = {
    "site": r"(?:id|identifiant|code|num(?:ero)?)(?: (?:de (?:l )?)?(?:espace|epn|lieu|site|cybercommune))?"
    rf"|(?:site|space|venue|branch|cent(?:re|er)) (?:id|code)|{REGISTERED}",
    "site_name": r"nom(?: (?:du|de l|d) ?(?:espace|lieu|site|epn))?|(?:(?:site|space|venue|branch|centre) )?name"
    r"|libelle|denomination",
    "aliases": r"alias(?:es)?|anciens? (?:noms?|identifiants?).*|former names?",
    "commune": r"(?:code )?insee(?: commune)?|code insee.*|commune insee|depcom|code commune"
    r"|(?:insee|commune|municipality) code",
    "commune_name": r"(?:nom (?:de la )?)?commune(?: nom)?|ville|localite|municipality|town|city",
    "opened": r"(?:date (?:d )?)?ouverture|ouvert le|opened|opening date|date ouverture",
    "closed": r"(?:date (?:de )?)?fermeture|ferme le|closed|closing date|date fermeture",
    "label_date": r"date (?:du |de )?label.*|label date",
    "label": r"label(?:lise)?",
    "posts": r"(?:nombre de |nb )?(?:postes?|ordinateurs?|computers?|posts?)(?: (?:informatiques?|publics?))?",
    "hours": r"heures?(?: (?:d ouverture )?(?:par )?(?:semaine|hebdo(?:madaires)?))?"
    r"|(?:hours|opening hours)(?: (?:a |per )?week)?",
    "equipment_year": r"annee (?:du |de l |d achat (?:du )?)?(?:materiel|equipement)|equipment year",
    "site_type": r"type(?: (?:d espace|de lieu|espace))?|typologie",
    "status": r"statut|situation|etat|status",
}
ATTENDANCE_ROLES: Mapping[str, str] = {
    "site": SITE_ROLES["site"] + "|" + SURVEY_ROLES["site"],
    "month": r"mois|month|periode|annee mois",
    "age_band": r"tranches? ?d? ?ages?|age|classe d ?age|age (?:band|group)",
    "activity": r"activites?|type(?: d (?:activite|accompagnement))?|activity",
    "visits": r"(?:nombre de |nb |n )?(?:visites?|visits?|passages?|entrees|frequentation|visiteurs|participants?)",
    "total": r"total(?: .*)?",
}
#: Columns that the pipeline itself adds to clean tables.
RESERVED = {"wave", "site_id", "commune", "epci", "pays", "department", "area", "region", "age_band"}
_RECORD = (
    r"(?:reponse|repondante?|questionnaire|enquetee?|fiche|envoi|soumission|participante?|usagere?|personne|individu)s?"
)
KEYS = (
    r"n|no|id|ident(?:ifiant(?: .*)?)?(?: .*)?|num(?:ero)?(?: .*)?|numq|key|cle|uuid"
    rf"|(?:id|code|cle|no|n) (?:(?:de|du|d|la|le|l) )*{_RECORD}|{_RECORD} (?:id|no|n)"
    r"|(?:respondent|response|record|submission|participant|case|user|person|survey)(?: (?:id|key|number|no|code))"
    r"|id ?no|(?:respondent s|respondents?|record|questionnaire|case) (?:identification|serial|id) (?:number|no|code)"
    r"|respondent|(?:id|key) of the (?:respondent|response|record|submission)"
)
#: Columns whose values are waves, whatever they are called, and those that may hold years.
NAMED_WAVES = r"(?:(?:numero|nom|n[o°]?) (?:de (?:la )?)?)?vague(?: (?:d )?enquete)?|wave|edition|round"
WAVES = rf"annee(?: (?:(?:d )?enquete|scolaire))?|saison|season|school year|year|millesime|{NAMED_WAVES}"
#: When an answer was given, as people and form tools (Google Forms, Microsoft Forms, Qualtrics, SurveyMonkey) say.
RESPONDED = (
    r"date(?: (?:(?:de|du|d|la|l|le|of|the) )*(?:enquete|interview|entretien|passation|collecte|reponse|soumission"
    r"|creation|saisie|questionnaire))?"
    r"|horodat(?:eur|age|ee?)|(?:time|date) ?stamp|(?:recorded|start|end) ?date|submitted(?: at| on)?"
    r"|submission (?:date|time)|date (?:created|modified|submitted|recorded|de modification)"
    r"|(?:start|completion|end) time|heure de (?:debut|fin|soumission)|termine a"
    r"|(?:(?:date|start|beginning|end) (?:(?:and time )?of (?:the )?)?)?interviews?(?: (?:date|start|end|day))?"
    r"|inwds|inwde|(?:date (?:et heure )?(?:de|du) )?(?:debut|fin) (?:de l |d )?(?:entretien|interview|enquete)"
)
#: LimeSurvey's and Kobo's own columns about the response, which no question asks.
PARADATA = re.compile(
    r"(?:submitdate|lastpage|startlanguage|seed|startdate|datestamp|ipaddr|refurl|token|email|firstname|lastname"
    r"|interviewtime|groupTime\d*|.*Time|start|end|today|deviceid|username|phonenumber|audit|__version__|formhub/uuid"
    r"|meta/.*|_(?:id|index|status|notes|tags|submitted_by|submission_time|validation_status|version.*)"
    rf"|{'|'.join(lexicon('kobo')['timing'])}|_(?!uuid).*)"
)


#: The number of a question before its words (« Q5. », « S2 - »), and what is said of them behind (« (weighted) »).
_NUMBER = re.compile(r"^\s*(?:[A-Za-z]{1,3} ?)?\d{1,3}[a-z]?\s*[.:)\-–]\s+")
_ASIDE = re.compile(r"\s*(?:\([^)]*\)|[,;].*)\s*")


def bare_words(text: str) -> str:
    """Return the words of a question without its number, and without what stands behind it in brackets or commas."""
    return _ASIDE.sub("", _NUMBER.sub("", text))


def matches(pattern: str, *texts: str) -> bool:
    """Return whether one of the texts, in plain words, matches a pattern as a whole, with its number or without."""
    return any(re.fullmatch(pattern, plain_words(w)) for t in texts if t for w in (t, bare_words(t)))


def role_of(roles: Mapping[str, str], *texts: str) -> str | None:
    """Return the first role whose words one of the texts is made of."""
    return next((role for role, pattern in roles.items() if matches(pattern, *texts)), None)
