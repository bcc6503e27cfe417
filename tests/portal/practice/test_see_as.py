"""« Voir comme ce client »: read only, for a while, never beyond one's rights, all of it noted."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from contracts.models import Contract
from providers.enums import Role
from providers.models import AuditEntry, Membership, Provider
from providers.scoping import open_scope
from providers.seeing import SESSION_KEY
from tests.factories import a_customer, a_member, a_provider, a_signed_contract

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
BANNER = "Vous voyez l’espace de Cabinet des Pins"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def provider() -> Provider:
    return a_provider(slug="essai-info")


@pytest.fixture
def contract(provider: Provider) -> Contract:
    with open_scope(provider.id):
        a_signed_contract(a_customer("Cabinet des Ifs"), signed_on=date(2026, 2, 10))
        return a_signed_contract(a_customer("Cabinet des Pins"), signed_on=date(2026, 2, 10))


def staff(provider: Provider, role: Role) -> tuple[Membership, Client]:
    with open_scope(provider.id):
        member = a_member(role)
    client = Client()
    client.force_login(member.user)
    return member, client


def enter(client: Client, contract: Contract) -> Any:
    return client.post(f"/atelier/essai-info/clients/{contract.customer_id}/voir-comme/")


def space(contract: Contract, path: str = "") -> str:
    return f"/c/{contract.customer_id}/{path}"


def text_of(answer: Any) -> str:
    return str(answer.content.decode()).replace("\xa0", " ")


def acts(provider: Provider) -> list[tuple[str, str]]:
    with open_scope(provider.id):
        found = AuditEntry.objects.filter(act__startswith="see_as").order_by("id")
        return [(row.act, row.detail.get("page", "")) for row in found]


@pytest.mark.parametrize("role", [Role.OWNER, Role.MANAGER])
def test_a_manager_sees_what_the_practices_manager_sees(
    provider: Provider, contract: Contract, role: Role
) -> None:
    _member, client = staff(provider, role)
    assert client.get(space(contract)).status_code == 404
    assert "30 minutes" in text_of(
        client.get(f"/atelier/essai-info/clients/{contract.customer_id}/voir-comme/")
    )
    assert enter(client, contract).headers["Location"] == space(contract)
    page = text_of(client.get(space(contract)))
    assert f"{BANNER} comme son responsable — lecture seule" in page
    assert "Cabinet des Ifs" not in page
    detail = text_of(client.get(space(contract, f"contrats/{contract.pk}/")))
    assert "1 200,00" in detail.replace("\u202f", " ")
    client.post(f"/atelier/essai-info/clients/{contract.customer_id}/quitter/")
    assert client.get(space(contract)).status_code == 404
    assert acts(provider) == [
        ("see_as.started", ""),
        ("see_as.page", "/"),
        ("see_as.page", f"contrats/{contract.pk}/"),
        ("see_as.ended", ""),
    ]


def test_a_technician_sees_it_as_a_member_without_amounts(
    provider: Provider, contract: Contract
) -> None:
    _member, client = staff(provider, Role.TECHNICIAN)
    enter(client, contract)
    page = text_of(client.get(space(contract, f"contrats/{contract.pk}/")))
    assert "comme un membre du cabinet — lecture seule" in page
    assert "€" not in page
    assert client.get(space(contract, "factures/")).status_code == 403


def test_an_accountant_does_not(provider: Provider, contract: Contract) -> None:
    _member, client = staff(provider, Role.ACCOUNTANT)
    assert enter(client, contract).status_code == 403
    assert client.get(space(contract)).status_code == 404


def test_nothing_is_changed_from_there(provider: Provider, contract: Contract) -> None:
    _member, client = staff(provider, Role.OWNER)
    enter(client, contract)
    path = space(contract, "travaux/00000000-0000-0000-0000-000000000000/arreter/")
    answer = client.post(path)
    assert answer.status_code == 403
    assert "en lecture seule" in text_of(answer)
    for method in (client.put, client.patch, client.delete):
        assert method(space(contract)).status_code == 405


def test_it_ends_by_itself(provider: Provider, contract: Contract) -> None:
    _member, client = staff(provider, Role.OWNER)
    enter(client, contract)
    with time_machine.travel(NOW + timedelta(minutes=29), tick=False):
        assert client.get(space(contract)).status_code == 200
    with time_machine.travel(NOW + timedelta(minutes=30), tick=False):
        answer = client.get(space(contract))
        assert answer.headers["Location"].endswith("/voir-comme/")
        assert client.get(space(contract)).status_code == 404
    assert acts(provider)[-1][0] == "see_as.ended"


def test_it_ends_with_the_right_to_it(provider: Provider, contract: Contract) -> None:
    member, client = staff(provider, Role.OWNER)
    enter(client, contract)
    Membership.objects.filter(pk=member.pk).update(is_active=False)
    assert client.get(space(contract)).status_code == 404


def test_it_never_crosses_to_another_provider(provider: Provider, contract: Contract) -> None:
    """Neither by the address nor by a session written by hand."""
    other = a_provider(slug="voisin-info")
    _member, client = staff(other, Role.OWNER)
    assert enter(client, contract).status_code == 404
    wrong = f"/atelier/voisin-info/clients/{contract.customer_id}/voir-comme/"
    assert client.post(wrong).status_code == 404
    session = client.session
    session[SESSION_KEY] = {
        "customer": str(contract.customer_id),
        "provider": str(other.pk),
        "name": "X",
        "until": (NOW + timedelta(minutes=5)).isoformat(),
    }
    session.save()
    for path in ("", f"contrats/{contract.pk}/"):
        assert client.get(space(contract, path)).status_code == 404


def test_another_practice_of_the_same_provider_stays_closed(
    provider: Provider, contract: Contract
) -> None:
    _member, client = staff(provider, Role.OWNER)
    enter(client, contract)
    with open_scope(provider.id):
        other = Contract.objects.exclude(pk=contract.pk).get()
    assert client.get(space(other)).status_code == 404
    assert client.get(space(contract, f"contrats/{other.pk}/")).status_code == 404


def test_the_practice_reads_of_the_visit(provider: Provider, contract: Contract) -> None:
    _member, client = staff(provider, Role.OWNER)
    enter(client, contract)
    client.get(space(contract))
    with open_scope(provider.id):
        manager = a_member(Role.PRACTICE_MANAGER, customer=contract.customer).user
    own = Client()
    own.force_login(manager)
    page = text_of(own.get(space(contract, "journal/")))
    assert "A ouvert l’espace de Cabinet des Pins tel que le cabinet le voit" in page
    assert BANNER not in page
