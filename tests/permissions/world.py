"""The world of the matrix: provider A with the practices A1 and A2, provider B with B1.

Built through the product's operations. Each house has a word of its own in every text that it
can hold; whoever reads another house's word has looked through a wall.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import time_machine
from allauth.mfa.models import Authenticator
from django.db import transaction

from billing.operations.documents import relay_documents
from billing.operations.invoice_run import Run, invoice_due, issue_due
from contracts.models import IndexObservation, Offer
from contracts.operations.index_values import load_known_values
from contracts.operations.revisions import revise_prices
from fleet.operations import add_equipment, add_site
from providers.enums import InvoicingMode, ProviderStatus, Role
from providers.models import (
    Contact,
    Customer,
    Membership,
    Provider,
    User,
)
from providers.operations import add_contact, invite
from providers.operations.houses import ask_for_house
from providers.operations.setting_up import change_brand
from providers.scoping import open_scope
from tests.factories import (
    A_PICTURE,
    a_customer,
    a_member,
    a_prepared_contract,
    a_provider,
    an_identity,
    an_operator,
    noon,
)
from tests.permissions.furniture import incidents, money, offers, papers, traces
from tests.permissions.letters import a_signed_paper, an_import
from tests.permissions.programs import a_token, programs

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
TODAY = date(2026, 6, 15)
SIGNED_ON, REVISED_ON, ISSUED_ON = date(2025, 2, 10), date(2026, 1, 1), date(2026, 1, 5)
# Said on no page that a role without money may see, in whatever notation.
ANNUAL_PRICE = "7654.32"
WORDS = {"a": "canariabel", "b": "canaribruno", "a1": "canaricelia", "a2": "canaridora"} | {
    "b1": "canariemile"
}
NEIGHBOURS = {"a": ("a1", "a2"), "b": ("b1",)}
PROVIDER_ROLES = (Role.OWNER, Role.MANAGER, Role.TECHNICIAN, Role.ACCOUNTANT)


def user_word(house: str) -> str:
    """People are global: their names have a word beside their house's."""
    return WORDS[house].replace("canari", "usager")


@dataclass(frozen=True, slots=True)
class Practice:
    """A customer and, by the name of a route's parameter, one object of each kind."""

    name: str
    provider: str
    customer_id: UUID
    objects: dict[str, Any]
    prepared: UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who asks; memberships as (house, role), a house being a provider or a practice."""

    name: str
    user: User | None
    memberships: tuple[tuple[str, Role], ...] = ()
    is_operator: bool = False
    has_factor: bool = True
    # Gave the password, not yet the second factor.
    is_halfway: bool = False
    # Has not said who they are for longer than a sensitive act allows.
    is_stale: bool = False
    token: str = ""  # of the programming interface: it opens nothing else
    scopes: tuple[tuple[str, str], ...] = ()
    sees: str = ""  # the practice whose space they look at as its manager does


@dataclass(frozen=True, slots=True)
class World:
    providers: dict[str, Provider]
    practices: dict[str, Practice]
    actors: dict[str, Actor]
    # Objects of no house, by the name of a route's parameter.
    everywhere: dict[str, Any] = field(default_factory=dict)
    # By route, who was handed an address of it: the actor's name and the parameters.
    given: dict[str, list[tuple[str, dict[str, Any]]]] = field(default_factory=dict)

    def words_for(self, actor: Actor) -> set[str]:
        """The words that an actor may read: of their houses, and of the people there."""
        houses = {house for house, _ in actor.memberships}
        houses |= {practice for house in houses for practice in NEIGHBOURS.get(house, ())}
        houses |= {self.practices[house].provider for house in houses if house in self.practices}
        people = set(WORDS) if actor.is_operator and actor.has_factor else houses
        is_person = "-" in actor.name and not actor.token
        own = {user_word(actor.name.split("-")[0])} if is_person else set()
        return {WORDS[house] for house in houses} | {user_word(house) for house in people} | own


ALL_WORDS = frozenset(WORDS.values()) | {user_word(house) for house in WORDS}


@contextmanager
def passing_world() -> Iterator[World]:
    """The world at its own hour, in one transaction that is never committed."""
    logging.disable(logging.CRITICAL)  # thousands of refusals, each worth a line elsewhere
    with time_machine.travel(NOW, tick=False), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


def build_world() -> World:
    providers = {house: _provider(house) for house in ("a", "b")}
    practices = {
        name: _practice(house, providers[house], name)
        for house, names in NEIGHBOURS.items()
        for name in names
    }
    for provider in providers.values():
        _run_days(provider)
    found = {name: _complete(practice, providers) for name, practice in practices.items()}
    actors = {actor.name: actor for actor in _actors(providers, found)}
    providers["c"] = _suspended_provider(actors["suspended"])
    letter = ask_for_house(email="maison@portal.example", at=NOW)
    everywhere = {"house_invitation_id": letter.invitation.pk, "import_kind": "customers"}
    return World(providers, found, actors, everywhere)


def _provider(house: str) -> Provider:
    word = WORDS[house]
    provider = a_provider(
        slug=f"maison-{house}",
        identity=an_identity(
            legal_name=f"Société {word}",
            legal_form=f"SARL {word}",
            rcs_city=f"Ville-{word}",
            street=f"1 rue {word}",
            city=f"Bourg-{word}",
        ),
        invoicing_mode=InvoicingMode.ON_APPROVAL,
        trade_name=f"Atelier {word}",
        phone=f"+33 {word}",
        email=f"contact@{word}.example",
        website=f"https://{word}.example/",
    )
    with open_scope(provider.id):
        Offer.objects.update(name=f"Offre {word}")
        change_brand(logo=A_PICTURE, at=NOW, by=uuid4())
    return provider


def _practice(house: str, provider: Provider, name: str) -> Practice:
    word = WORDS[name]
    with open_scope(provider.id):
        customer = a_customer(
            f"Cabinet {word}",
            reference=f"Compte {word}",
            street=f"2 rue {word}",
            city=f"Bourg-{word}",
            email=f"accueil@{word}.example",
            phone=f"+33 {word}",
        )
        add_contact(
            customer_id=customer.id,
            name=f"Docteur {word}",
            position=f"Titulaire {word}",
            email=f"docteur@{word}.example",
            phone=f"+33 {word}",
            at=NOW,
        )
        site = add_site(
            customer_id=customer.id,
            name=f"Site {word}",
            street=f"3 rue {word}",
            postal_code="83480",
            city=f"Bourg-{word}",
            at=NOW,
        )
        equipment = add_equipment(
            customer_id=customer.id,
            kind="server",
            label=f"Serveur {word}",
            serial_number=f"SN {word}",
            site_id=site.id,
            at=NOW,
        )
        signed = a_signed_paper(customer, word, SIGNED_ON, ANNUAL_PRICE)
        a_signed_paper(customer, word, TODAY, ANNUAL_PRICE)
        prepared = a_prepared_contract(customer, starts_on=TODAY, annual_price=ANNUAL_PRICE)
    objects = {"customer_id": customer.id, "contract_id": signed.id}
    objects |= {"site_id": site.id, "equipment_id": equipment.id}
    return Practice(name, house, customer.id, objects, prepared.id)


def _run_days(provider: Provider) -> None:
    """Revise on estimated values, which holds a real contract's revision; issue, draw, prepare."""
    word = WORDS["a" if provider.slug.endswith("a") else "b"]
    with open_scope(provider.id):
        load_known_values(at=NOW)
        IndexObservation.objects.update(source=f"relevé {word}")
    revise_prices(provider_id=provider.id, day=REVISED_ON, issued_on=REVISED_ON, at=NOW)
    issue_due(Run(provider.id, ISSUED_ON, ISSUED_ON, noon(ISSUED_ON)))
    relay_documents(provider_id=provider.id, at=NOW)
    invoice_due(provider_id=provider.id, day=TODAY, issued_on=TODAY, at=NOW)


def _complete(practice: Practice, providers: dict[str, Provider]) -> Practice:
    """What happens to a practice's contract, and one object for every parameter of a route."""
    provider, word = providers[practice.provider], WORDS[practice.name]
    with open_scope(provider.id):
        customer_id, contract_id = practice.customer_id, practice.objects["contract_id"]
        practice.objects.update(
            **money(customer_id, practice.name, word),
            **incidents(customer_id, contract_id, word),
            **papers(contract_id),
            **offers(),
            **_people(practice),
            import_id=an_import(word).id,
            contact_id=Contact.objects.get(customer_id=customer_id).id,
            token_id=a_token(provider, f"Jeton {word}", user_word(practice.provider))[0],
        )
        traces(customer_id, word)
    return practice


def _people(practice: Practice) -> dict[str, UUID]:
    """Somebody on each side, and an invitation to each."""
    customer = Customer.objects.get(id=practice.customer_id)
    word, house = user_word(practice.name), user_word(practice.provider)
    owner = a_member(Role.OWNER, email=f"invite-{practice.name}@{house}.example", name=house)
    person = a_member(Role.PRACTICE_STAFF, email=f"p@{word}.example", name=word, customer=customer)
    sent: dict[str, Any] = {"at": NOW, "by": owner.user_id}
    place: dict[str, Any] = {"role": Role.PRACTICE_STAFF, "customer_id": customer.pk}
    to_staff = f"{practice.name}@{WORDS[practice.provider]}.example"
    to_practice = f"nouveau@{WORDS[practice.name]}.example"
    return {
        "member_id": owner.pk,
        "person_id": person.pk,
        "invitation_id": invite(email=to_staff, role=Role.TECHNICIAN, **sent).pk,
        "person_invitation_id": invite(email=to_practice, **place, **sent).pk,
    }


# --- Who asks -------------------------------------------------------------------------------------


def _actors(providers: dict[str, Provider], practices: dict[str, Practice]) -> Iterator[Actor]:
    yield Actor("anonymous", None)
    yield replace(_member(providers["a"], "a", Role.OWNER, name="a-seeing"), sees="a1")
    for house, provider in providers.items():
        for role in PROVIDER_ROLES:
            yield _member(provider, house, role)
    for name, practice in practices.items():
        for role in Role.practice():
            yield _member(providers[practice.provider], name, role, practice)
    yield _disabled(_member(providers["a"], "a", Role.OWNER, name="a-disabled"))
    yield _dismissed(_member(providers["a"], "a", Role.OWNER, name="a-dismissed"))
    yield _suspended()
    yield _accounting_firm(providers, practices)
    yield from _by_second_factor(providers["a"])
    yield from _programs(providers, practices)
    yield Actor("operator", an_operator(), is_operator=True)
    bare = User.objects.create_superuser("sansfacteur@portal.example", name="Opérateur")
    yield Actor("newoperator", bare, is_operator=True, has_factor=False)


def _by_second_factor(provider: Provider) -> Iterator[Actor]:
    """Owners of A who have none, who were just asked for it, who gave it a while ago."""
    bare = _member(provider, "a", Role.OWNER, name="a-bare")
    Authenticator.objects.filter(user=bare.user).delete()
    yield replace(bare, has_factor=False)
    yield replace(_member(provider, "a", Role.OWNER, name="a-halfway"), is_halfway=True)
    yield replace(_member(provider, "a", Role.OWNER, name="a-stale"), is_stale=True)


def _member(
    provider: Provider, house: str, role: Role, practice: Practice | None = None, *, name: str = ""
) -> Actor:
    name = name or f"{house}-{role.lower()}"
    with open_scope(provider.id):
        customer = Customer.objects.get(id=practice.customer_id) if practice else None
        member = a_member(
            role,
            email=f"{name.replace('_', '-')}@{user_word(house)}.example",
            customer=customer,
            name=f"{name} {user_word(house)}",
        )
    return Actor(name, member.user, ((house, role),))


def _disabled(actor: Actor) -> Actor:
    """Signed in before the account was closed: the session still names them."""
    assert actor.user is not None
    actor.user.is_active = False
    actor.user.save()
    return Actor(actor.name, actor.user)


def _dismissed(actor: Actor) -> Actor:
    Membership.objects.filter(user=actor.user).update(is_active=False)
    return Actor(actor.name, actor.user)


def _suspended() -> Actor:
    """The owner of a provider that the platform has suspended."""
    provider = a_provider("", slug="maison-c")
    with open_scope(provider.id):
        owner = a_member(Role.OWNER, email="c-owner@suspendu.example")
    Provider.objects.filter(id=provider.id).update(status=ProviderStatus.SUSPENDED)
    return Actor("suspended", owner.user)


def _suspended_provider(owner: Actor) -> Provider:
    return Provider.objects.get(pk=Membership.objects.get(user=owner.user).provider_id)


def _accounting_firm(providers: dict[str, Provider], practices: dict[str, Practice]) -> Actor:
    """One person keeps the books of A1 and B1, and manages nothing."""
    role, user = Role.PRACTICE_ACCOUNTANT, None
    for name in ("a1", "b1"):
        practice = practices[name]
        with open_scope(providers[practice.provider].id):
            customer = Customer.objects.get(id=practice.customer_id)
            user = a_member(role, email="livres@comptes.example", customer=customer).user
    return Actor("firm", user, (("a1", role), ("b1", role)))


def _programs(providers: dict[str, Provider], practices: dict[str, Practice]) -> Iterator[Actor]:
    ids = {name: practice.customer_id for name, practice in practices.items()}
    for name, house, role, text, scopes in programs(providers, ids, WORDS):
        yield Actor(name, None, ((house, role),), token=text, scopes=scopes)
