"""The operators' site: behind everybody's sign-in, read-mostly, blind to what is a provider's."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import label_for_field
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from config.admin import ReadOnly
from core import clock
from providers.enums import ProviderStatus, Role
from providers.models import AuditEntry, DueWork, HouseInvitation, Preference, Provider, User
from providers.scoping import open_scope
from providers.tenancy import TenantModel
from tests.factories import a_member, a_provider, an_operator, give_factor
from tests.harness.sign_in import grow_stale

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
# What an operator has no need to see: sessions hold the keys of whoever is signed in; rights are
# given by roles, in one table of the code; the rest is plumbing of the framework.
UNSHOWN = {
    "account.EmailConfirmation", "auth.Group", "auth.Permission", "contenttypes.ContentType",
    "sessions.Session",
}  # fmt: skip

# What opens a door, or tells where somebody's machine stands.
SECRET = {"password", "data", "token_hash", "session", "session_key", "key", "ip", "user_agent"}


@pytest.fixture
def operator(client: Client, db: None) -> User:
    user = an_operator()
    client.force_login(user)
    return user


@pytest.fixture
def house(db: None) -> Provider:
    """One row of every global table."""
    provider, now = a_provider(slug="maison"), clock.now()
    with open_scope(provider.pk):
        member = a_member(Role.OWNER, email="proprietaire@maison.example")
    Preference.objects.create(user=member.user, event="e", email="AT_ONCE", in_portal=True)
    DueWork.objects.create(provider=provider, kind="daily", day=now.date(), claimed_at=now)
    HouseInvitation.objects.create(
        email="nouveau@maison.example", language="fr", token_hash="h" * 64, invited_at=now,
        expires_at=now,
    )  # fmt: skip
    return provider


def list_url(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def row_url(row: Any, page: str = "change") -> str:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}"
    return reverse(name, args=[row.pk])


# --- What is shown --------------------------------------------------------------------------------


def faults_of_registry(registered: set[str]) -> list[str]:
    tenants = {m._meta.label for m in apps.get_models() if issubclass(m, TenantModel)}
    others = {m._meta.label for m in apps.get_models()} - tenants
    shown = [f"{name} is a provider's" for name in sorted(registered & tenants)]
    return shown + [f"{name} is not shown" for name in sorted(others - registered - UNSHOWN)]


def test_the_site_shows_every_global_table_and_none_of_a_provider() -> None:
    assert faults_of_registry({model._meta.label for model in MODELS}) == []


@pytest.mark.parametrize("label", ["billing.Invoice", "providers.AuditEntry", "providers.Mail"])
def test_a_table_of_providers_on_the_site_is_found(label: str) -> None:
    """Planted: issued documents, the journal, messages."""
    registered = {model._meta.label for model in MODELS} | {label}
    assert faults_of_registry(registered) == [f"{label} is a provider's"]


def test_every_column_has_words_of_its_own() -> None:
    """A field without a name is told by its code: English, on a French page too."""
    own = [model for model in MODELS if model._meta.app_label == "providers"]
    shown = [(model, name) for model in own for name in admin.site._registry[model].list_display]
    with override("fr"):
        unsaid = [
            f"{model._meta.label}.{name}"
            for model, name in shown
            if str(label_for_field(name, model, admin.site._registry[model]))
            == str(name).replace("_", " ")
        ]
    assert unsaid == []


def test_every_page_says_what_it_shows_field_by_field() -> None:
    """A column that arrives later (a secret, say) is shown once somebody has thought of it."""
    for model in MODELS:
        shown = admin.site._registry[model]
        assert isinstance(shown, ReadOnly), model
        assert shown.fields, model
        columns: set[Any] = {*shown.fields, *shown.list_display, *shown.search_fields}
        assert not SECRET & columns, model


# --- Every page, as operator ----------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_page_is_read_and_writes_nothing(
    client: Client, operator: User, house: Provider, model: Any
) -> None:
    LogEntry.objects.create(
        user=operator, content_type_id=1, object_id="1", object_repr="x", action_flag=2
    ) if model is LogEntry else None
    assert client.get(list_url(model)).status_code == 200
    row = model._base_manager.order_by("pk").first() if model is not User else house_owner()
    if row is None:
        pytest.fail(f"{model._meta.label} has no row to look at")
    page = client.get(row_url(row))
    assert page.status_code == 200
    assert ('name="_save"' in page.text) is (model in (Provider, User))
    before = list(model._base_manager.order_by("pk").values_list())
    info = f"{model._meta.app_label}_{model._meta.model_name}"
    assert client.get(reverse(f"admin:{info}_add")).status_code == 403
    assert client.post(reverse(f"admin:{info}_add"), {}).status_code == 403
    assert client.get(row_url(row, "delete")).status_code == 403
    assert client.post(row_url(row, "delete"), {"post": "yes"}).status_code == 403
    assert client.get(row_url(row, "history")).status_code == 200
    chosen = {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"}
    client.post(list_url(model), chosen)
    if model not in (Provider, User):
        assert client.post(row_url(row), {"user": "", "email": "x@x.example"}).status_code == 403
    assert list(model._base_manager.order_by("pk").values_list()) == before


@pytest.mark.parametrize("page", ["change", "delete"])
def test_an_address_that_names_no_column_breaks_no_page(
    client: Client, operator: User, house: Provider, page: str
) -> None:
    """Found by hostile addresses: `?_to_field=` asked Django for the column named ''."""
    wanted = {"change": 200, "delete": 403}
    assert client.get(f"{row_url(house, page)}?_to_field=").status_code == wanted[page]
    assert client.get(f"{row_url(house, page)}?_to_field=zone").status_code == 400


def house_owner() -> User:
    return User.objects.get(email="proprietaire@maison.example")


def test_the_policy_holds_on_the_site(client: Client, operator: User) -> None:
    answer = client.get("/admin/")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert " style=" not in answer.text
    assert "<script>" not in answer.text


# --- What is changed ------------------------------------------------------------------------------


def test_suspending_a_provider_is_told_in_its_journal(
    client: Client, operator: User, house: Provider
) -> None:
    for status in (ProviderStatus.SUSPENDED, ProviderStatus.ACTIVE):
        # A forged field is not taken.
        given = {"status": status, "slug": "autre", "zone": "Indian/Reunion"}
        assert client.post(row_url(house), given).status_code == 302
        house.refresh_from_db()
        assert (house.status, house.slug, house.zone) == (status, "maison", "Europe/Paris")
    with open_scope(house.pk):
        told = AuditEntry.objects.filter(act__startswith="provider.").order_by("id")
        acts = [(each.act, each.actor_id) for each in told]
    assert acts[-2:] == [
        ("provider.suspended", operator.pk), ("provider.reactivated", operator.pk),
    ]  # fmt: skip
    assert LogEntry.objects.count() == 2


def test_saving_without_a_change_tells_nothing(
    client: Client, operator: User, house: Provider
) -> None:
    client.post(row_url(house), {"status": ProviderStatus.ACTIVE})
    with open_scope(house.pk):
        assert not AuditEntry.objects.filter(act="provider.reactivated").exists()


def test_a_closed_account_is_signed_out(client: Client, operator: User, house: Provider) -> None:
    owner, browser = house_owner(), Client()
    browser.force_login(owner)
    assert browser.get("/atelier/maison/").status_code == 200
    forged = {"is_operator": "on", "is_superuser": "on", "email": "x@x.example"}
    client.post(row_url(owner), forged)
    owner.refresh_from_db()
    assert (owner.is_active, owner.is_operator, owner.is_superuser) == (False, False, False)
    assert owner.email == "proprietaire@maison.example"
    assert browser.get("/atelier/maison/").status_code == 302


def test_nobody_closes_their_own_account(client: Client, operator: User) -> None:
    assert client.post(row_url(operator), {}).status_code == 403
    operator.refresh_from_db()
    assert operator.is_active


def test_a_change_asks_who_one_is(client: Client, operator: User, house: Provider) -> None:
    grow_stale(client)
    answer = client.post(row_url(house), {"status": ProviderStatus.SUSPENDED})
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    house.refresh_from_db()
    assert house.status == ProviderStatus.ACTIVE


# --- Who comes in ---------------------------------------------------------------------------------


def everybody() -> dict[str, tuple[User | None, int]]:
    """Whoever knocks, and the answer."""
    with open_scope(Provider.objects.get(slug="maison").pk):
        owner = a_member(Role.OWNER).user
    staff = give_factor(User.objects.create_user("staff@portal.example", is_staff=True))
    bare = User.objects.create_superuser("nu@portal.example")
    super_ = give_factor(
        User.objects.create_user("super@portal.example", is_staff=True, is_superuser=True)
    )
    closed = an_operator("parti@portal.example", is_active=False)
    return {
        "a stranger": (None, 302),
        "an owner": (owner, 404),
        "staff who is no operator": (staff, 404),
        "a superuser who is no operator": (super_, 404),
        "an operator without a factor": (bare, 302),
        "an operator whose account is closed": (closed, 302),
    }


def test_nobody_else_comes_in(house: Provider) -> None:
    """Their own pages name their house; nothing names another one."""
    other = a_provider(slug="inconnue")
    pages = ["/admin/", *(list_url(model) for model in MODELS), row_url(house), row_url(other)]
    for name, (user, status) in everybody().items():
        browser = Client()
        if user is not None:
            browser.force_login(user)
        for page in pages:
            answer = browser.get(page, follow=True)
            first = answer.redirect_chain[0][1] if answer.redirect_chain else 0
            assert (first or answer.status_code) in (302, status), (name, page)
            assert answer.status_code in (200, 404), (name, page)
            assert "inconnue" not in answer.text, (name, page)
        assert browser.post(row_url(house), {"status": "SUSPENDED"}).status_code in (302, 404), name
    house.refresh_from_db()
    assert house.status == ProviderStatus.ACTIVE


def test_the_site_has_no_door_of_its_own(client: Client, db: None) -> None:
    """So there is no second place to try passwords at: the one door counts them (T24)."""
    an_operator("cible@portal.example")
    given = {"username": "cible@portal.example", "password": "x", "login": "cible@portal.example"}
    for _ in range(12):
        answer = client.post("/admin/login/", given)
        assert answer.headers["Location"].startswith("/compte/connexion/")
    assert not Session.objects.exists()
    answers = [client.post("/compte/connexion/?next=/admin/", given) for _ in range(12)]
    assert answers[-1].status_code == 429
