"""Personas and the smallest world they live in. A test asks for the persona it needs and gets her signed in."""

import socket
from datetime import date

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.management import call_command
from django.db import connection

from bou_portal.access import Role
from bou_portal.accounts.models import Membership, User
from municipalities.models import Municipality, Region, Unit
from placements.codes import FormGroup, LawGroup
from placements.models import CareHome, Child, LegalBasis, Placement

PASSWORD = "ett-riktigt-langt-losenord"

# The same hasher as in production, made cheap: every persona costs one hash.
Argon2PasswordHasher.time_cost = Argon2PasswordHasher.parallelism = 1
Argon2PasswordHasher.memory_cost = 8


CONNECT = socket.socket.connect
LOOPBACK = ("127.", "::1", "localhost")


def connect_at_home(self, address):
    """Tests reach nothing beyond this machine."""
    if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOOPBACK):
        raise AssertionError(f"A test wanted to reach {address}.")
    return CONNECT(self, address)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Tests that empty the database when they are done, the register included, come after all others.

    What touches no database of the test run's is the same on both engines, so it is tried once, on SQLite.
    """
    items.sort(key=lambda item: "transactional_db" in getattr(item, "fixturenames", ()))
    if connection.vendor == "postgresql":
        elsewhere = [item for item in items if not uses_database(item)]
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if uses_database(item)]


def uses_database(item):
    return bool(item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(item.fixturenames))


@pytest.fixture(scope="session", autouse=True)
def closed_sockets():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_at_home)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The register is part of every installation, so it is part of every test database."""
    with django_db_blocker.unblock():
        call_command("load_register", verbosity=0)


@pytest.fixture
def sundsvall(db):
    return Municipality.objects.get(code="2281")


@pytest.fixture
def umea(db):
    return Municipality.objects.get(code="2480")


@pytest.fixture
def vasternorrland(db):
    return Region.objects.get(code="22")


def make_user(email, role, *, municipality=None, region=None, unit=None, name="Test Person"):
    user = User.objects.create_user(email, PASSWORD, name=name)
    Membership.objects.create(
        user=user, role=role, municipality=municipality, region=region, unit=unit, started_on=date(2020, 1, 1)
    )
    return user


@pytest.fixture
def north_unit(sundsvall):
    return Unit.objects.create(municipality=sundsvall, name="Barn och unga norr")


@pytest.fixture
def social_worker(sundsvall, north_unit):
    return make_user(
        "maja@sundsvall.example", Role.SOCIAL_WORKER, municipality=sundsvall, unit=north_unit, name="Maja Lindqvist"
    )


@pytest.fixture
def unit_manager(sundsvall, north_unit):
    return make_user("karin@sundsvall.example", Role.UNIT_MANAGER, municipality=sundsvall, unit=north_unit)


@pytest.fixture
def head_of_ifo(sundsvall):
    return make_user("eva@sundsvall.example", Role.HEAD_OF_IFO, municipality=sundsvall, name="Eva Nordin")


@pytest.fixture
def data_steward(sundsvall):
    return make_user("nils@sundsvall.example", Role.DATA_STEWARD, municipality=sundsvall)


@pytest.fixture
def procurer(sundsvall):
    return make_user("petra@sundsvall.example", Role.PROCURER, municipality=sundsvall)


@pytest.fixture
def neighbour(umea):
    """A social worker of another municipality."""
    return make_user("johan@umea.example", Role.SOCIAL_WORKER, municipality=umea)


@pytest.fixture
def neighbouring_manager(umea):
    """A first-line manager of another municipality."""
    return make_user("asa@umea.example", Role.UNIT_MANAGER, municipality=umea)


@pytest.fixture
def neighbouring_head(umea):
    return make_user("per@umea.example", Role.HEAD_OF_IFO, municipality=umea)


@pytest.fixture
def development_leader(vasternorrland):
    return make_user("lena@region.example", Role.DEVELOPMENT_LEADER, region=vasternorrland)


@pytest.fixture
def regional_reader(vasternorrland):
    return make_user("bo@region.example", Role.REGIONAL_READER, region=vasternorrland)


@pytest.fixture
def sign_in(client):
    """`sign_in(user)` returns a client with that user's session."""

    def signed_in(user):
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def home(sundsvall):
    return CareHome.objects.create(
        name="Tallbacken", name_key="tallbacken", form_group=FormGroup.HVB, location=sundsvall
    )


@pytest.fixture
def child(sundsvall):
    child = Child.objects.create(municipality=sundsvall, local_code="SVL-7K3Q", birth_year=2010, sex="flicka")
    LegalBasis.objects.create(municipality=sundsvall, child=child, group=LawGroup.SOL, started_on=date(2026, 1, 10))
    return child


@pytest.fixture
def placement(child, home):
    """An HVB placement that ended and awaits its rating."""
    return Placement.objects.create(
        municipality=child.municipality,
        child=child,
        form_group=FormGroup.HVB,
        home=home,
        home_key=str(home.pk),
        started_on=date(2026, 1, 10),
        ended_on=date(2026, 10, 12),
        planned="ja",
        end_reason="MOVED_PLANNED",
    )
