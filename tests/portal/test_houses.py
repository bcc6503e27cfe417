"""Who opens a house: the operator's page, the letter, the page it leads to, signing up."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from providers.models import HouseInvitation, Membership, Provider, User
from tests.factories import an_operator
from tests.letters import house_path_to
from tests.portal.places import NOW

EMAIL = "camille@portal.example"
ANSWER = {
    "name": "Camille Exemple", "password": "une phrase assez longue", "language": "fr",
    "trade_name": "Maison Neuve", "slug": "maison-neuve",
}  # fmt: skip


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def operator(db: None) -> Client:
    client = Client()
    client.force_login(an_operator())
    return client


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_from_the_operator_s_invitation_to_the_checklist(operator: Client) -> None:
    data = {"email": EMAIL, "preset": "micro-info-service", "language": "fr"}
    assert operator.post("/plateforme/maisons/inviter/", data).status_code == 303
    assert EMAIL in text_of(operator.get("/plateforme/maisons/"))
    assert mail.outbox[-1].to == [EMAIL]
    visitor, path = Client(), house_path_to(EMAIL)
    page = text_of(visitor.get(path))
    assert "MICRO INFO SERVICE" in page.upper()
    assert "Ouvrir ma maison" in page
    assert "Accepter l’invitation" not in page, "nobody invited them into a house that is not there"
    answer = visitor.post(path, ANSWER)
    assert answer["Location"] == "/atelier/maison-neuve/demarrage/"
    assert Membership.objects.get(user__email=EMAIL).role == "OWNER"
    assert visitor.get(path).status_code == 404
    assert "maison-neuve" in text_of(operator.get("/plateforme/maisons/"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "Maison Neuve"), ("slug", "prise"), ("slug", ""), ("slug", "-a"),
        ("trade_name", ""), ("name", ""), ("password", "court"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_said_at_its_field(operator: Client, field: str, value: str) -> None:
    Provider.objects.create(slug="prise")
    operator.post("/plateforme/maisons/inviter/", {"email": EMAIL, "language": "fr"})
    answer: Any = Client().post(house_path_to(EMAIL), {**ANSWER, field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert not User.objects.filter(email=EMAIL).exists()


def test_an_invitation_is_sent_again_and_taken_back(operator: Client) -> None:
    operator.post("/plateforme/maisons/inviter/", {"email": EMAIL, "language": "fr"})
    first, row = house_path_to(EMAIL), HouseInvitation.objects.get()
    assert operator.post(f"/plateforme/maisons/{row.pk}/renvoyer/").status_code == 303
    second = house_path_to(EMAIL)
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    assert operator.post(f"/plateforme/maisons/{row.pk}/reprendre/").status_code == 303
    assert Client().get(second).status_code == 404
    assert operator.get(f"/plateforme/maisons/{row.pk}/renvoyer/").status_code == 404


def test_closed_the_page_says_by_whom_one_is_invited(db: None) -> None:
    visitor = Client()
    assert "invite" in text_of(visitor.get("/inscription/"))
    assert visitor.post("/inscription/", {"email": EMAIL}).status_code == 200
    assert visitor.get("/inscription/envoyee/").status_code == 302
    assert mail.outbox == []
    assert "/inscription/" not in text_of(visitor.get(reverse("account_login")))


def test_open_anybody_confirms_their_address_before_a_house_is_made(
    db: None, settings: Any
) -> None:
    settings.OPEN_SIGN_UP = True
    visitor = Client()
    assert "/inscription/" in text_of(visitor.get(reverse("account_login")))
    assert visitor.post("/inscription/", {"email": "nobody"}).status_code == 422
    sent = visitor.post("/inscription/", {"email": EMAIL})
    assert sent["Location"] == "/inscription/envoyee/"
    assert visitor.get(sent["Location"]).status_code == 200
    assert not User.objects.exists()
    assert not Provider.objects.exists()
    assert visitor.post(house_path_to(EMAIL), ANSWER).status_code == 303
    assert Provider.objects.get().slug == "maison-neuve"


def test_letters_are_counted_and_the_answer_stays_the_same(db: None, settings: Any) -> None:
    settings.OPEN_SIGN_UP = True
    visitor = Client()
    for _ in range(6):
        assert visitor.post("/inscription/", {"email": EMAIL}).status_code == 303
    assert len(mail.outbox) == 3
    for number in range(12):
        visitor.post("/inscription/", {"email": f"n{number}@portal.example"})
    assert len(mail.outbox) <= 10


def test_a_letter_that_cannot_leave_is_said(db: None, settings: Any) -> None:
    settings.OPEN_SIGN_UP = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    answer: Any = Client().post("/inscription/", {"email": EMAIL})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"email"}
