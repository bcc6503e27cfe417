"""T27: who needs a second factor has one, a code is good once, and nothing walks round it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from providers.models import User
from providers.operations import factors
from providers.operations.factors import renew_recovery_codes, use_code
from tests.factories import PASSWORD, TOTP_SECRET, an_operator
from tests.harness.sign_in import grow_stale, totp_code
from tests.portal.account.conftest import (
    FACTOR,
    LOGIN,
    NOW,
    SLUG,
    give_password,
    is_in,
    sign_in,
)

APP, CODES = "/compte/second-facteur/application/", "/compte/second-facteur/secours/"
STEP = timedelta(seconds=30)
CODE = re.compile(r"<li>([2-9a-z]{5}-[2-9a-z]{5})</li>")


def enrol(client: Client) -> Any:
    """Scan the secret and type what the app shows."""
    secret = client.get(APP).context["form"].secret
    return client.post(APP, {"code": totp_code(secret)})


def test_staff_without_one_are_led_to_it_and_back(owner: User) -> None:
    Authenticator.objects.all().delete()
    client = Client()
    target = f"/atelier/{SLUG}/clients/?q=a"
    client.post(f"{LOGIN}?next={target}", {"login": owner.email, "password": PASSWORD})
    asked = client.get(target)
    assert asked.headers["Location"].startswith("/compte/second-facteur/mise-en-place/?next=")
    assert client.get(asked.headers["Location"]).status_code == 200
    assert enrol(client).headers["Location"] == CODES
    page = client.post(CODES).content.decode()
    assert len(set(CODE.findall(page))) == 10
    assert f'href="{target}"' in page
    assert client.get(target).status_code == 200


def test_a_foreign_target_is_not_gone_to(owner: User) -> None:
    client = Client()
    client.force_login(owner)
    for target in ("//ailleurs.example/", "https://ailleurs.example/", "javascript:alert(1)"):
        answer = client.get("/compte/second-facteur/mise-en-place/", {"next": target})
        assert answer.headers["Location"] == "/"


def test_halfway_in_is_not_in(owner: User) -> None:
    client = Client()
    assert give_password(client, owner.email).headers["Location"] == FACTOR
    assert not is_in(client)
    for path in (f"/atelier/{SLUG}/", APP, CODES, "/compte/mot-de-passe/", "/admin/"):
        assert client.get(path).status_code == 302
    client.post("/compte/deconnexion/")
    assert client.get(FACTOR).headers["Location"] == LOGIN


@pytest.mark.parametrize(("step", "is_good"), [(-2, False), (-1, True), (0, True), (1, True)])
def test_a_code_is_good_one_step_early_or_late(owner: User, step: int, is_good: bool) -> None:
    client = Client()
    give_password(client, owner.email)
    client.post(FACTOR, {"code": totp_code(step=step)})
    assert is_in(client) is is_good


def test_a_code_of_two_steps_ahead_is_refused(owner: User) -> None:
    assert use_code(user_id=owner.pk, code=totp_code(step=2), at=NOW) is None


def test_a_code_is_good_once_as_long_as_it_is_shown(owner: User, clock: Any) -> None:
    code = totp_code()
    first, second = Client(), Client()
    give_password(first, owner.email)
    assert first.post(FACTOR, {"code": code}).status_code == 302
    for late in (timedelta(0), STEP):
        clock.move_to(NOW + late)
        give_password(second, owner.email)
        assert second.post(FACTOR, {"code": code}).status_code == 422
    assert not is_in(second)


def test_a_code_used_twice_would_be_seen(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: nothing is remembered of a code that was used."""
    assert use_code(user_id=owner.pk, code=totp_code(), at=NOW)
    Authenticator.objects.filter(user=owner).update(
        data={"secret": Authenticator.objects.get(user=owner).data["secret"]}
    )
    assert use_code(user_id=owner.pk, code=totp_code(), at=NOW)


def test_an_older_code_is_not_good_after_a_newer_one(owner: User) -> None:
    assert use_code(user_id=owner.pk, code=totp_code(step=1), at=NOW)
    assert use_code(user_id=owner.pk, code=totp_code(), at=NOW) is None


def test_five_wrong_codes_and_one_starts_again(owner: User) -> None:
    client = Client()
    give_password(client, owner.email)
    answers = [client.post(FACTOR, {"code": f"00000{n}"}) for n in range(5)]
    assert [each.status_code for each in answers] == [422] * 4 + [302]
    assert answers[-1].headers["Location"] == LOGIN
    assert client.get(FACTOR).headers["Location"] == LOGIN
    give_password(client, owner.email)
    assert client.post(FACTOR, {"code": totp_code()}).status_code == 429


def test_recovery_codes_are_kept_as_hashes_and_good_once(owner: User) -> None:
    codes = renew_recovery_codes(user_id=owner.pk, at=NOW)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]
    client = Client()
    give_password(client, owner.email)
    client.post(FACTOR, {"code": codes[3].upper().replace("-", " ")})
    assert is_in(client)
    other = Client()
    give_password(other, owner.email)
    assert other.post(FACTOR, {"code": codes[3]}).status_code == 422
    assert use_code(user_id=owner.pk, code=codes[4], at=NOW)


def test_new_recovery_codes_put_an_end_to_the_old(owner: User) -> None:
    old = renew_recovery_codes(user_id=owner.pk, at=NOW)
    new = renew_recovery_codes(user_id=owner.pk, at=NOW)
    assert not set(old) & set(new)
    assert use_code(user_id=owner.pk, code=old[0], at=NOW) is None
    assert use_code(user_id=owner.pk, code=new[0], at=NOW)


def test_the_codes_of_the_page_are_also_a_file(owner: User) -> None:
    client = Client()
    client.force_login(owner)
    page = client.post(CODES).content.decode()
    codes = " ".join(dict.fromkeys(CODE.findall(page)))
    file = client.post("/compte/second-facteur/secours/fichier/", {"codes": codes})
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert codes.split()[0] in file.content.decode()
    assert CODE.search(client.get(CODES).content.decode()) is None


def test_the_secret_of_the_app_is_sealed_in_the_database(owner: User) -> None:
    row = Authenticator.objects.get(user=owner)
    assert TOTP_SECRET not in str(row.data)


def test_a_code_sent_by_mail_still_asks_staff_for_their_factor(
    owner: User, mailoutbox: Any
) -> None:
    client = Client()
    by_mail(client, owner.email, mailoutbox)
    assert not is_in(client)
    client.post(FACTOR, {"code": totp_code()})
    assert is_in(client)


def by_mail(client: Client, email: str, mailoutbox: Any) -> Any:
    client.post("/compte/connexion/code/", {"email": email})
    code = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]*)$", mailoutbox[-1].body, re.MULTILINE)
    assert code
    return client.post("/compte/connexion/code/saisie/", {"code": code[1]})


def test_people_of_a_practice_sign_in_by_a_code_alone(manager: User, mailoutbox: Any) -> None:
    client = Client()
    by_mail(client, manager.email, mailoutbox)
    assert is_in(client)


def test_three_wrong_codes_by_mail_and_it_is_dead(manager: User, mailoutbox: Any) -> None:
    client = Client()
    client.post("/compte/connexion/code/", {"email": manager.email})
    path = "/compte/connexion/code/saisie/"
    answers = [client.post(path, {"code": f"WRONG{n}"}).status_code for n in range(4)]
    assert answers[0] == 422
    code = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]*)$", mailoutbox[-1].body, re.MULTILINE)
    assert code
    client.post(path, {"code": code[1]})
    assert not is_in(client)


# --- A fresh proof --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["mot-de-passe/", "adresse/", "second-facteur/secours/", "second-facteur/application/"],
)
def test_changing_how_one_signs_in_asks_again(manager: User, owner: User, path: str) -> None:
    client = Client()
    sign_in(client, owner)
    grow_stale(client)
    answer = client.get(f"/compte/{path}")
    assert answer.headers["Location"].startswith("/compte/confirmer/?next=%2Fcompte%2F")
    answer = client.post(answer.headers["Location"], {"password": PASSWORD})
    assert answer.headers["Location"] == f"/compte/{path}"
    assert client.get(f"/compte/{path}").status_code in {200, 302}


def test_a_code_of_the_app_proves_it_too(owner: User, clock: Any) -> None:
    client = Client()
    sign_in(client, owner)
    grow_stale(client)
    clock.shift(STEP * 3)
    wrong = client.post("/compte/confirmer/code/?next=/compte/adresse/", {"code": "000000"})
    assert wrong.status_code == 422
    client.post("/compte/confirmer/code/?next=/compte/adresse/", {"code": totp_code()})
    assert client.get("/compte/adresse/").status_code == 200


def test_whoever_has_nothing_but_mail_signs_in_again(manager: User, mailoutbox: Any) -> None:
    manager.set_unusable_password()
    manager.save()
    client = Client()
    by_mail(client, manager.email, mailoutbox)
    assert client.get("/compte/adresse/").status_code == 200
    grow_stale(client)
    answer = client.get("/compte/adresse/")
    page = client.get(answer.headers["Location"])
    assert "Se reconnecter" in page.content.decode()


# --- The back door --------------------------------------------------------------------------------


def test_the_admin_has_no_sign_in_form_and_wants_the_factor(db: None, clock: Any) -> None:
    client = Client()
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/compte/connexion/?next=%2Fadmin%2F"
    operator = an_operator()
    Authenticator.objects.all().delete()
    client.force_login(operator)
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/compte/second-facteur/mise-en-place/")
    bare = Client()
    bare.force_login(User.objects.create_user("person@cabinet.example"))
    assert bare.get("/admin/login/").status_code == 404
    assert client.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 302


def test_an_operator_with_a_factor_comes_in(db: None, clock: Any) -> None:
    client = Client()
    client.force_login(an_operator())
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/password_change/").headers["Location"] == "/compte/mot-de-passe/"


def test_the_hash_of_a_recovery_code_hangs_on_the_installation(settings: Any) -> None:
    before = factors._hash("abcdefghjk")
    settings.SECRET_KEY = "another one" * 6
    assert factors._hash("abcdefghjk") != before
