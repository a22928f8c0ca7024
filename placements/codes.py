"""The field's code lists (domain.md 2.2). The codes are the portal's own; the words are the profession's."""

from django.db.models import TextChoices


class Sex(TextChoices):
    GIRL = "flicka", "Flicka"
    BOY = "pojke", "Pojke"
    UNKNOWN = "okänt", "Okänt"


class FormGroup(TextChoices):
    """The required form of a placement; figures by form use it."""

    FAMILY = "familjehem", "Familjehem"
    NETWORK = "natverkshem", "Nätverkshem"
    EMERGENCY = "jourhem", "Jourhem"
    HVB = "hvb", "HVB"
    SUPPORTED = "stodboende", "Stödboende"
    SIS = "sis", "SiS"
    SHELTER = "skyddat boende", "Skyddat boende"
    OWN_HOME = "eget hem", "Eget hem"
    TEMPORARY = "tillfallig", "Tillfällig vistelse"
    ADOPTION = "adoption", "Placerad för adoption"
    OTHER = "ovrigt", "Övrigt"


# Homes of these forms are institutions and are found in the home register; all others are private homes.
INSTITUTIONS = frozenset({FormGroup.HVB, FormGroup.SUPPORTED, FormGroup.SIS, FormGroup.SHELTER})
# What is found in the register: institutions, and companies that supply supported foster homes (never the families).
CATALOGUED = INSTITUTIONS | {FormGroup.FAMILY}
# Homes whose stays are rated by the social worker.
RATED_FORMS = frozenset({FormGroup.HVB, FormGroup.SUPPORTED})


def catalogue_label(form):
    """What the register calls a form: of foster care only companies that supply it stand there, never a family."""
    return "Konsulentstödd familjehemsvård" if form == FormGroup.FAMILY else dict(FormGroup.choices).get(form, "")


class FormCode(TextChoices):
    FAM_RECRUITED = "FAM_RECRUITED", "Familjehem, rekryterat"
    FAM_NETWORK = "FAM_NETWORK", "Nätverks- eller släktinghem"
    FAM_CONSULTANT = "FAM_CONSULTANT", "Konsulentstött familjehem"
    FAM_REINFORCED = "FAM_REINFORCED", "Förstärkt familjehem"
    JOUR = "JOUR", "Jourhem"
    HVB_PUBLIC = "HVB_PUBLIC", "HVB, offentlig regi"
    HVB_PRIVATE = "HVB_PRIVATE", "HVB, enskild regi"
    STOD = "STOD", "Stödboende"
    SIS = "SIS", "Särskilt ungdomshem"
    SKYDD = "SKYDD", "Skyddat boende"
    OTHER_PRIVATE = "OTHER_PRIVATE", "Annat enskilt hem"
    OWN_HOME = "OWN_HOME", "Eget hem under LVU"
    OTHER = "OTHER", "Annat"


FORM_GROUP_OF = {
    FormCode.FAM_RECRUITED: FormGroup.FAMILY,
    FormCode.FAM_NETWORK: FormGroup.NETWORK,
    FormCode.FAM_CONSULTANT: FormGroup.FAMILY,
    FormCode.FAM_REINFORCED: FormGroup.FAMILY,
    FormCode.JOUR: FormGroup.EMERGENCY,
    FormCode.HVB_PUBLIC: FormGroup.HVB,
    FormCode.HVB_PRIVATE: FormGroup.HVB,
    FormCode.STOD: FormGroup.SUPPORTED,
    FormCode.SIS: FormGroup.SIS,
    FormCode.SKYDD: FormGroup.SHELTER,
    FormCode.OTHER_PRIVATE: FormGroup.OTHER,
    FormCode.OWN_HOME: FormGroup.OWN_HOME,
    FormCode.OTHER: FormGroup.OTHER,
}


class Operator(TextChoices):
    OWN = "own", "Egen regi"
    OTHER_MUNICIPALITY = "other_municipality", "Annan kommun"
    JOINT = "joint", "Gemensam regional regi"
    COMPANY = "company", "Enskild regi, företag"
    FOUNDATION = "foundation", "Enskild regi, stiftelse eller förening"
    STATE = "state", "Statlig regi (SiS)"


class TargetSex(TextChoices):
    GIRLS = "flickor", "Flickor"
    BOYS = "pojkar", "Pojkar"
    ALL = "alla", "Flickor och pojkar"


class HomeMethod(TextChoices):
    """Ways of working that homes name themselves by."""

    MILIEU = "miljöterapi", "Miljöterapi"
    MI = "mi", "Motiverande samtal (MI)"
    KBT = "kbt", "Kognitiv beteendeterapi (KBT)"
    DBT = "dbt", "Dialektisk beteendeterapi (DBT)"
    ART = "art", "Aggression Replacement Training (ART)"
    TRAUMA = "tmo", "Traumamedveten omsorg"
    FAMILY = "familj", "Familjeterapi"
    NPF = "npf", "Anpassat för NPF"
    DRUGS = "missbruk", "Behandling av missbruk"
    SCHOOL = "skola", "Skola på hemmet"
    OTHER = "annat", "Annat"


class IvoStatus(TextChoices):
    ACTIVE = "aktiv", "Aktiv"
    NOT_STARTED = "ej startad", "Ej startad"
    CLOSED = "nedlagd", "Nedlagd"


class FactSource(TextChoices):
    """Who says so."""

    HOME = "hemmet", "Hemmet självt"
    IVO = "ivo", "IVO"
    AGREEMENT = "avtal", "Avtal eller upphandling"
    REGION = "region", "Regionens utvecklingsledare"
    MUNICIPALITY = "kommun", "En kommun"
    FILE = "fil", "Inläst fil"


class LawGroup(TextChoices):
    SOL = "SoL", "SoL"
    LVU = "LVU", "LVU"
    LSU = "LSU", "LSU"
    OTHER = "annat", "Annat"


class LawCode(TextChoices):
    SOL = "SOL", "Placering med samtycke"
    SOL2001 = "SOL2001", "Placering med samtycke, äldre lag"
    LVU_6 = "LVU_6", "Omedelbart omhändertagande"
    LVU_6A = "LVU_6A", "Tillfällig vård, internationell"
    LVU_2 = "LVU_2", "Vård, hemförhållanden"
    LVU_3 = "LVU_3", "Vård, eget beteende"
    LVU_2_3 = "LVU_2_3", "Vård, båda grunderna"
    LVU_3_2 = "LVU_3_2", "Vård efter sluten ungdomsvård"
    SKYDD_79 = "SKYDD_79", "Skyddat boende"
    LSU = "LSU", "Sluten ungdomsvård"
    CONSENT22_2 = "CONSENT22_2", "Medgivande, annat enskilt hem"


LAW_GROUP_OF = {
    LawCode.SOL: LawGroup.SOL,
    LawCode.SOL2001: LawGroup.SOL,
    LawCode.LVU_6: LawGroup.LVU,
    LawCode.LVU_6A: LawGroup.LVU,
    LawCode.LVU_2: LawGroup.LVU,
    LawCode.LVU_3: LawGroup.LVU,
    LawCode.LVU_2_3: LawGroup.LVU,
    LawCode.LVU_3_2: LawGroup.LVU,
    LawCode.SKYDD_79: LawGroup.OTHER,
    LawCode.LSU: LawGroup.LSU,
    LawCode.CONSENT22_2: LawGroup.OTHER,
}


class EndReason(TextChoices):
    GOAL_REACHED_HOME = "GOAL_REACHED_HOME", "Målet nått, åter hem"
    MOVED_PLANNED = "MOVED_PLANNED", "Planerad flytt till annan form"
    INDEPENDENT = "INDEPENDENT", "Eget boende eller myndig"
    CUSTODY_TRANSFER = "CUSTODY_TRANSFER", "Vårdnaden överflyttad"
    ADOPTION = "ADOPTION", "Adoption"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN", "Samtycke återtaget"
    CHILD_INITIATED = "CHILD_INITIATED", "På barnets initiativ"
    HOME_INITIATED = "HOME_INITIATED", "På hemmets initiativ"
    BOARD_DISSATISFIED = "BOARD_DISSATISFIED", "Socialnämnden inte nöjd med vården"
    HOME_CLOSED = "HOME_CLOSED", "Hemmet stängt eller avtalet upphört"
    COURT = "COURT", "Domstolens beslut"
    TRANSFERRED = "TRANSFERRED", "Ärendet flyttat till annan kommun"
    MOVED_ABROAD = "MOVED_ABROAD", "Flytt utomlands"
    LSU = "LSU", "Sluten ungdomsvård eller fängelse"
    DECEASED = "DECEASED", "Avliden"
    OTHER = "OTHER", "Annat"


# A breakdown is an unplanned ending for one of these reasons (domain.md 2.2); "broad" adds withdrawn consent.
BREAKDOWN_REASONS = frozenset({EndReason.CHILD_INITIATED, EndReason.HOME_INITIATED, EndReason.BOARD_DISSATISFIED})
BROAD_BREAKDOWN_REASONS = BREAKDOWN_REASONS | {EndReason.CONSENT_WITHDRAWN}


class Planned(TextChoices):
    PLANNED = "ja", "Planerat"
    UNPLANNED = "nej", "Oplanerat"
    UNKNOWN = "okänt", "Okänt"


class Initiator(TextChoices):
    CHILD = "child", "Barnet"
    GUARDIAN = "guardian", "Vårdnadshavare"
    HOME = "home", "Hemmet"
    BOARD = "board", "Socialnämnden"
    COURT = "court", "Domstol"
    OTHER = "other", "Annan"


class NextStop(TextChoices):
    HOME = "home", "Hem"
    PLACEMENT = "placement", "Annan placering"
    OWN_HOUSING = "own_housing", "Eget boende"
    RELATIVE = "relative", "Släkting"
    INSTITUTION = "institution", "Institution"
    UNKNOWN = "unknown", "Okänt"


class EndCause(TextChoices):
    """Why an ending was unplanned, as the worker sees it: at most two (features.md c, C1.3). The portal's own words."""

    CONFLICT = "conflict", "Konflikt i hemmet"
    NEEDS = "needs", "Behoven var större än hemmet klarade"
    CHILD_WISH = "child_wish", "Barnets egen önskan"
    HOME_QUALITY = "home_quality", "Brister i vården eller hemmet"
    HOME_LIFE = "home_life", "Förändring i hemmets eget liv"
    FAMILY = "family", "Relationen till vårdnadshavare eller umgänget"
    SCHOOL = "school", "Skola eller sysselsättning"
    ABUSE_CRIME = "abuse_crime", "Missbruk eller kriminalitet"
    VIOLENCE = "violence", "Hot eller våld"
    ABSCONDED = "absconded", "Avvikning"
    MATCHING = "matching", "Fel matchning från början"
    SUPPORT = "support", "För lite stöd till hemmet"
    OTHER = "other", "Annat"


class AgeBand(TextChoices):
    """Ages where a year would say too much."""

    UNDER_7 = "0-6", "0–6 år"
    UNDER_13 = "7-12", "7–12 år"
    UNDER_18 = "13-17", "13–17 år"
    UNDER_21 = "18-20", "18–20 år"
