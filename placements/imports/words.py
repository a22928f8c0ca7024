"""The words case systems use, folded (no case, accents, spaces), and what they mean here. Codes: domain.md 2.2."""

from bou_portal.imports import folded
from placements.codes import (
    FORM_GROUP_OF,
    LAW_GROUP_OF,
    EndReason,
    FormCode,
    FormGroup,
    Initiator,
    LawCode,
    LawGroup,
    NextStop,
    Operator,
    Planned,
    Sex,
)
from placements.models import FollowUp, HealthExam, Plan, Review


def words(choices, **synonyms: str) -> dict[str, str]:
    """Folded word -> code: every code, every label, and the synonyms (`CODE="ett ord, ett annat"`)."""
    known = {folded(text): value for value, label in choices.choices for text in (value, label)}
    for value, listed in synonyms.items():
        known |= {folded(word): choices[value].value for word in listed.split(",")}
    return known


SEX = words(Sex, GIRL="F, K, kvinna, flickor", BOY="P, M, man, pojkar", UNKNOWN="okänd, annat, X")
YES_NO = {
    "ja": True,
    "j": True,
    "1": True,
    "true": True,
    "x": True,
    "nej": False,
    "n": False,
    "0": False,
    "false": False,
}

# form -> (group, finer code or "")
FORM = {
    **{
        word: (group, "")
        for word, group in words(
            FormGroup,
            FAMILY="FH, familjehemsplacering, familjehemmet",
            NETWORK="NH, släkting, privat nätverk",
            EMERGENCY="JH, jour, jourhemsplacering, beredskapshem, jourfamiljehem",
            HVB="HVB-hem, hem för vård eller boende, hem för vård och boende, institution",
            SUPPORTED="SB, stödboende 16-20, stödboende 16-20 år",
            SIS="SiS-hem, SiS-institution, LVU-hem, § 12-hem, statens institutionsstyrelse, särskilt ungdomshem (SiS)",
            SHELTER="skyddsboende, skyddat",
            OWN_HOME="egna hemmet, vård i eget hem",
            TEMPORARY="tillfällig, tillfällig placering, korttid",
            ADOPTION="adoptionsplacering, för adoption",
            OTHER="övrig",
        ).items()
    },
    **{
        word: (FORM_GROUP_OF[code].value, code)
        for word, code in words(
            FormCode,
            FAM_RECRUITED="rekryterat familjehem, kommunrekryterat familjehem",
            FAM_NETWORK="släktinghem, nätverksfamiljehem, nätverks-/släktinghem",
            FAM_CONSULTANT="konsulentfamiljehem, konsulentstödd familjehemsvård, konsulentstödda familjehem",
            FAM_REINFORCED="behandlingsfamilj, förstärkta familjehem",
            HVB_PUBLIC="HVB kommunal regi, kommunalt HVB",
            HVB_PRIVATE="HVB privat regi, privat HVB",
            OTHER_PRIVATE="privatplacering, medgivandehem",
            OWN_HOME="eget hem LVU",
            OTHER="sjukhus",
        ).items()
        if word != "sis"  # the group's own word says no more than the group
    },
}
FORM[folded("annat")] = (FormGroup.OTHER.value, "")

OPERATOR = words(
    Operator,
    OWN="egen, kommunal, kommunala (SRF), kommunen, kommunal egen",
    OTHER_MUNICIPALITY="annan kommuns regi, externa",
    JOINT="gemensam, gemensam regi, regional, region, kommunalförbund",
    COMPANY="enskild regi, enskild, privat, privat regi, privata (SRF), företag, bolag, privat företag",
    FOUNDATION="stiftelse, förening, ideell, idéburen, stiftelse/förening",
    STATE="SiS, staten, statlig, statlig regi",
)

# law -> (group, finer code or "")
LAW = {
    **{word: (group, "") for word, group in words(LawGroup, OTHER="annan lag, annan, övrigt").items()},
    **{
        word: (LAW_GROUP_OF[code].value, code)
        for word, code in words(
            LawCode,
            SOL="SoL 2025:400, SoL 11:1, SoL 11 kap. 1 §, 11 kap. 1 § SoL",
            SOL2001="SoL 2001:453, SoL 4:1, SoL 4 kap. 1 §, 4 kap. 1 § SoL, SoL 6:1, 6 kap. 1 § SoL",
            LVU_6="6 § LVU",
            LVU_6A="6 a § LVU, LVU 9 a §, 9 a § LVU",
            LVU_2="2 § LVU",
            LVU_3="3 § LVU",
            LVU_2_3="2 och 3 §§ LVU, LVU 2 och 3 §§, LVU 2 och 3 §, LVU 2+3",
            LVU_3_2="LVU 3 § 2 st, LVU 3 § andra stycket, 3 § 2 st LVU",
            SKYDD_79="lag 2024:79, 2024:79",
            LSU="sluten ungdomsvård, LSU 1998:603",
            CONSENT22_2="medgivande, privatplacering",
        ).items()
        if word not in ("sol", "lsu")  # the groups' own words say no more than the group
    },
}

# "planerat:ja" is an ending that says only whether it was planned
END_REASON = words(
    EndReason,
    GOAL_REACHED_HOME="hem, hemflytt, planerad hemgång, åter till hemmet, flyttat hem, återförening, målet uppnått",
    MOVED_PLANNED="omplacering, planerad omplacering, flytt, planerad flytt",
    INDEPENDENT="eget boende, 18 år, 21 år, myndig, utslussning, utflyttad",
    CUSTODY_TRANSFER="vårdnadsöverflyttning, SFV",
    CONSENT_WITHDRAWN="återtaget samtycke, samtycket återtogs",
    CHILD_INITIATED="avvek, avvikit, avviken, rymt, barnet avbröt",
    HOME_INITIATED="hemmet avbröt, familjehemmet sade upp, hemmet sade upp",
    BOARD_DISSATISFIED="socialtjänsten avbröt, missförhållanden",
    HOME_CLOSED="hemmet stängdes, stängt, avtal upphört",
    COURT="domstol, LVU upphört, domstolsbeslut",
    TRANSFERRED="överflyttad, överflyttat ärende, annan kommun",
    MOVED_ABROAD="utlandsflytt, utomlands",
    LSU="LSU, fängelse",
    DECEASED="död, avlidit",
    OTHER="övrigt, annan orsak",
) | {folded(word): "planerat:ja" for word in ("planerat avslut", "planerad utskrivning", "planerad avslutning")}
END_REASON |= {
    folded(word): "planerat:nej"
    for word in ("oplanerat avslut", "oplanerat avbrott", "sammanbrott", "oplanerad utskrivning")
}

PLANNED = words(
    Planned, PLANNED="planerad, J, enligt plan", UNPLANNED="oplanerad, N, ej planerat", UNKNOWN="okänd, vet ej"
)
INITIATOR = words(
    Initiator,
    CHILD="barn, ungdomen, den unge",
    GUARDIAN="förälder, föräldrar, vårdnadshavaren",
    HOME="hem, familjehemmet, HVB",
    BOARD="nämnden, socialtjänsten, kommunen",
    COURT="domstolen, förvaltningsrätten",
    OTHER="annat, övrigt",
)
NEXT_STOP = words(
    NextStop,
    HOME="hemmet, föräldrahemmet, hem till vårdnadshavare",
    PLACEMENT="ny placering, omplacering, familjehem, nätverkshem, jourhem, HVB, stödboende, SiS",
    OWN_HOUSING="egen bostad, egen lägenhet",
    RELATIVE="släktingar, anhörig",
    INSTITUTION="sjukhus, fängelse",
    UNKNOWN="okänd, vet ej",
)

FOLLOW_UP_KIND = words(
    FollowUp.Kind,
    THREE_MONTHS="3 mån, 3-månadersuppföljning, tremånaders",
    SIX_MONTHS="6 mån, 6-månadersuppföljning, sexmånaders",
    EXTRA="extra uppföljning",
    CLOSING="avslutande, avslutsuppföljning",
)
NO_TALK = words(
    FollowUp.NoTalk, REFUSED="ville inte, avböjt, nej tack", TOO_YOUNG="för ung, för liten, för litet", OTHER="annat"
)
SAFE = words(FollowUp.Safe, YES="trygg", NO="otrygg", UNKNOWN="vet ej, okänd")
PLAN_KIND = words(Plan.Kind, CARE="VP", IMPLEMENTATION="GP, genomförande")
REVIEW_KIND = words(Review.Kind, CONSIDERATION="överväga", REEXAMINATION="ompröva")
EXAM_KIND = words(
    HealthExam.Kind, MEDICAL="hälsa, läkarundersökning, medicinsk", DENTAL="tandläkare, tandhälsa, munhälsa, dental"
)
NOT_DONE = words(
    HealthExam.NotDone,
    DECLINED="avböjd, tackat nej, ville inte",
    MISSED="uteblev, uteblivit",
    NOT_OFFERED="ej erbjuden, ingen tid, inte erbjuden",
    NOT_NEEDED="obehövlig, inte nödvändig",
    OTHER="övrigt",
)
