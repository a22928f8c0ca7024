"""SIP meetings: registered without identity, answered, counted exactly for the own municipality."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bou_portal.audit.models import Event
from bou_portal.periods import Quarter, add_months
from placements.models import Sip
from placements.sip_figures import SipFigures

THIS_MONTH = timezone.localdate().replace(day=1)


def sip(municipality, month_on=THIS_MONTH, **fields):
    about = {"age_band": "13-17", "initiative": "school", "child_present": True, "follow_up_set": True}
    return Sip.objects.create(municipality=municipality, month_on=month_on, **about | fields)


def answers(**changed):
    return {
        "month_on": str(THIS_MONTH), "age_band": "7-12", "initiative": "family", "child_present": "ja",
        "follow_up_set": "nej", **changed,
    }  # fmt: skip


def test_a_social_worker_registers_a_meeting(sign_in, social_worker, sundsvall):
    client = sign_in(social_worker)
    assert "Registrera det första mötet" in client.get(reverse("sips")).content.decode()
    client.post(reverse("sip_new"), answers())
    made = Sip.objects.get()
    assert (made.municipality, made.entered_by, made.child_present, made.follow_up_set) == (
        sundsvall, social_worker, True, False,
    )  # fmt: skip
    page = client.get(reverse("sips")).content.decode()
    assert "Ett SIP-möte de senaste fyra kvartalen. Barnet var med vid 1 av 1." in page
    assert Event.objects.filter(verb="opened", target="placements.sip", municipality_id=sundsvall.pk).exists()


@pytest.mark.parametrize(
    "wrong", [{"month_on": "2020-01-01"}, {"month_on": "2099-01-01"}, {"age_band": "5"}, {"child_present": ""}]
)
def test_what_is_wrong_is_said_and_nothing_is_saved(sign_in, social_worker, wrong):
    response = sign_in(social_worker).post(reverse("sip_new"), answers(**wrong))
    assert next(iter(wrong)) in response.context["form"].errors
    assert not Sip.objects.exists()


def test_the_follow_up_is_answered_with_a_button(sign_in, social_worker, sundsvall):
    asked = sip(sundsvall)
    client = sign_in(social_worker)
    assert "Hölls uppföljningen?" in client.get(reverse("sips")).content.decode()
    url = reverse("sip_follow_up", args=[asked.uid])
    client.post(url, {"svar": "kanske"})
    asked.refresh_from_db()
    assert asked.follow_up_held is None
    client.post(url, {"svar": "nej"})
    asked.refresh_from_db()
    assert asked.follow_up_held is False
    assert "Hölls uppföljningen?" not in client.get(reverse("sips")).content.decode()


def test_a_mistake_is_changed_and_taken_away(sign_in, social_worker, sundsvall):
    wrong = sip(sundsvall, follow_up_held=True)
    client = sign_in(social_worker)
    client.post(reverse("sip_change", args=[wrong.uid]), answers())
    wrong.refresh_from_db()
    assert (wrong.age_band, wrong.follow_up_set, wrong.follow_up_held) == ("7-12", False, None)
    client.post(reverse("sip_remove", args=[wrong.uid]))
    assert not Sip.objects.exists()
    assert Event.objects.filter(verb="deleted", target="placements.sip").exists()


def test_the_shares_are_those_counted_by_hand(sundsvall, umea):
    """Third quarter: four meetings, child at three, three follow-ups set of which two known, one held."""
    day = date(2026, 8, 1)
    sip(sundsvall, day, follow_up_held=True)
    sip(sundsvall, day, follow_up_held=False, child_present=False)
    sip(sundsvall, day, initiative="family")
    sip(sundsvall, day, follow_up_set=False)
    sip(sundsvall, date(2026, 4, 1), follow_up_set=False)
    sip(sundsvall, date(2024, 12, 1))
    sip(umea, day)
    figures = SipFigures(sundsvall, Quarter(2026, 4))
    held = dict(figures.by_quarter)[Quarter(2026, 3)]
    assert len(held) == 4
    assert (held.child_present.of, held.follow_up_set.of, held.follow_up_held.of) == ("3 av 4", "3 av 4", "1 av 2")
    assert held.child_present.text == "75\N{NO-BREAK SPACE}%"
    assert dict(figures.by_quarter)[Quarter(2026, 1)].child_present.text == "–"
    assert [(label, len(rows)) for label, rows in figures.by_initiative] == [
        ("Skolan", 4),
        ("Barnet eller familjen", 1),
    ]
    assert figures.sentence == (
        "Fem SIP-möten de senaste fyra kvartalen. Barnet var med vid 4 av 5. Om en uppföljning hölls är inte besvarat."
    )


def test_the_file_has_the_own_municipalitys_meetings_and_is_logged(sign_in, head_of_ifo, sundsvall, umea):
    sip(sundsvall, follow_up_held=True)
    sip(umea, age_band="0-6")
    text = sign_in(head_of_ifo).get(reverse("sip_export")).content.decode("utf-8-sig")
    assert text.splitlines()[1:] == [f"{THIS_MONTH:%Y-%m};13–17 år;Skolan;ja;ja;ja"]
    assert Event.objects.filter(verb="exported", target="placements.sip").get().detail == {"rows": 1}


def test_a_head_of_ifo_reads_and_registers_nothing(sign_in, head_of_ifo, sundsvall):
    row = sip(sundsvall)
    client = sign_in(head_of_ifo)
    page = client.get(reverse("sips")).content.decode()
    assert "Registrera ett möte" not in page
    assert "Registrerade möten" not in page
    assert client.get(reverse("sip_change", args=[row.uid])).status_code == 403


@pytest.mark.parametrize(("who", "status"), [("neighbour", 404), ("development_leader", 403)])
def test_others_reach_no_meeting(sign_in, request, sundsvall, who, status):
    row = sip(sundsvall)
    client = sign_in(request.getfixturevalue(who))
    assert client.get(reverse("sip_change", args=[row.uid])).status_code == status
    for name in ("sip_follow_up", "sip_remove"):
        assert client.post(reverse(name, args=[row.uid]), {"svar": "ja"}).status_code == status


def test_many_meetings_cost_no_more_questions(sign_in, social_worker, sundsvall):
    client = sign_in(social_worker)
    sip(sundsvall)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("sips"))
        return len(queries)

    asked()  # the first visit also wakes the session
    before = asked()
    for back in range(30):
        sip(sundsvall, add_months(THIS_MONTH, -(back % 12)))
    assert asked() == before
