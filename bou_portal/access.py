"""Who may do what. One table in code; nothing else grants anything (no groups, no object permissions).

Access is two questions. *May she do this at all?* is answered by `@requires(Permission.X)` with 403. *Which rows?* is
answered by `Model.objects.for_user(user, Permission.X)`, which takes the same permission, with 404.
"""

from enum import StrEnum
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.db.models import TextChoices


class Permission(StrEnum):
    READ_CASES = "se placerade barn och placeringar"
    FOLLOW_UP = "registrera uppföljning av placerade barn"
    RATE_HOMES = "lämna omdöme om HVB efter en placering"
    IMPORT_DELIVERIES = "läsa in leveranser"
    READ_OWN_FIGURES = "se den egna kommunens exakta siffror och interna rapporter"
    MANAGE_MEMBERS = "bjuda in och avsluta medarbetare"
    READ_AUDIT_LOG = "läsa loggen"
    READ_HOMES = "se HVB och deras omdömen"
    READ_RELEASES = "se regionens siffror och rapporter för spridning"
    PUBLISH_RELEASES = "frysa kvartal, kommentera och publicera rapporter"
    KEEP_HOMES = "sköta regionens HVB-register"
    KEEP_AGREEMENTS = "sköta avtal, kriterier och kontroller av HVB"
    RELEASE_TEXTS = "släppa texter i omdömen till kollegor och lämna uppgiften att bedöma vidare"
    SET_TARGETS = "sätta lokala målnivåer"
    ARRANGE_COVER = "ordna ersättare åt kollegor"
    HEAR_CHILDREN = "registrera intervjuer med barn och citat"
    LEAD_LEARNING = "leda intervjuomgångar, händelseanalyser och enhetens arbete med delaktighet"
    REGISTER_SIP = "registrera SIP-möten"
    ENTER_COUNTS = "lämna basuppgifter och mottagande av ensamkommande"
    USE_CENTRE = "anmäla behov till Familjehemscentrum och ställa frågor dit"
    RUN_CENTRE = "sköta Familjehemscentrums siffror, behov och frågor"
    READ_RECEPTION = "se länets tabell över mottagande av ensamkommande"
    COMMENT_HEALTH = "se och kommentera regionens hälsotratt"
    READ_REGION_WORK = "följa regionens plan, beslut, överenskommelser, kunskap och samverkan"
    LEAD_REGION_WORK = "leda regionens arbete: plan, behov, organ, kunskap, nyheter och samverkan"
    SPEAK_FOR_MUNICIPALITY = "begära stöd, svara på inventeringar, prioritera förslag och analysera nyckeltal"
    DECIDE_WITH_REGION = "besluta i styrgruppen och godkänna överenskommelser för sin kommun"
    RUN_JOBS = "se och starta om bakgrundsjobb"


P = Permission

# A few sets carry the role names of the field.
CASE_WORK = frozenset(
    {P.READ_CASES, P.FOLLOW_UP, P.RATE_HOMES, P.READ_HOMES, P.HEAR_CHILDREN, P.REGISTER_SIP, P.READ_REGION_WORK}
)
LEAD_CASE_WORK = CASE_WORK | {P.SPEAK_FOR_MUNICIPALITY}
FOSTER_WORK = CASE_WORK | {P.USE_CENTRE}
UNIT_LEADING = FOSTER_WORK | {
    P.IMPORT_DELIVERIES,
    P.READ_OWN_FIGURES,
    P.READ_RELEASES,
    P.READ_AUDIT_LOG,
    P.SET_TARGETS,
    P.ARRANGE_COVER,
    P.LEAD_LEARNING,
    P.RELEASE_TEXTS,
    P.ENTER_COUNTS,
    P.READ_RECEPTION,
    P.SPEAK_FOR_MUNICIPALITY,
}
HEADING = frozenset(
    {
        P.READ_CASES,
        P.READ_OWN_FIGURES,
        P.READ_RELEASES,
        P.READ_HOMES,
        P.MANAGE_MEMBERS,
        P.ARRANGE_COVER,
        P.READ_AUDIT_LOG,
        P.READ_RECEPTION,
        P.READ_REGION_WORK,
        P.SPEAK_FOR_MUNICIPALITY,
        P.DECIDE_WITH_REGION,
    }
)
DATA_KEEPING = frozenset({P.IMPORT_DELIVERIES, P.READ_OWN_FIGURES, P.ENTER_COUNTS, P.READ_REGION_WORK})
REGIONAL_LEADING = frozenset(
    {
        P.READ_RELEASES,
        P.PUBLISH_RELEASES,
        P.READ_HOMES,
        P.KEEP_HOMES,
        P.KEEP_AGREEMENTS,
        P.MANAGE_MEMBERS,
        P.SET_TARGETS,
        P.READ_RECEPTION,
        P.READ_REGION_WORK,
        P.LEAD_REGION_WORK,
    }
)
REGIONAL_READING = frozenset({P.READ_RELEASES, P.READ_REGION_WORK})
HOME_CHOOSING = frozenset({P.READ_HOMES})
PROCURING = HOME_CHOOSING | {P.KEEP_AGREEMENTS, P.READ_REGION_WORK}
SYSTEM_KEEPING = frozenset({P.RUN_JOBS})
CENTRE_RUNNING = frozenset({P.RUN_CENTRE})
HEALTH_COMMENTING = frozenset({P.COMMENT_HEALTH})
RECEPTION_READING = frozenset({P.READ_RECEPTION})


class Role(TextChoices):
    SOCIAL_WORKER = "social_worker", "Socialsekreterare"
    FOSTER_CARE_WORKER = "foster_care_worker", "Familjehemssekreterare"
    LEAD_SOCIAL_WORKER = "lead_social_worker", "1:e socialsekreterare"
    UNIT_MANAGER = "unit_manager", "Enhetschef"
    HEAD_OF_IFO = "head_of_ifo", "IFO-chef"
    DATA_STEWARD = "data_steward", "Dataansvarig"
    PROCURER = "procurer", "Upphandlare"
    DEVELOPMENT_LEADER = "development_leader", "Utvecklingsledare"
    BBIC_COORDINATOR = "bbic_coordinator", "BBIC-samordnare"
    METHOD_SUPPORTER = "method_supporter", "Metodstödjare"
    RESEARCH_LEADER = "research_leader", "FoU-ledare"
    COUNCIL_MEMBER = "council_member", "BBIC-rådsledamot"
    REGIONAL_READER = "regional_reader", "Regionråd"
    FOSTER_CENTRE = "foster_centre", "Familjehemscentrum"
    PARTNER = "partner", "Samverkanspart, hälsa"
    COUNTY_BOARD = "county_board", "Länsstyrelse"
    SYSTEM_KEEPER = "system_keeper", "Systemförvaltare"


GRANTS = {
    Role.SOCIAL_WORKER: CASE_WORK,
    Role.FOSTER_CARE_WORKER: FOSTER_WORK,
    Role.LEAD_SOCIAL_WORKER: LEAD_CASE_WORK,
    Role.UNIT_MANAGER: UNIT_LEADING,
    Role.HEAD_OF_IFO: HEADING,
    Role.DATA_STEWARD: DATA_KEEPING,
    Role.PROCURER: PROCURING,
    Role.DEVELOPMENT_LEADER: REGIONAL_LEADING,
    Role.BBIC_COORDINATOR: REGIONAL_READING | HOME_CHOOSING,
    Role.METHOD_SUPPORTER: REGIONAL_READING | HOME_CHOOSING,
    Role.RESEARCH_LEADER: REGIONAL_READING,
    Role.COUNCIL_MEMBER: REGIONAL_READING,
    Role.REGIONAL_READER: REGIONAL_READING,
    Role.FOSTER_CENTRE: CENTRE_RUNNING,
    Role.PARTNER: HEALTH_COMMENTING,
    Role.COUNTY_BOARD: RECEPTION_READING,
    Role.SYSTEM_KEEPER: SYSTEM_KEEPING,
}

# Roles held in a region; all others are held in a municipality.
REGIONAL_ROLES = frozenset(
    {
        Role.DEVELOPMENT_LEADER,
        Role.BBIC_COORDINATOR,
        Role.METHOD_SUPPORTER,
        Role.RESEARCH_LEADER,
        Role.COUNCIL_MEMBER,
        Role.REGIONAL_READER,
        Role.FOSTER_CENTRE,
        Role.PARTNER,
        Role.COUNTY_BOARD,
        Role.SYSTEM_KEEPER,
    }
)

# Roles that see their own and their unit's children and unassigned ones, unless the municipality opens all to them.
OWN_UNIT_ROLES = frozenset({Role.SOCIAL_WORKER, Role.FOSTER_CARE_WORKER, Role.LEAD_SOCIAL_WORKER})

# Whom a role may invite and end (features.md b, rule 8). Nobody grants the own role.
MAY_INVITE = {
    Role.DEVELOPMENT_LEADER: frozenset({Role.HEAD_OF_IFO})
    | (REGIONAL_ROLES - {Role.DEVELOPMENT_LEADER, Role.SYSTEM_KEEPER}),
    Role.HEAD_OF_IFO: frozenset(Role) - REGIONAL_ROLES - {Role.HEAD_OF_IFO},
}


def roles_with(permission):
    """The roles that give this permission."""
    return [role for role in Role if permission in GRANTS[role]]


def requires(permission, *others):
    """403 unless the user holds the permission, or one of the others, somewhere. Which rows is `for_user()`'s job."""

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not any(map(request.user.can, (permission, *others))):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.permission = permission
        return guarded

    return decorate
