"""Who gets what answer at every address: one table, complete, for reading and for writing.

The columns are the personas of tests/town.py; the three last ones work in another municipality of another region.
302 to the sign-in page for whoever is not signed in, 403 = not her business at all, 404 = not her rows, which looks the
same as rows that do not exist.
"""

import uuid

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from bou_portal.accounts.models import Invitation, Membership, User
from bou_portal.reports.models import Report
from placements.models import CareHome, Child, Delivery, FollowUp, Placement
from tests import town

PERSONAS = ("anonymous", *town.PEOPLE)
READING = """
start                                      302 200 200 200 200 200 200 200 200 200 200 200 200
about                                      200 200 200 200 200 200 200 200 200 200 200 200 200
accessibility                              200 200 200 200 200 200 200 200 200 200 200 200 200
access_table                               200 200 200 200 200 200 200 200 200 200 200 200 200
retention_plan                             200 200 200 200 200 200 200 200 200 200 200 200 200
definitions                                200 200 200 200 200 200 200 200 200 200 200 200 200
health                                     200 200 200 200 200 200 200 200 200 200 200 200 200
gallery                                    404 404 404 404 404 404 404 404 404 404 404 404 404
stay                                       302 204 204 204 204 204 204 204 204 204 204 204 204
region 22                                  302 200 200 200 200 200 200 200 200 200 200 200 200
account_login                              200 302 302 302 302 302 302 302 302 302 302 302 302
account_signup                             200 302 302 302 302 302 302 302 302 302 302 302 302
account_inactive                           200 200 200 200 200 200 200 200 200 200 200 200 200
account_logout                             302 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password                     200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_done                200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key 1 fel      200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key_done       200 200 200 200 200 200 200 200 200 200 200 200 200
account_reauthenticate                     302 200 200 200 200 200 200 200 200 200 200 200 200
account_change_password                    302 200 200 200 200 200 200 200 200 200 200 200 200
profile                                    302 200 200 200 200 200 200 200 200 200 200 200 200
sign_out_everywhere                        302 405 405 405 405 405 405 405 405 405 405 405 405
mfa_index                                  302 200 200 200 200 200 200 200 200 200 200 200 200
mfa_authenticate                           302 302 302 302 302 302 302 302 302 302 302 302 302
mfa_reauthenticate                         302 302 302 302 302 302 302 302 302 302 302 302 302
mfa_activate_totp                          302 200 200 200 200 200 200 200 200 200 200 200 200
mfa_deactivate_totp                        302 404 404 404 404 404 404 404 404 404 404 404 404
mfa_view_recovery_codes                    302 404 404 404 404 404 404 404 404 404 404 404 404
mfa_generate_recovery_codes                302 200 200 200 200 200 200 200 200 200 200 200 200
accept_invitation fel                      410 410 410 410 410 410 410 410 410 410 410 410 410
members                                    302 403 403 200 403 403 200 403 403 403 403 200 200
invite                                     302 403 403 200 403 403 200 403 403 403 403 200 200
resend_invitation invitation               302 405 405 405 405 405 405 405 405 405 405 405 405
withdraw_invitation invitation             302 403 403 200 403 403 404 403 403 403 403 404 404
units 2281                                 302 403 403 200 403 403 404 403 403 403 403 404 404
openness 2281                              302 405 405 405 405 405 405 405 405 405 405 405 405
member_detail member                       302 403 403 200 403 403 404 403 403 403 403 404 404
reset_second_factor member                 302 403 403 200 403 403 404 403 403 403 403 404 404
handover member                            302 403 403 200 403 403 404 403 403 403 403 404 404
end_membership member                      302 403 403 200 403 403 404 403 403 403 403 404 404
audit_log                                  302 403 200 200 403 403 403 403 403 403 200 200 403
audit_export                               302 403 200 200 403 403 403 403 403 403 200 200 403
child_list                                 302 200 200 200 403 403 403 403 403 200 200 200 403
child_lookup                               302 200 200 200 403 403 403 403 403 200 200 200 403
child_export                               302 200 200 200 403 403 403 403 403 200 200 200 403
child_detail child                         302 200 200 200 403 403 403 403 403 404 404 404 403
child_detail other_units_child             302 404 200 200 403 403 403 403 403 404 404 404 403
child_assign child                         302 200 200 403 403 403 403 403 403 404 404 403 403
row_new child uppfoljning                  302 200 200 403 403 403 403 403 403 404 404 403 403
row_change child uppfoljning follow_up     302 200 200 403 403 403 403 403 403 404 404 403 403
row_undo child uppfoljning follow_up       302 405 405 403 403 403 403 403 403 405 405 403 403
rate_home unrated                          302 200 200 403 403 403 403 403 403 404 404 403 403
rate_home rated                            302 302 302 403 403 403 403 403 403 404 404 403 403
rating_step unrated 1                      302 200 200 403 403 403 403 403 403 404 404 403 403
rating_receipt rated                       302 200 200 403 403 403 403 403 403 404 404 403 403
rating_receipt unrated                     302 404 404 403 403 403 403 403 403 404 404 403 403
delivery_list                              302 403 200 403 200 403 403 403 403 403 200 403 403
delivery_new                               302 403 200 403 200 403 403 403 403 403 200 403 403
delivery_detail delivery                   302 403 200 403 200 403 403 403 403 403 404 403 403
delivery_progress delivery                 302 403 200 403 200 403 403 403 403 403 404 403 403
delivery_translate delivery                302 403 302 403 302 403 403 403 403 403 404 403 403
delivery_confirm delivery                  302 403 405 403 405 403 403 403 403 403 405 403 403
delivery_undo delivery                     302 403 200 403 200 403 403 403 403 403 404 403 403
delivery_discard delivery                  302 403 405 403 405 403 403 403 403 403 405 403 403
delivery_receipt delivery                  302 403 200 403 200 403 403 403 403 403 404 403 403
delivery_refused delivery                  302 403 200 403 200 403 403 403 403 403 404 403 403
home_list                                  302 200 200 200 403 200 200 403 403 200 200 200 200
home_propose                               302 200 200 403 403 403 403 403 403 200 200 403 403
home_detail home                           302 200 200 200 403 200 200 403 403 200 200 200 200
home_detail proposal                       302 200 200 200 403 200 200 403 403 404 404 404 404
home_change home                           302 403 403 403 403 403 200 403 403 403 403 403 404
home_approve proposal                      302 403 403 403 403 403 405 403 403 403 403 403 405
home_close home                            302 403 403 403 403 403 405 403 403 403 403 403 405
home_merge home                            302 403 403 403 403 403 200 403 403 403 403 403 404
figures                                    302 403 200 200 200 403 302 302 403 403 200 200 302
figure_detail placed_on                    302 403 200 200 200 403 403 403 403 403 200 200 403
figure_children placed_on                  302 404 200 200 403 403 403 403 403 404 200 200 403
region_figures 22                          302 403 200 200 403 403 200 200 403 403 404 404 404
release_file 22 2026-K3 csv                302 403 200 200 403 403 200 200 403 403 404 404 404
report_list                                302 403 200 200 200 403 200 200 403 403 200 200 200
report_detail intern                       302 403 200 200 200 403 404 404 403 403 404 404 404
report_detail shared                       302 403 200 200 404 403 200 200 403 403 404 404 404
report_detail draft                        302 403 404 404 404 403 200 404 403 403 404 404 404
report_detail regions                      302 403 200 200 404 403 200 200 403 403 404 404 404
report_pdf intern                          302 403 200 200 200 403 404 404 403 403 404 404 404
report_pdf shared                          302 403 200 200 404 403 200 200 403 403 404 404 404
report_pdf draft                           302 403 404 404 404 403 200 404 403 403 404 404 404
report_pdf regions                         302 403 200 200 404 403 200 200 403 403 404 404 404
desk_home                                  302 403 403 403 403 403 302 403 403 403 403 403 302
desk 22 2026-k3                            302 403 403 403 403 403 200 403 403 403 403 403 404
desk_progress 22 2026-k3                   302 403 403 403 403 403 200 403 403 403 403 403 404
freeze_quarter 22                          302 405 405 405 405 405 405 405 405 405 405 405 405
publish_reports 22 2026-k3                 302 405 405 405 405 405 405 405 405 405 405 405 405
retry_reports 22 2026-k3                   302 405 405 405 405 405 405 405 405 405 405 405 405
comment_reports 22 2026-k3 2281            302 405 405 405 405 405 405 405 405 405 405 405 405
publish_report 22 2026-k3 2281             302 405 405 405 405 405 405 405 405 405 405 405 405
"""
# Every address not listed here refuses what is sent to it.
WRITING = """
account_login                              200 302 302 302 302 302 302 302 302 302 302 302 302
account_signup                             200 302 302 302 302 302 302 302 302 302 302 302 302
account_logout                             302 302 302 302 302 302 302 302 302 302 302 302 302
account_reset_password                     200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key 1 fel      200 200 200 200 200 200 200 200 200 200 200 200 200
account_reauthenticate                     302 200 200 200 200 200 200 200 200 200 200 200 200
account_change_password                    302 200 200 200 200 200 200 200 200 200 200 200 200
profile                                    302 200 200 200 200 200 200 200 200 200 200 200 200
sign_out_everywhere                        302 302 302 302 302 302 302 302 302 302 302 302 302
mfa_authenticate                           302 302 302 302 302 302 302 302 302 302 302 302 302
mfa_reauthenticate                         302 302 302 302 302 302 302 302 302 302 302 302 302
mfa_activate_totp                          302 200 200 200 200 200 200 200 200 200 200 200 200
mfa_deactivate_totp                        302 404 404 404 404 404 404 404 404 404 404 404 404
mfa_generate_recovery_codes                302 200 200 200 200 200 200 200 200 200 200 200 200
accept_invitation fel                      410 410 410 410 410 410 410 410 410 410 410 410 410
invite                                     302 403 403 200 403 403 200 403 403 403 403 200 200
resend_invitation invitation               302 403 403 302 403 403 404 403 403 403 403 404 404
withdraw_invitation invitation             302 403 403 302 403 403 404 403 403 403 403 404 404
units 2281                                 302 403 403 200 403 403 404 403 403 403 403 404 404
openness 2281                              302 403 403 302 403 403 404 403 403 403 403 404 404
member_detail member                       302 403 403 302 403 403 404 403 403 403 403 404 404
reset_second_factor member                 302 403 403 302 403 403 404 403 403 403 403 404 404
handover member                            302 403 403 302 403 403 404 403 403 403 403 404 404
end_membership member                      302 403 403 302 403 403 404 403 403 403 403 404 404
audit_export                               302 403 200 200 403 403 403 403 403 403 200 200 403
child_lookup                               302 200 200 200 403 403 403 403 403 200 200 200 403
child_assign child                         302 200 200 403 403 403 403 403 403 404 404 403 403
row_new child uppfoljning                  302 200 200 403 403 403 403 403 403 404 404 403 403
row_change child uppfoljning follow_up     302 200 200 403 403 403 403 403 403 404 404 403 403
row_undo child uppfoljning follow_up       302 302 302 403 403 403 403 403 403 404 404 403 403
rate_home unrated                          302 302 302 403 403 403 403 403 403 404 404 403 403
rate_home rated                            302 302 302 403 403 403 403 403 403 404 404 403 403
rating_step unrated 1                      302 302 302 403 403 403 403 403 403 404 404 403 403
delivery_new                               302 403 200 403 200 403 403 403 403 403 200 403 403
delivery_translate delivery                302 403 302 403 302 403 403 403 403 403 404 403 403
delivery_confirm delivery                  302 403 302 403 302 403 403 403 403 403 404 403 403
delivery_undo delivery                     302 403 302 403 302 403 403 403 403 403 404 403 403
delivery_discard delivery                  302 403 302 403 302 403 403 403 403 403 404 403 403
home_propose                               302 200 200 403 403 403 403 403 403 200 200 403 403
home_change home                           302 403 403 403 403 403 200 403 403 403 403 403 404
home_approve proposal                      302 403 403 403 403 403 302 403 403 403 403 403 404
home_close home                            302 403 403 403 403 403 302 403 403 403 403 403 404
home_merge home                            302 403 403 403 403 403 200 403 403 403 403 403 404
freeze_quarter 22                          302 403 403 403 403 403 422 403 403 403 403 403 404
publish_reports 22 2026-k3                 302 403 403 403 403 403 302 403 403 403 403 403 404
retry_reports 22 2026-k3                   302 403 403 403 403 403 302 403 403 403 403 403 404
comment_reports 22 2026-k3 2281            302 403 403 403 403 403 302 403 403 403 403 403 404
publish_report 22 2026-k3 2281             302 403 403 403 403 403 302 403 403 403 403 403 404
"""


def table(text):
    """{(name, the words that say which row): {persona: status}}"""
    found = {}
    for line in text.strip().splitlines():
        (name, *which), statuses = line.split()[: -len(PERSONAS)], line.split()[-len(PERSONAS) :]
        found[name, *which] = dict(zip(PERSONAS, map(int, statuses), strict=True))
    return found


def names(patterns=None):
    """The name of every address."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield pattern.name


@pytest.fixture(scope="module")
def rows(django_db_setup, django_db_blocker):
    """The town, built once for all personas, and which row each word of the table means."""
    with django_db_blocker.unblock(), transaction.atomic():
        town.build()
        yield which_rows()
        transaction.set_rollback(True)


def which_rows():
    reports = Report.objects.all()
    reports.update(status=Report.Status.DONE, pdf=b"%PDF-1.7", published_at=timezone.now())
    reports.filter(municipality__code="2262").update(published_at=None)
    child = Child.objects.get(local_code="VIPA-01")
    found = {
        "child": child,
        "other_units_child": Child.objects.get(local_code="VIPA-14"),
        "follow_up": FollowUp.objects.get(child=child),
        "unrated": Placement.objects.get(child__local_code="VIPA-21"),
        "rated": Placement.objects.get(child__local_code="VIPA-22"),
        "delivery": Delivery.objects.filter(municipalities__code="2281").first(),
        "home": CareHome.objects.get(name="Tallbacken"),
        "proposal": CareHome.objects.get(name="Nyviken"),
        "intern": reports.get(municipality__code="2281", issue="intern"),
        "shared": reports.get(municipality__code="2281", issue="spridning"),
        "draft": reports.get(municipality__code="2262", issue="spridning"),
        "regions": reports.get(issue="region"),
        "member": Membership.objects.get(user__email=town.PEOPLE["data_steward"].email),
        "invitation": Invitation.objects.get(),
    }
    return {word: row.uid for word, row in found.items()}


@pytest.fixture
def browser(request, rows, db):
    """The persona's browser, signed in unless she is nobody."""
    client = Client()
    if request.param != "anonymous":
        client.force_login(User.objects.get(email=town.PEOPLE[request.param].email))
    return client


everybody = pytest.mark.parametrize(("browser", "who"), [(who, who) for who in PERSONAS], indirect=["browser"])


def answer(browser, method, name, which, rows):
    """What is answered, with everything that was written taken back; she is signed in again if she signed out."""
    arguments = [rows.get(word, word) for word in which]
    cookies = browser.cookies.copy()
    with transaction.atomic():
        response = getattr(browser, method)(reverse(name, args=arguments))
        transaction.set_rollback(True)
    browser.cookies = cookies
    return response


def differing(browser, who, method, text, rows):
    found = []
    for (name, *which), expected in table(text).items():
        status = answer(browser, method, name, which, rows).status_code
        if status != expected[who]:
            found.append(f"{name} {' '.join(which)}: {status}, not {expected[who]}")
    return found


@everybody
def test_reading(browser, who, rows):
    assert differing(browser, who, "get", READING, rows) == []


@everybody
def test_writing(browser, who, rows):
    assert differing(browser, who, "post", WRITING, rows) == []


@pytest.mark.parametrize("browser", ["unit_manager", "head_of_ifo", "development_leader"], indirect=True)
def test_what_is_only_read_refuses_to_be_written(browser, rows):
    writable = {name for name, *_ in table(WRITING)}
    for name, *which in table(READING):
        if name not in writable:
            assert answer(browser, "post", name, which, rows).status_code in (403, 404, 405), name


@everybody
def test_rows_of_others_look_like_rows_that_do_not_exist(browser, who, rows):
    nothing = {word: uuid.uuid4() for word in rows}
    for method, text in (("get", READING), ("post", WRITING)):
        for (name, *which), expected in table(text).items():
            if not set(which) & set(rows) or expected[who] not in (200, 302, 404) or who == "anonymous":
                continue
            missing = answer(browser, method, name, which, nothing)
            assert missing.status_code == 404, (method, name)
            if expected[who] == 404:
                assert answer(browser, method, name, which, rows).content == missing.content, (method, name)


def test_every_address_is_in_the_table():
    listed = {name for name, *_ in table(READING)}
    assert sorted(set(names()) - listed) == []
    assert sorted(listed - set(names())) == []
    assert {name for name, *_ in table(WRITING)} <= listed
