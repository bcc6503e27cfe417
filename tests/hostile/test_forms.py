"""Every form of the portal, sent what nobody types (T11): it is refused whole, nothing breaks."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, seed

from portal.workshop.forms import CustomerForm
from providers.models import Customer
from tests.hostile.finding import OF_DJANGO, WRITTEN
from tests.hostile.forms import Form
from tests.hostile.payloads import Payload, floods, payloads
from tests.hostile.sending import IS_LONG, SEED, Post, fault_of, trials
from tests.permissions.routes import Route

# Answers that each form with a field is sent in the short form. The editor of terms is one form
# of a dozen parts, some with a hundred fields, and so are Django's own buttons, which stand on each
# of the operators' pages: each part is sent fewer, all of them hundreds.
MANY, OF_A_PART = 100, 20


@pytest.mark.parametrize("route", WRITTEN, ids=lambda route: route.label)
def test_a_form_is_refused_whole(post: Post, forms: dict[str, list[Form]], route: Route) -> None:
    found = [fault for form in forms[route.name] for fault in faults_of(post, form)]
    assert not found, "\n".join(found)


def faults_of(post: Post, form: Form) -> list[str]:
    """Where the portal broke down or left a part of what it refused; once each."""
    faults = dict[str, str]()

    def send(payload: Payload) -> None:
        response, left = post.send(post.world.actors[form.sender], form.path, payload)
        fault = fault_of(response) or (f"left {left}" if left else "")
        faults.setdefault(fault[-160:], f"{form.label}: {payload!r}: {fault} (seed {SEED})")

    flood = list(floods(form, is_long=IS_LONG))
    for payload in flood:
        send(payload)
    many = OF_A_PART if is_part_of_one(form) else MANY
    count = (max(2, many - len(flood)), 1_000) if form.fields else (2, 100)
    seed(SEED)(trials(*count)(given(payloads(form))(send)))()
    faults.pop("", None)
    return list(faults.values())


def is_part_of_one(form: Form) -> bool:
    is_of_editor = form.route in ("workshop:draft_section", "workshop:draft_preview")
    return is_of_editor or set(form.fields) == set(OF_DJANGO)


# --- The check itself -----------------------------------------------------------------------------


def test_a_view_that_breaks_or_leaves_something_behind_is_found(
    post: Post, forms: dict[str, list[Form]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: a field that counts on digits; a refusal that wrote something first."""
    [form] = forms["workshop:customer_new"]
    monkeypatch.setattr(CustomerForm, "clean_reference", _as_number, raising=False)
    assert any("ValueError" in fault for fault in faults_of(post, form))
    monkeypatch.setattr(CustomerForm, "clean_reference", _written_first)
    assert any("left ['providers_customer'" in fault for fault in faults_of(post, form))


def _as_number(form: CustomerForm) -> str:
    return str(int(form.cleaned_data["reference"]))


def _written_first(form: CustomerForm) -> str:
    Customer.objects.update(city="Ailleurs")
    raise ValidationError("not like this")
