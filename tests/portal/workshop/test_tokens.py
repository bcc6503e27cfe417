"""Tokens of the programming interface: made by the owner, shown once, listed, revoked."""

import re
from typing import Any

import pytest
from django.test import Client

from providers.enums import Role
from providers.models import ApiToken, AuditEntry, Customer
from providers.scoping import open_scope
from tests.harness.sign_in import grow_stale
from tests.portal.workshop.conftest import MANAGER, OWNER, SignIn, Workshop

GOOD = {"name": "Comptabilité", "days": "90", "customers": "read", "payments": "write"}
TEXT = re.compile(r"clausier_[0-9a-v]{26}_[A-Za-z0-9_-]{43}")


def tokens(workshop: Workshop) -> list[ApiToken]:
    with open_scope(workshop.provider.id):
        return list(ApiToken.objects.order_by("id"))


@pytest.mark.parametrize(("role", "status"), [(OWNER, 201), (MANAGER, 403)])
def test_the_owner_makes_tokens(
    workshop: Workshop, sign_in: SignIn, role: Role, status: int
) -> None:
    assert sign_in(role).post(workshop.at("reglages/api/nouveau/"), GOOD).status_code == status


def test_a_token_is_shown_once_and_works(workshop: Workshop, owner: Client) -> None:
    here = workshop.at("reglages/api/")
    assert owner.get(here).status_code == 200
    made = owner.post(f"{here}nouveau/", GOOD)
    assert made["Cache-Control"] == "no-store"
    found = TEXT.search(made.content.decode())
    assert found
    headers = {"Authorization": f"Bearer {found[0]}"}
    assert Client().get("/api/v1/customers", headers=headers).status_code == 200
    listed = owner.get(here).content.decode()
    assert "Comptabilité" in listed
    assert not TEXT.search(listed)


def test_a_token_is_revoked(workshop: Workshop, owner: Client) -> None:
    owner.post(workshop.at("reglages/api/nouveau/"), GOOD)
    [token] = tokens(workshop)
    path = workshop.at(f"reglages/api/{token.pk}/revoquer/")
    assert owner.get(path).status_code == 200
    assert owner.post(path).status_code == 303
    assert tokens(workshop)[0].revoked_at is not None
    assert owner.post(path).status_code == 422
    with open_scope(workshop.provider.id):
        acts = list(AuditEntry.objects.filter(act__startswith="api_token").order_by("id"))
    assert [row.act for row in acts] == ["api_token.made", "api_token.revoked"]


def test_making_and_revoking_a_token_asks_again_who_one_is(
    workshop: Workshop, owner: Client
) -> None:
    owner.post(workshop.at("reglages/api/nouveau/"), GOOD)
    [token] = tokens(workshop)
    grow_stale(owner)
    for path in ("nouveau/", f"{token.pk}/revoquer/"):
        answer = owner.post(workshop.at(f"reglages/api/{path}"), GOOD)
        assert answer.headers["Location"].startswith("/compte/confirmer/?next=%2Fatelier%2F")
    assert [(row.pk, row.revoked_at) for row in tokens(workshop)] == [(token.pk, None)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x\0"}, "name"),
        ({"days": "9999"}, "days"),
        ({"customers": "everything"}, "customers"),
        ({"customers": "", "payments": ""}, "__all__"),
        ({"practice": "x"}, "practice"),
    ],
)
def test_a_bad_token_is_not_made(
    workshop: Workshop, owner: Client, change: dict[str, str], field: str
) -> None:
    answer: Any = owner.post(workshop.at("reglages/api/nouveau/"), GOOD | change)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert tokens(workshop) == []


def test_a_practice_s_token_reads_as_its_manager(
    workshop: Workshop, owner: Client, pines: Customer
) -> None:
    path = workshop.at("reglages/api/nouveau/")
    answer: Any = owner.post(path, {**GOOD, "practice": str(pines.pk)})
    assert answer.context["form"].errors.keys() == {"customers"}
    scopes = {"customers": "", "payments": "read", "practice": str(pines.pk)}
    assert owner.post(path, GOOD | scopes).status_code == 201
    assert tokens(workshop)[0].practice_id == pines.pk


def test_no_right_is_marked_optional(workshop: Workshop, owner: Client) -> None:
    """One at least is needed: none of the lists may be said to be of no account."""
    text = owner.get(workshop.at("reglages/api/nouveau/")).content.decode()
    legends = re.findall(r"<legend>(.*?)</legend>", text, re.DOTALL)
    assert len(legends) > 3
    assert not [legend for legend in legends if "facultatif" in legend]
    answer = owner.post(workshop.at("reglages/api/nouveau/"), {"name": "x", "days": "90"})
    assert answer.status_code == 422
