"""Two people, one form: the second to save is shown both versions, and loses nothing."""

import re
import threading
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from contracts.models import Offer, OfferDraft
from contracts.operations.drafts import start_draft
from fleet.models import Equipment, Site
from fleet.operations import add_equipment, add_site
from providers.models import Contact, Customer, ProviderProfile
from providers.operations import add_contact
from providers.scoping import open_scope
from tests.factories import a_customer
from tests.portal.workshop.conftest import MANAGER, NOW, OWNER, SignIn, Workshop, a_workshop
from tests.portal.workshop.test_offer_editor import sent_by

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
HIDDEN_INITIAL = re.compile(r'<input type="hidden" name="(initial-[^"]+)" value="([^"]*)"')
PROPOSED = re.compile(r'type="radio" name="(\w+)" value="[^"]*" id="(mine|theirs)_\w+" checked')
CHOSEN = re.compile(r'type="radio" name="(\w+)" value="([^"]*)" id="(mine|theirs)_')


def values_of(client: Client, address: str) -> dict[str, Any]:
    """What the form of a page would send as it is drawn."""
    page: Any = client.get(address)
    assert page.status_code == 200
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()}


def chosen(text: str, side: str, **others: str) -> dict[str, str]:
    """What the page of both versions sends when everything is taken from one side."""
    hidden = {name: unescape(value) for name, value in HIDDEN.findall(text)}
    taken = {
        name: unescape(value)
        for name, value, whose in CHOSEN.findall(text)
        if whose == others.get(name, side)
    }
    hidden.pop("csrfmiddlewaretoken", None)
    return hidden | taken


def proposed(text: str) -> dict[str, str]:
    """The side that the page of both versions proposes for each line."""
    return dict(PROPOSED.findall(text))


@pytest.fixture
def address(workshop: Workshop, pines: Customer) -> str:
    return workshop.at(f"clients/{pines.pk}/modifier/")


def test_the_second_to_save_sees_both_versions(
    workshop: Workshop, sign_in: SignIn, address: str, pines: Customer
) -> None:
    first, second = sign_in(OWNER), sign_in(MANAGER)
    seen = values_of(second, address)
    theirs = {**values_of(first, address), "phone": "0111", "city": "Toulon"}
    assert first.post(address, theirs).status_code == 303
    answer = second.post(address, {**seen, "phone": "0222", "kind": "GROUP"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Modifié entre-temps" in text
    for value in ("0111", "0222", "Toulon", "Puget-sur-Argens", "maison de santé"):
        assert value in text, value
    with open_scope(workshop.provider.id):
        assert Customer.objects.get(pk=pines.pk).phone == "0111", "nothing was overwritten"


@pytest.mark.parametrize(
    ("side", "kept"), [("mine", ("0222", "Nice")), ("theirs", ("0111", "Toulon"))]
)
def test_either_version_can_be_taken(
    workshop: Workshop,
    sign_in: SignIn,
    address: str,
    pines: Customer,
    side: str,
    kept: tuple[str, str],
) -> None:
    first, second = sign_in(OWNER), sign_in(MANAGER)
    seen = values_of(second, address)
    first.post(address, {**values_of(first, address), "phone": "0111", "city": "Toulon"})
    text = second.post(address, {**seen, "phone": "0222", "city": "Nice"}).content.decode()
    assert second.post(address, chosen(text, side)).status_code == 303
    with open_scope(workshop.provider.id):
        found = Customer.objects.get(pk=pines.pk)
        assert (found.phone, found.city) == kept


def test_a_line_of_each_can_be_taken(
    workshop: Workshop, sign_in: SignIn, address: str, pines: Customer
) -> None:
    first, second = sign_in(OWNER), sign_in(MANAGER)
    seen = values_of(second, address)
    first.post(address, {**values_of(first, address), "phone": "0111", "city": "Toulon"})
    text = second.post(address, {**seen, "phone": "0222", "city": "Nice"}).content.decode()
    assert second.post(address, chosen(text, "mine", city="theirs")).status_code == 303
    with open_scope(workshop.provider.id):
        found = Customer.objects.get(pk=pines.pk)
        assert (found.phone, found.city) == ("0222", "Toulon")


def drawn_by(client: Client, address: str) -> dict[str, str]:
    """What a browser would send of the page as it is drawn, what was shown included."""
    page: Any = client.get(address)
    hidden = dict(HIDDEN_INITIAL.findall(page.content.decode()))
    shown = {name: unescape(value) for name, value in hidden.items()}
    return {**values_of(client, address), **shown}


def test_a_line_that_was_not_touched_proposes_what_is_now_recorded(
    workshop: Workshop, sign_in: SignIn, address: str, pines: Customer
) -> None:
    """Two people who changed different fields lose nothing by sending the page unread."""
    first, second = sign_in(OWNER), sign_in(MANAGER)
    seen = drawn_by(second, address)
    first.post(address, {**values_of(first, address), "city": "Toulon"})
    text = second.post(address, {**seen, "phone": "0222"}).content.decode()
    assert proposed(text) == {"phone": "mine", "city": "theirs"}
    assert second.post(address, chosen(text, "mine", **proposed(text))).status_code == 303
    with open_scope(workshop.provider.id):
        found = Customer.objects.get(pk=pines.pk)
        assert (found.phone, found.city) == ("0222", "Toulon")


def test_the_page_of_both_versions_remembers_what_was_shown(sign_in: SignIn, address: str) -> None:
    """A third save in between: what was chosen of the second is no change of one's own."""
    first, second = sign_in(OWNER), sign_in(MANAGER)
    seen = drawn_by(second, address)
    first.post(address, {**values_of(first, address), "city": "Toulon"})
    text = second.post(address, {**seen, "phone": "0222"}).content.decode()
    sent = chosen(text, "mine", **proposed(text))
    first.post(address, {**values_of(first, address), "city": "Nice"})
    again = second.post(address, sent).content.decode()
    assert proposed(again) == {"phone": "mine", "city": "theirs"}


def test_a_third_save_in_between_is_shown_again(sign_in: SignIn, address: str) -> None:
    first, second = sign_in(OWNER), sign_in(MANAGER)
    seen = values_of(second, address)
    first.post(address, {**values_of(first, address), "phone": "0111"})
    text = second.post(address, {**seen, "phone": "0222"}).content.decode()
    first.post(address, {**values_of(first, address), "phone": "0333"})
    again = second.post(address, chosen(text, "mine"))
    assert again.status_code == 409
    assert "0333" in again.content.decode()


def test_the_same_change_made_twice_is_no_conflict(sign_in: SignIn, address: str) -> None:
    first, second = sign_in(OWNER), sign_in(MANAGER)
    same = {**values_of(second, address), "phone": "0111"}
    assert first.post(address, {**values_of(first, address), "phone": "0111"}).status_code == 303
    assert second.post(address, same).status_code == 303


def test_a_page_without_a_version_is_as_old_as_can_be(owner: Client, address: str) -> None:
    values = values_of(owner, address)
    values["phone"] = "0111"
    del values["version"]
    assert owner.post(address, values).status_code == 409


def test_each_page_of_the_house_has_a_version_of_its_own(
    workshop: Workshop, sign_in: SignIn
) -> None:
    """The brand and the numbers are one row: changing one is no conflict for the other."""
    owner = sign_in(OWNER)
    brand, numbers = workshop.at("reglages/marque/"), workshop.at("reglages/numeros/")
    seen = values_of(owner, numbers)
    face = {**values_of(owner, brand), "phone": "0111", "logo": ""}
    assert owner.post(brand, face).status_code == 303
    assert owner.post(numbers, {**seen, "penalty_prefix": "PEN"}).status_code == 303
    assert owner.post(numbers, {**seen, "penalty_prefix": "PX"}).status_code == 409


@pytest.mark.parametrize(
    ("path", "changed"),
    [
        ("reglages/banque/", {"iban": "FR1420041010050500013M02606", "bic": "AGRIFRPP"}),
        ("reglages/marque/", {"phone": "0111", "logo": ""}),
        ("reglages/calendrier/", {"holidays": "FR-974"}),
    ],
)
def test_the_settings_are_guarded_too(
    workshop: Workshop, sign_in: SignIn, path: str, changed: dict[str, str]
) -> None:
    owner = sign_in(OWNER)
    address = workshop.at(path)
    seen = values_of(owner, address)
    with open_scope(workshop.provider.id):
        ProviderProfile.objects.update(
            iban="FR7630006000011234567890189", phone="0999", holidays="FR-972"
        )
    assert owner.post(address, {**seen, **changed}).status_code == 409


def test_what_hangs_on_a_practice_is_guarded_too(
    workshop: Workshop, sign_in: SignIn, pines: Customer
) -> None:
    with open_scope(workshop.provider.id):
        contact = add_contact(customer_id=pines.pk, name="Docteur Pin", at=NOW)
        site = add_site(customer_id=pines.pk, name="Étage", postal_code="83480", at=NOW)
        thing = add_equipment(
            customer_id=pines.pk, kind="server", label="Serveur", site_id=site.pk, at=NOW
        )
    client = sign_in(OWNER)
    for path, model, name in (
        (f"contacts/{contact.pk}/", Contact, "name"),
        (f"sites/{site.pk}/", Site, "name"),
        (f"materiel/{thing.pk}/", Equipment, "label"),
    ):
        address = workshop.at(path)
        seen = values_of(client, address)
        with open_scope(workshop.provider.id):
            model._default_manager.update(**{name: "Autre"})
        answer = client.post(address, {**seen, name: "Le mien"})
        assert answer.status_code == 409, path
        assert {"Autre", "Le mien"} <= set(re.findall(r"Autre|Le mien", answer.content.decode()))


def test_a_draft_that_somebody_else_changed_can_be_kept(
    workshop: Workshop, sign_in: SignIn
) -> None:
    with open_scope(workshop.provider.id):
        draft = start_draft(offer_id=Offer.objects.get().pk, at=NOW)
    first, second = sign_in(OWNER), sign_in(MANAGER)
    address = workshop.at(f"offres/brouillons/{draft.pk}/duree/")
    mine = sent_by(second, address, notice__months="2")
    assert first.post(address, sent_by(first, address, notice__months="4")).status_code == 303
    answer = second.post(address, mine)
    assert answer.status_code == 409
    again = {name: unescape(value) for name, value in HIDDEN.findall(answer.content.decode())}
    assert again["revision"] == "2"
    assert second.post(address, again).status_code == 303
    with open_scope(workshop.provider.id):
        assert OfferDraft.objects.get(pk=draft.pk).terms["notice"]["months"] == 2


# --- Two real sessions ----------------------------------------------------------------------------
def test_of_two_at_the_same_instant_one_is_shown_both(transactional_db: None) -> None:
    workshop = a_workshop("course-info")
    with open_scope(workshop.provider.id):
        customer = a_customer("Cabinet des Pins")
    address = workshop.at(f"clients/{customer.pk}/modifier/")
    clients = [workshop.client(OWNER), workshop.client(MANAGER)]
    sent = [
        {**values_of(client, address), "phone": phone}
        for client, phone in zip(clients, ("0111", "0222"), strict=True)
    ]
    start, answers = threading.Barrier(2), [0, 0]

    def save(place: int) -> None:
        try:
            start.wait(10)
            answers[place] = clients[place].post(address, sent[place]).status_code
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == [303, 409]
    with open_scope(workshop.provider.id):
        kept = Customer.objects.get(pk=customer.pk).phone
    assert kept == sent[answers.index(303)]["phone"]
