"""Two people on one form: the second is shown both versions, on a page that anybody can use."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from tests.browser.audit import Visit
from tests.permissions.world import World

pytestmark = pytest.mark.browser


def test_both_versions_are_shown_and_what_is_chosen_is_saved(
    world: World,
    visiting: Callable[..., Visit],
    accessible_everywhere: Callable[[Page], None],
) -> None:
    user = world.actors["a-owner"].user
    assert user is not None
    place = [world.providers["a"].slug, world.practices["a1"].objects["customer_id"]]
    address = reverse("workshop:customer_edit", args=place)
    visit = visiting(user)
    visit.expected.add(409)
    page = visit.open(address)
    page.fill("[name=phone]", "0611111111")

    other = Client()
    other.force_login(user)
    form = other.get(address).context["form"]
    seen = {name: form[name].value() or "" for name in form.fields}
    assert other.post(address, seen | {"phone": "0400000000"}).status_code == 303

    page.click("main form button.btn-primary")
    page.wait_for_selector("text=0400000000")
    accessible_everywhere(page)
    page.click("main form button.btn-primary")
    page.wait_for_selector("main dl >> text=0611111111")
