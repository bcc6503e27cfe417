"""No view reads a name that its form does not list (T9): what nobody was shown changes nothing."""

import pytest
from django.forms import CharField

from portal.workshop.forms import CustomerForm
from tests.hostile.finding import WRITTEN
from tests.hostile.forms import Form
from tests.hostile.payloads import Payload, honest
from tests.hostile.sending import Post
from tests.hostile.watching import EVERYTHING, watched_forms
from tests.permissions.routes import Route

# Read although the form does not show it, and why that changes nothing.
READ_TOO = {
    # Chosen on a page that the world has not: a view that was kept, the offers of a run.
    **dict.fromkeys(
        ("customers_views", "contracts_views", "invoices_views"), frozenset({"view"})
    ),
    **dict.fromkeys(("run_aside", "run_back", "run_launch"), frozenset({"offers"})),
    # The last page of the editor leads to no other one.
    **dict.fromkeys(("draft_section", "draft_preview"), frozenset({"then"})),
    # One page with two forms.
    "mfa_authenticate": frozenset({"code", "credential", "next"}),
    # For another letter or another address, neither of which this portal offers.
    "account_confirm_login_code": frozenset({"action", "next"}),
    # Where to go afterwards, within the portal alone.
    **dict.fromkeys(
        (
            "account_login", "account_logout", "account_request_login_code",
            "account_reset_password", "account_reset_password_from_key", "account_reauthenticate",
            "mfa_login_webauthn", "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
            "mfa_edit_webauthn", "mfa_remove_webauthn", "logout",
        ),
        frozenset({"next"}),
    ),
    # A file that the framework would let somebody take back; none is recorded here.
    "contract_sign": frozenset({"signed_contract-clear", "mandate-clear"}),
    "contract_mandate": frozenset({"mandate-clear"}),
    "offer_import": frozenset({"file-clear"}),
}  # fmt: skip


@pytest.mark.parametrize("route", WRITTEN, ids=lambda route: route.label)
def test_a_view_reads_what_its_form_lists(
    post: Post, forms: dict[str, list[Form]], route: Route
) -> None:
    faults = {form.label: unlisted(post, form) for form in forms[route.name]}
    assert not {label: names for label, names in faults.items() if names}


def unlisted(post: Post, form: Form) -> set[str]:
    """Names that are read, of a form that was left as it was drawn and of an empty one."""
    found = set[str]()
    for payload in (Payload(honest(form)), Payload(is_multipart=True)):
        with watched_forms() as read:
            post.send(post.world.actors[form.sender], form.path, payload)
            found |= read
    allowed = READ_TOO.get(form.route.rpartition(":")[2], frozenset())
    if form.route.startswith("admin:"):
        allowed |= {"_to_field"}  # a column to find the row by: refused, or as good as its key
    # A clause that is not there is put there by a button of its editor; a tick says the same.
    ticks = {name for name in found if name.endswith("-is_there") and "revision" in form.fields}
    return found - set(form.fields) - allowed - ticks


# --- The check itself -----------------------------------------------------------------------------


def test_a_view_that_reads_another_name_is_found(
    post: Post, forms: dict[str, list[Form]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: a form that takes a column nobody is shown; then one that takes all there is."""
    [form] = forms["workshop:customer_new"]
    hidden = {**CustomerForm.base_fields, "sort_key": CharField(required=False)}
    monkeypatch.setattr(CustomerForm, "base_fields", hidden)
    assert unlisted(post, form) == {"sort_key"}
    monkeypatch.setattr(CustomerForm, "clean", lambda self: dict(self.data.items()))
    assert unlisted(post, form) == {"sort_key", EVERYTHING}
