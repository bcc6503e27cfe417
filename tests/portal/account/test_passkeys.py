"""What no device ever answered is a wrong passkey, whatever its JSON: never a failure of ours."""

import pytest
from django.test import Client

from providers.models import User
from tests.harness.passkeys import give_passkey
from tests.portal.account.conftest import FACTOR, give_password

FOREIGN = (
    "9" * 5_000,
    "[" * 99_999,
    "null",
    "[]",
    '"x"',
    "{}",
    '{"id": "x", "rawId": "x", "type": "public-key", "response": {}}',
    '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"clientDataJSON": "x"}}',
)


@pytest.mark.parametrize("credential", FOREIGN)
def test_a_passkey_that_cannot_be_read_is_refused(owner: User, credential: str) -> None:
    sent = {"credential": credential}
    assert Client().post("/compte/connexion/cle/", sent).status_code in (200, 302, 422)
    halfway, inside = Client(), Client()
    give_password(halfway, owner.email)
    assert halfway.post(FACTOR, sent).status_code in (200, 422)
    inside.force_login(owner)
    added = inside.post("/compte/second-facteur/cles/ajouter/", {**sent, "name": "Clé"})
    assert added.status_code in (200, 422)


def test_a_wrong_key_is_asked_for_again_on_the_way_to_the_same_page(owner: User) -> None:
    give_passkey(owner)
    browser, again = Client(), "/compte/confirmer/cle/?next=%2Fcompte%2Fsessions%2F"
    browser.force_login(owner)
    answer = browser.post(again, {"credential": FOREIGN[-1]})
    assert (answer.status_code, answer.headers["Location"]) == (302, again)
    page = browser.get(again)
    assert "alert" in page.text
    assert 'name="next" value="/compte/sessions/"' in page.text


def test_a_wrong_key_at_the_door_leads_back_to_it(owner: User) -> None:
    sent = {"credential": FOREIGN[-1], "next": "/compte/sessions/"}
    answer = Client().post("/compte/connexion/cle/", sent)
    wanted = "/compte/connexion/?next=%2Fcompte%2Fsessions%2F"
    assert (answer.status_code, answer.headers["Location"]) == (302, wanted)
