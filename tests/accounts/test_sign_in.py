"""Coming in: the password, the code, the limits, and what of it is logged."""

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from bou_portal.accounts import second_factor
from bou_portal.audit.models import Event, Verb
from tests.conftest import PASSWORD

LOGIN = "/konto/logga-in/"


@pytest.fixture(autouse=True)
def no_earlier_attempts():
    cache.clear()


@pytest.fixture
def both_factors(settings):
    settings.SECOND_FACTOR_REQUIRED = True


def give_password(client, email="maja@sundsvall.example", password=PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password} | more)


def code_for(secret, at):
    return format_hotp_value(hotp_value(secret, int(at.timestamp()) // 30))


def test_the_login_page_is_swedish_and_says_what_must_not_be_written(client, db):
    page = client.get(LOGIN).content.decode()
    assert "<h1>Logga in</h1>" in page
    assert "Portalen är inte verksamhetssystemet." in page
    assert "personnummer" in page
    assert "Sign" not in page


def test_a_social_worker_signs_in_and_out_and_it_is_logged(client, social_worker, sundsvall):
    response = give_password(client, "Maja@Sundsvall.example")
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(social_worker.pk)
    assert client.post("/konto/logga-ut/").status_code == 302
    assert "_auth_user_id" not in client.session
    said = list(Event.objects.order_by("pk").values_list("verb", "actor_id", "municipality_id"))
    assert said == [
        (Verb.SIGNED_IN, social_worker.pk, sundsvall.pk),
        (Verb.SIGNED_OUT, social_worker.pk, sundsvall.pk),
    ]


def test_a_wrong_password_says_so_and_is_logged_without_what_was_typed(client, social_worker):
    page = give_password(client, password="fel-losenord-helt").content.decode()
    assert "E-postadressen eller lösenordet stämmer inte." in page
    event = Event.objects.get()
    assert (event.verb, event.actor_id, event.target_id) == (Verb.REFUSED, 0, str(social_worker.pk))
    assert "fel-losenord" not in str(event.detail)


def test_an_unknown_address_gets_the_same_answer(client, social_worker):
    page = give_password(client, "ingen@sundsvall.example").content.decode()
    assert "E-postadressen eller lösenordet stämmer inte." in page
    assert "ingen@" not in str(Event.objects.get().detail)


def test_five_wrong_passwords_close_the_account_for_a_while_even_to_the_right_one(client, social_worker):
    for _ in range(5):
        give_password(client, password="fel-losenord-helt")
    page = give_password(client).content.decode()
    assert "Vänta fem minuter" in page
    assert "_auth_user_id" not in client.session


def test_a_colleague_at_the_same_address_on_the_net_is_not_closed_out(client, social_worker, unit_manager):
    for _ in range(5):
        give_password(client, password="fel-losenord-helt")
    give_password(client, unit_manager.email)
    assert client.session["_auth_user_id"] == str(unit_manager.pk)


def test_a_locked_account_cannot_sign_in(client, social_worker):
    social_worker.is_active = False
    social_worker.save()
    response = give_password(client)
    assert "_auth_user_id" not in client.session
    assert "Kontot är låst" in client.get(response["Location"]).content.decode()


@pytest.mark.parametrize(
    "path", ["/konto/signup/", "/konto/registrera/", "/konto/email/", "/konto/3rdparty/", "/accounts/signup/"]
)
def test_nobody_signs_up_or_changes_address(client, sign_in, social_worker, path):
    assert client.get(path).status_code == 404
    assert sign_in(social_worker).get(path).status_code == 404


def test_the_way_to_an_account_is_an_invitation(client, db):
    for response in (client.get("/konto/skaffa/"), client.post("/konto/skaffa/", {"email": "a@b.example"})):
        assert "Konto får du genom en inbjudan" in response.content.decode()


def test_with_the_password_alone_no_page_but_the_enrolment_is_reached(client, social_worker, both_factors):
    give_password(client)
    for name in ("start", "profile", "mfa_index", "account_change_password", "child_list"):
        response = client.get(reverse(name))
        assert response.status_code == 302, name
        assert response["Location"].startswith("/konto/tvafaktor/app/"), name
    assert client.get("/konto/tvafaktor/app/").status_code == 200


def test_the_first_sign_in_sets_up_the_app_and_the_second_asks_for_its_code(
    client, social_worker, both_factors, time_machine
):
    time_machine.move_to("2026-11-23T08:00:00+01:00", tick=False)
    give_password(client)
    page = client.get("/konto/tvafaktor/app/")
    secret = page.context["form"].secret
    response = client.post("/konto/tvafaktor/app/", {"code": code_for(secret, time_machine_now())})
    assert response["Location"] == "/konto/tvafaktor/reservkoder/"
    assert len(client.get(response["Location"]).context["unused_codes"]) == 10
    assert client.get("/konto/").status_code == 200

    client.post("/konto/logga-ut/")
    assert give_password(client)["Location"].startswith("/konto/tvafaktor/kod/")
    assert client.get("/konto/")["Location"].startswith(LOGIN)
    assert "Koden stämmer inte" in client.post("/konto/tvafaktor/kod/", {"code": "000000"}).content.decode()
    time_machine.shift(60)
    client.post("/konto/tvafaktor/kod/", {"code": code_for(secret, time_machine_now())})
    assert client.get("/konto/").status_code == 200
    assert Event.objects.filter(verb=Verb.REFUSED, detail__reason="engångskod").count() == 1


def time_machine_now():
    from django.utils import timezone

    return timezone.now()


def test_a_reserve_code_works_once(client, social_worker, both_factors, time_machine):
    codes = enrolled(client, time_machine)
    for expected in (200, 302):
        client.post("/konto/logga-ut/")
        give_password(client)
        client.post("/konto/tvafaktor/kod/", {"code": codes[0]})
        assert client.get("/konto/").status_code == expected


def enrolled(client, time_machine):
    """Sign in, set up the app, and return the reserve codes."""
    time_machine.move_to("2026-11-23T08:00:00+01:00", tick=False)
    give_password(client)
    secret = client.get("/konto/tvafaktor/app/").context["form"].secret
    client.post("/konto/tvafaktor/app/", {"code": code_for(secret, time_machine_now())})
    return client.get("/konto/tvafaktor/reservkoder/").context["unused_codes"]


def test_stopping_half_way_in_leads_back_to_the_login_page(client, social_worker, both_factors, time_machine):
    enrolled(client, time_machine)
    client.post("/konto/logga-ut/")
    give_password(client)
    client.post("/konto/logga-ut/", {"next": LOGIN})
    assert client.get(LOGIN).status_code == 200


def test_removing_the_app_makes_her_add_a_new_one_at_once(client, social_worker, both_factors, time_machine):
    enrolled(client, time_machine)
    assert client.post("/konto/tvafaktor/app/ta-bort/").status_code == 302
    assert client.get("/konto/")["Location"].startswith("/konto/tvafaktor/app/")


def test_a_session_from_before_the_second_factor_must_give_the_code(client, social_worker, both_factors, time_machine):
    """A stolen password that waits on the enrolment page gains nothing when the owner enrols elsewhere."""
    enrolled(client, time_machine)
    other = type(client)()
    other.force_login(social_worker)
    assert other.get("/konto/")["Location"].startswith("/konto/tvafaktor/bekrafta/")


def test_a_forgotten_password_is_replaced_by_mail_and_the_code_is_still_asked_for(
    client, social_worker, both_factors, time_machine, settings
):
    settings.BASE_URL = "https://bou.example"
    enrolled(client, time_machine)
    client.post("/konto/logga-ut/")
    client.post("/konto/losenord/glomt/", {"email": social_worker.email}, headers={"host": "localhost"})
    (letter,) = mail.outbox
    assert letter.subject == "BoU-portalen: Välj ett nytt lösenord"
    assert social_worker.name not in letter.body
    link = next(line for line in letter.body.splitlines() if line.startswith("https://bou.example/"))
    form = client.get(link.removeprefix("https://bou.example"), follow=True)
    new = "ett-helt-nytt-losenord"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert "_auth_user_id" not in client.session
    assert give_password(client, password=new)["Location"].startswith("/konto/tvafaktor/kod/")


def test_an_unknown_address_that_forgot_its_password_sees_the_same_page(client, social_worker):
    pages = [
        client.post("/konto/losenord/glomt/", {"email": email}, follow=True).content
        for email in (social_worker.email, "ingen@sundsvall.example")
    ]
    assert pages[0] == pages[1]


def test_changing_the_password_keeps_this_session_and_ends_the_others(client, social_worker):
    other = type(client)()
    give_password(client)
    give_password(other)
    new = "ett-helt-nytt-losenord"
    client.post("/konto/losenord/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert client.get("/konto/").status_code == 200
    assert other.get("/konto/").status_code == 302


@pytest.mark.parametrize(
    ("password", "why"),
    [("kort", "minst 12"), ("123456789012345", "numerisk"), ("maja@sundsvall.example", "lik")],
)
def test_a_weak_password_is_refused_with_the_reason(client, social_worker, password, why):
    give_password(client)
    answer = client.post("/konto/losenord/", {"oldpassword": PASSWORD, "password1": password, "password2": password})
    assert why in answer.content.decode().lower()
    social_worker.refresh_from_db()
    assert social_worker.check_password(PASSWORD)


def test_logging_out_everywhere_ends_every_session_at_once(client, social_worker):
    other = type(client)()
    for browser in (client, other):
        give_password(browser)
        assert browser.get("/konto/").status_code == 200
    client.post("/konto/logga-ut-overallt/")
    for browser in (client, other):
        assert browser.get("/konto/")["Location"].startswith(LOGIN)


def test_a_reset_second_factor_is_set_up_anew(client, social_worker, head_of_ifo, both_factors, time_machine):
    enrolled(client, time_machine)
    second_factor.reset(social_worker, by=head_of_ifo)
    assert client.get("/konto/")["Location"].startswith(LOGIN)
    give_password(client)
    assert client.get("/konto/")["Location"].startswith("/konto/tvafaktor/app/")


ALLAUTH_PAGES = [
    "account_logout",
    "account_change_password",
    "mfa_index",
    "mfa_activate_totp",
]


@pytest.mark.parametrize("name", ALLAUTH_PAGES)
def test_every_page_of_the_library_is_ours_in_swedish(client, social_worker, name):
    give_password(client)
    page = client.get(reverse(name)).content.decode()
    assert 'lang="sv"' in page
    assert "Till innehållet" in page
    for english in ("Password", "Sign ", "Two-Factor", "Authenticator", "placeholder="):
        assert english not in page.split("<main")[1], english


def test_signing_in_leads_on_to_the_page_that_was_asked_for(client, head_of_ifo):
    asked = client.get("/medarbetare/")
    assert asked["Location"] == f"{LOGIN}?next=/medarbetare/"
    page = client.get(asked["Location"]).content.decode()
    assert '<input type="hidden" name="next" value="/medarbetare/">' in page.replace('"/>', '">')
    assert give_password(client, head_of_ifo.email, next="/medarbetare/")["Location"] == "/medarbetare/"


def test_signing_in_leads_to_no_other_site(client, social_worker):
    assert give_password(client, next="https://ond.example/")["Location"] == "/"


def test_what_protects_the_account_is_changed_only_after_the_password_anew(client, social_worker, time_machine):
    time_machine.move_to("2026-11-23T08:00:00+01:00", tick=False)
    give_password(client)
    assert client.get("/konto/tvafaktor/app/").status_code == 200
    time_machine.shift(6 * 60)
    again = client.get("/konto/tvafaktor/app/")
    assert again["Location"] == "/konto/bekrafta/?next=%2Fkonto%2Ftvafaktor%2Fapp%2F"
    page = client.get(again["Location"]).content.decode()
    assert "Bekräfta att det är du" in page
    wrong = client.post(again["Location"], {"password": "fel-losenord-helt"}).content.decode()
    assert "Lösenordet stämmer inte." in wrong
    assert client.post(again["Location"], {"password": PASSWORD})["Location"] == "/konto/tvafaktor/app/"
    assert client.get("/konto/tvafaktor/app/").status_code == 200
