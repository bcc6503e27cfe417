"""« Réglages › Membres » and the people of a practice, as the provider handles them."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from providers.enums import Role
from providers.models import Customer, Invitation, Membership, User
from providers.operations import invite
from providers.scoping import open_scope
from tests.factories import a_customer, a_member
from tests.harness.sign_in import grow_stale
from tests.letters import token_to
from tests.portal.workshop.conftest import (
    ACCOUNTANT,
    MANAGER,
    NOW,
    OWNER,
    TECHNICIAN,
    SignIn,
    Workshop,
    address_of,
)

EMAIL = "camille@portal.example"


def member(workshop: Workshop, role: Role) -> Membership:
    return Membership.objects.get(user__email=address_of(role, workshop.provider.slug))


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_list_says_who_works_here_and_how_they_come_in(
    workshop: Workshop, owner: Client
) -> None:
    technician = member(workshop, TECHNICIAN)
    Authenticator.objects.filter(user=technician.user).delete()
    page = owner.get(workshop.at("reglages/membres/"))
    cells = {row.cells[0].detail: row.cells for row in page.context["people"].rows}
    assert set(cells) == {address_of(role, workshop.provider.slug) for role in Role.staff()}
    assert cells[technician.user.email][2] == "Non"
    assert cells[technician.user.email][3] == "jamais"


@pytest.mark.parametrize("role", [MANAGER, TECHNICIAN, ACCOUNTANT])
def test_only_owners_handle_the_members(workshop: Workshop, sign_in: SignIn, role: Role) -> None:
    technician = member(workshop, TECHNICIAN)
    for path in ("", "inviter/", f"{technician.pk}/", f"{technician.pk}/acces/"):
        assert sign_in(role).get(workshop.at(f"reglages/membres/{path}")).status_code == 403


def test_an_owner_invites_and_the_invitation_is_listed(workshop: Workshop, owner: Client) -> None:
    path = workshop.at("reglages/membres/inviter/")
    page: Any = owner.get(path)
    choices = [code for code, _ in page.context["form"].fields["role"].choices]
    assert choices == list(Role.staff())
    data = {"email": EMAIL, "role": Role.ACCOUNTANT, "language": "fr"}
    assert owner.post(path, data).status_code == 303
    listed = owner.get(workshop.at("reglages/membres/"))
    assert EMAIL in text_of(listed)
    again: Any = owner.post(path, data)
    assert again.status_code == 422
    assert again.context["form"].errors.keys() == {"email"}


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "nobody"), ("email", "\0@x.fr"), ("role", "PRACTICE_STAFF"), ("language", "xx")],
)
def test_a_wrong_invitation_is_said_at_its_field(
    workshop: Workshop, owner: Client, field: str, value: str
) -> None:
    data = {"email": EMAIL, "role": Role.ACCOUNTANT, "language": "fr", field: value}
    answer: Any = owner.post(workshop.at("reglages/membres/inviter/"), data)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}


def waiting(workshop: Workshop, **given: Any) -> Invitation:
    by = member(workshop, OWNER)
    known: dict[str, Any] = {"email": EMAIL, "role": TECHNICIAN, "at": NOW, "by": by.user_id}
    with open_scope(workshop.provider.id):
        return invite(**(known | given))


def test_an_invitation_is_sent_again_then_taken_back(workshop: Workshop, owner: Client) -> None:
    row = waiting(workshop)
    with open_scope(workshop.provider.id):
        first = token_to(EMAIL)
    for act in ("renvoyer", "reprendre"):
        path = workshop.at(f"reglages/invitations/{row.pk}/{act}/")
        assert owner.get(path).status_code == 200
        assert owner.post(path).status_code == 303
        if act == "renvoyer":
            with open_scope(workshop.provider.id):
                assert token_to(EMAIL) != first
    assert owner.get(workshop.at(f"reglages/invitations/{row.pk}/renvoyer/")).status_code == 404
    listed: Any = owner.get(workshop.at("reglages/membres/"))
    assert not listed.context["has_waiting"]


def test_a_role_is_changed_and_obeyed_at_the_next_request(
    workshop: Workshop, owner: Client, sign_in: SignIn
) -> None:
    accountant, theirs = member(workshop, ACCOUNTANT), sign_in(ACCOUNTANT)
    path = workshop.at(f"reglages/membres/{accountant.pk}/")
    assert theirs.get(workshop.at("factures/")).status_code == 200
    assert owner.post(path, {"role": TECHNICIAN}).status_code == 303
    assert theirs.get(workshop.at("factures/")).status_code == 403
    assert owner.post(path, {"role": "PRACTICE_MANAGER"}).status_code == 422


def test_closed_access_ends_at_the_next_request(
    workshop: Workshop, owner: Client, sign_in: SignIn
) -> None:
    manager, theirs = member(workshop, MANAGER), sign_in(MANAGER)
    path = workshop.at(f"reglages/membres/{manager.pk}/acces/")
    assert owner.post(path).status_code == 303
    assert theirs.get(workshop.at("")).status_code == 404
    assert "Inactif" in text_of(owner.get(workshop.at("reglages/membres/")))
    assert owner.post(path).status_code == 303
    assert theirs.get(workshop.at("")).status_code == 200


def test_an_owner_finds_no_way_to_change_themselves(workshop: Workshop, owner: Client) -> None:
    own = member(workshop, OWNER)
    page: Any = owner.get(workshop.at(f"reglages/membres/{own.pk}/"))
    assert (page.context["may_change"], page.context["access"]) == (False, None)
    for path, data in ((f"{own.pk}/", {"role": MANAGER}), (f"{own.pk}/acces/", {})):
        assert owner.post(workshop.at(f"reglages/membres/{path}"), data).status_code == 422
    own.refresh_from_db()
    assert (own.role, own.is_active) == (OWNER, True)


def test_the_page_of_a_person_changes_their_role_and_nothing_else(
    workshop: Workshop, owner: Client
) -> None:
    """Nobody but the person changes their address, password or name (T9, T27)."""
    technician = member(workshop, TECHNICIAN)
    before = User.objects.filter(pk=technician.user_id).values().get()
    data = {"role": ACCOUNTANT, "email": "autre@x.fr", "password": "x" * 20, "name": "Autre"}
    data |= {"is_active": "", "is_operator": "on", "user": str(member(workshop, OWNER).user_id)}
    assert owner.post(workshop.at(f"reglages/membres/{technician.pk}/"), data).status_code == 303
    assert User.objects.filter(pk=technician.user_id).values().get() == before
    technician.refresh_from_db()
    assert (technician.role, technician.is_active) == (ACCOUNTANT, True)


def test_giving_rights_asks_again_who_one_is(workshop: Workshop, owner: Client) -> None:
    accountant = member(workshop, ACCOUNTANT)
    grow_stale(owner)
    assert owner.get(workshop.at("reglages/membres/")).status_code == 200
    for path in ("inviter/", f"{accountant.pk}/", f"{accountant.pk}/acces/"):
        answer = owner.post(workshop.at(f"reglages/membres/{path}"), {"role": TECHNICIAN})
        assert answer.headers["Location"].startswith("/compte/confirmer/?next=%2Fatelier%2F")
    accountant.refresh_from_db()
    assert (accountant.role, accountant.is_active) == (ACCOUNTANT, True)


def test_what_is_next_door_is_nowhere(
    workshop: Workshop, neighbour: Workshop, owner: Client
) -> None:
    foreign, row = member(neighbour, TECHNICIAN), waiting(neighbour)
    for path in (f"membres/{foreign.pk}/", f"membres/{foreign.pk}/acces/"):
        assert owner.post(workshop.at(f"reglages/{path}"), {"role": MANAGER}).status_code == 404
    for act in ("renvoyer", "reprendre"):
        path = workshop.at(f"reglages/invitations/{row.pk}/{act}/")
        assert owner.post(path).status_code == 404


# --- The people of a practice ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"), [(OWNER, 200), (MANAGER, 200), (TECHNICIAN, 403), (ACCOUNTANT, 403)]
)
def test_who_sees_the_people_of_a_practice(
    workshop: Workshop, sign_in: SignIn, pines: Customer, role: Role, status: int
) -> None:
    path = workshop.at(f"clients/{pines.pk}/personnes/")
    assert sign_in(role).get(path).status_code == status


def test_a_manager_invites_the_first_person_of_a_practice(
    workshop: Workshop, sign_in: SignIn, pines: Customer
) -> None:
    path = workshop.at(f"clients/{pines.pk}/personnes/")
    manager = sign_in(MANAGER)
    assert path in text_of(manager.get(workshop.at(f"clients/{pines.pk}/")))
    data = {"email": EMAIL, "role": Role.PRACTICE_MANAGER, "language": "fr"}
    assert manager.post(f"{path}inviter/", data).status_code == 303
    assert EMAIL in text_of(manager.get(path))
    assert EMAIL not in text_of(sign_in(OWNER).get(workshop.at("reglages/membres/")))
    refused: Any = manager.post(f"{path}inviter/", data | {"role": TECHNICIAN})
    assert refused.context["form"].errors.keys() == {"role"}


def test_a_person_is_found_under_their_own_practice_alone(
    workshop: Workshop, owner: Client, pines: Customer
) -> None:
    with open_scope(workshop.provider.id):
        port = a_customer("Cabinet du Port")
        person = a_member(Role.PRACTICE_STAFF, customer=port)
    row = waiting(workshop, role=Role.PRACTICE_STAFF, customer_id=port.pk)
    wrong = (f"personnes/{person.pk}/", f"invitations/{row.pk}/reprendre/")
    for path in wrong:
        assert owner.get(workshop.at(f"clients/{pines.pk}/{path}")).status_code == 404
        assert owner.get(workshop.at(f"clients/{port.pk}/{path}")).status_code == 200
    assert owner.get(workshop.at(f"reglages/membres/{person.pk}/")).status_code == 404
    here = workshop.at(f"clients/{port.pk}/personnes/{person.pk}/")
    assert owner.post(here, {"role": Role.PRACTICE_ACCOUNTANT}).status_code == 303
    assert owner.post(f"{here}acces/").status_code == 303
    person.refresh_from_db()
    assert (person.role, person.is_active) == (Role.PRACTICE_ACCOUNTANT, False)
