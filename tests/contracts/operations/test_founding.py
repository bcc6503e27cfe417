"""A house opened by invitation: its owner, its offers, and nothing that can be issued yet."""

from datetime import timedelta

import pytest

from contracts.models import Offer, OfferVersion
from contracts.operations.founding import found_house
from core.errors import DomainError
from providers.daily import run_day
from providers.enums import Role
from providers.models import HouseInvitation, LegalIdentity, Membership, Provider, User
from providers.models import ProviderProfile as Profile
from providers.operations import (
    FieldRefused,
    InvitationOver,
    NewPerson,
    SignInFirst,
    SlugTaken,
    UnknownInvitation,
    WrongPerson,
)
from providers.operations.houses import (
    HouseAlreadyInvited,
    ask_for_house,
    find_house_invitation,
    invite_owner,
    resend_house_invitation,
    revoke_house_invitation,
)
from providers.operations.invitations import LIFETIME
from providers.scoping import open_scope
from providers.tenancy import new_id
from tests.factories import FOUNDED, a_member, a_provider, noon

AT, EMAIL = noon(FOUNDED), "camille@portal.example"
CAMILLE = NewPerson(name="Camille Exemple", password="une phrase assez longue")


def asked(preset: str = "") -> str:
    given = {"email": f" {EMAIL.upper()}", "preset": preset, "language": "fr"}
    return invite_owner(**given, at=AT, by=new_id()).token


def founded(token: str, **given: object) -> Membership:
    known: dict[str, object] = {"slug": "mon-atelier", "trade_name": " Mon Atelier ", "at": AT}
    return found_house(token=token, **(known | {"person": CAMILLE} | given))  # type: ignore[arg-type]


def test_a_blank_house_has_an_owner_a_name_and_nothing_else(db: None) -> None:
    owner = founded(asked())
    assert (owner.role, owner.user.email, owner.user.name) == (Role.OWNER, EMAIL, CAMILLE.name)
    assert owner.provider.slug == "mon-atelier"
    with open_scope(owner.provider_id):
        own = Profile.objects.get()
        assert (own.trade_name, own.set_up_at) == ("Mon Atelier", None)
        assert not Offer.objects.exists()
        assert not LegalIdentity.objects.exists()
    assert HouseInvitation.objects.get().provider == owner.provider


def test_a_house_from_a_preset_sells_at_sample_prices_until_they_are_confirmed(db: None) -> None:
    owner = founded(asked("reunion-informatique"))
    assert owner.provider.zone == "Indian/Reunion"
    with open_scope(owner.provider_id):
        assert Profile.objects.get().holidays == "FR-974"
        assert OfferVersion.objects.exists()
        assert not OfferVersion.objects.filter(is_price_confirmed=True).exists()


@pytest.mark.parametrize("preset", ["", "micro-info-service"])
def test_the_daily_run_leaves_a_house_without_an_identity_in_peace(db: None, preset: str) -> None:
    owner = founded(asked(preset))
    day = FOUNDED + timedelta(days=1)
    run_day(provider_id=owner.provider_id, day=day, issued_on=day, at=noon(day))


def test_an_invitation_opens_one_house(db: None) -> None:
    token = asked()
    owner = founded(token)
    with pytest.raises(InvitationOver):
        founded(token, slug="un-autre", person=None, user=owner.user)
    assert Provider.objects.count() == 1


def test_a_known_person_opens_a_second_house_signed_in(db: None) -> None:
    with open_scope(a_provider("").id):
        known, other = a_member(Role.TECHNICIAN, email=EMAIL).user, a_member(Role.OWNER).user
    token = asked()
    with pytest.raises(SignInFirst):
        founded(token)
    with pytest.raises(WrongPerson):
        founded(token, person=None, user=other)
    assert founded(token, person=None, user=known).user == known
    assert known.memberships.count() == 2


@pytest.mark.parametrize(
    ("given", "error", "field"),
    [
        ({"slug": "pris"}, SlugTaken, "slug"),
        ({"slug": "pas un mot"}, FieldRefused, "slug"),
        ({"slug": ""}, FieldRefused, "slug"),
        ({"trade_name": "  "}, FieldRefused, "trade_name"),
        ({"trade_name": "a\0b"}, FieldRefused, "trade_name"),
        ({"person": NewPerson(name="Camille", password="court")}, FieldRefused, "password"),
    ],
)
def test_a_wrong_house_is_refused_and_the_invitation_stays_good(
    db: None, given: dict[str, object], error: type[DomainError], field: str
) -> None:
    a_provider("", slug="pris")
    token = asked()
    with pytest.raises(error) as refusal:
        founded(token, **given)
    assert refusal.value.field == field
    assert not User.objects.filter(email=EMAIL).exists()
    founded(token)
    assert Provider.objects.filter(slug="mon-atelier").exists()


def test_what_is_too_old_taken_back_or_sent_again_opens_nothing(db: None) -> None:
    token = asked()
    waiting = HouseInvitation.objects.get()
    assert find_house_invitation(token, at=AT + LIFETIME) is None
    again = resend_house_invitation(invitation_id=waiting.pk, at=AT)
    assert find_house_invitation(token, at=AT) is None
    assert find_house_invitation(again.token, at=AT) == waiting
    revoke_house_invitation(invitation_id=waiting.pk, at=AT)
    with pytest.raises(InvitationOver):
        founded(again.token)
    with pytest.raises(UnknownInvitation):
        resend_house_invitation(invitation_id=waiting.pk, at=AT)


def test_an_address_waits_once(db: None) -> None:
    asked()
    with pytest.raises(HouseAlreadyInvited):
        asked()
    later = AT + LIFETIME
    invite_owner(email=EMAIL, preset="", language="fr", at=later, by=new_id())
    assert HouseInvitation.objects.filter(revoked_at=None).count() == 1


def test_whoever_signs_up_twice_renews_their_letter(db: None) -> None:
    first = ask_for_house(email=EMAIL, at=AT)
    second = ask_for_house(email=EMAIL, at=AT)
    assert first.invitation.pk == second.invitation.pk
    assert find_house_invitation(first.token, at=AT) is None
    assert find_house_invitation(second.token, at=AT)
    assert first.token not in repr(first)
