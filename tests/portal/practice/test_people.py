"""« Paramètres › Personnes »: the manager of a practice lets its people in, and nobody else's."""

from typing import Any

import pytest
from django.test import Client

from providers.enums import Role
from providers.models import AuditEntry, Invitation, Membership
from providers.operations import invite
from providers.scoping import open_scope
from tests.factories import a_member
from tests.letters import path_to
from tests.portal.places import NOW, Practice, a_practice, signed_in

EMAIL = "camille@cabinet.example"
PEOPLE = "parametres/personnes/"
ANSWER = {"name": "Camille Exemple", "password": "une phrase assez longue", "language": "fr"}


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_manager_invites_a_colleague_who_comes_in(practice: Practice, manager: Client) -> None:
    path = practice.at(f"{PEOPLE}inviter/")
    page: Any = manager.get(path)
    choices = [code for code, _ in page.context["form"].fields["role"].choices]
    assert choices == list(Role.practice())
    data = {"email": EMAIL, "role": Role.PRACTICE_STAFF, "language": "fr"}
    assert manager.post(path, data).status_code == 303
    assert EMAIL in text_of(manager.get(practice.at(PEOPLE)))
    with open_scope(practice.provider.id):
        link = path_to(EMAIL)
        sender = practice.members[Role.PRACTICE_MANAGER].user_id
        assert AuditEntry.objects.get(act="invitation.sent").actor_id == sender
    colleague = Client()
    assert colleague.post(link, ANSWER)["Location"] == practice.at()
    assert colleague.get(practice.at()).status_code == 200
    assert "Camille Exemple" in text_of(manager.get(practice.at(PEOPLE)))


@pytest.mark.parametrize("role", [Role.PRACTICE_STAFF, Role.PRACTICE_ACCOUNTANT])
def test_the_others_do_not(practice: Practice, role: Role) -> None:
    client = practice.client(role)
    for path in (PEOPLE, f"{PEOPLE}inviter/"):
        assert client.get(practice.at(path)).status_code == 403


def test_a_provider_role_is_not_a_practice_s_to_give(practice: Practice, manager: Client) -> None:
    for role in Role.staff():
        data = {"email": EMAIL, "role": role, "language": "fr"}
        assert manager.post(practice.at(f"{PEOPLE}inviter/"), data).status_code == 422
    with open_scope(practice.provider.id):
        assert not Invitation.objects.exists()


def test_roles_and_access_of_colleagues(practice: Practice, manager: Client) -> None:
    staff = practice.members[Role.PRACTICE_STAFF]
    theirs = signed_in(staff)
    path = practice.at(f"{PEOPLE}{staff.pk}/")
    assert manager.post(path, {"role": Role.PRACTICE_ACCOUNTANT}).status_code == 303
    assert theirs.get(practice.at()).status_code == 403
    assert theirs.get(practice.at("factures/")).status_code == 200
    assert manager.post(f"{path}acces/").status_code == 303
    assert theirs.get(practice.at("factures/")).status_code == 404


def test_an_invitation_is_sent_again_and_taken_back(practice: Practice, manager: Client) -> None:
    by = practice.members[Role.PRACTICE_MANAGER].user_id
    with open_scope(practice.provider.id):
        row = invite(
            email=EMAIL,
            role=Role.PRACTICE_STAFF,
            customer_id=practice.customer.pk,
            at=NOW,
            by=by,
        )
    for act in ("renvoyer", "reprendre"):
        path = practice.at(f"parametres/invitations/{row.pk}/{act}/")
        assert manager.get(path).status_code == 200
        assert manager.post(path).status_code == 303
    listed: Any = manager.get(practice.at(PEOPLE))
    assert not listed.context["has_waiting"]


def test_the_practice_next_door_and_the_provider_s_staff_are_nowhere(
    practice: Practice, manager: Client
) -> None:
    port = a_practice(practice.provider, "Cabinet du Port")
    with open_scope(practice.provider.id):
        owner = a_member(Role.OWNER)
        place: dict[str, Any] = {"customer_id": port.customer.pk, "at": NOW, "by": owner.user_id}
        row = invite(email=EMAIL, role=Role.PRACTICE_STAFF, **place)
    page = text_of(manager.get(practice.at(PEOPLE)))
    assert EMAIL not in page
    assert owner.user.email not in page
    foreign = [port.members[Role.PRACTICE_STAFF], owner]
    for person in foreign:
        for path in (f"{PEOPLE}{person.pk}/", f"{PEOPLE}{person.pk}/acces/"):
            data = {"role": Role.PRACTICE_ACCOUNTANT}
            assert manager.post(practice.at(path), data).status_code == 404
    for act in ("renvoyer", "reprendre"):
        path = practice.at(f"parametres/invitations/{row.pk}/{act}/")
        assert manager.post(path).status_code == 404
    for person in foreign:
        assert Membership.objects.get(pk=person.pk).is_active


def test_the_navigation_leads_there_for_the_manager_alone(practice: Practice) -> None:
    for role in Role.practice():
        start = practice.at("factures/" if role == Role.PRACTICE_ACCOUNTANT else "")
        page = practice.client(role).get(start)
        leads = practice.at(PEOPLE) in [item.url for item in page.context["navigation"]]
        assert leads == (role == Role.PRACTICE_MANAGER)
