"""What no device ever answered is a wrong passkey, whatever its JSON: never a failure of ours."""

import pytest
from django.test import Client

from providers.models import User
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
