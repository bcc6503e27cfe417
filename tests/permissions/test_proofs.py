"""T27: which acts and which files ask again who one is, and why the others do not.

Both lists are held against the resolver: a new act or a new file is in one of them.
"""

import re
from typing import Any, Final

import pytest
from django.test import Client

from portal.listing import routes as listing
from providers.enums import Role
from providers.models import Customer, Provider, User
from providers.permissions import Capability
from providers.scoping import open_scope
from tests.factories import a_customer, a_member, a_provider
from tests.harness.sign_in import grow_stale
from tests.permissions.routes import Route, routes

WRITING: Final = {"POST", "PUT", "PATCH", "DELETE"}
FILE: Final = re.compile(
    r"[_:](csv|xlsx|zip|pdf|file|export|head|document|logo|calendar)$|\.(csv|xlsx|zip|toml|json)$"
)

# Acts that ask nothing more, by the capability they are done under.
DAILY: Final = {
    Capability.CONTRACTS: "signing and giving up are the work of the day, and stay in the journal",
    Capability.COVERAGE: "remembers which keys somebody likes",
    Capability.CUSTOMERS: "the work of the day; the history keeps what stood there",
    Capability.IMPORTS: "adds, shows first what it would add, and is undone as a whole",
    Capability.INDEX: "a public value, and a decision that stays in the journal",
    Capability.INVOICES: "a credit note pays nobody: the account is what asks",
    Capability.INVOICING: "an invoice pays nobody but the account, which is what asks",
    Capability.JOBS: "stops or goes on with what was asked for",
    Capability.MAILS: "sends a letter again, to whom the journal says",
    Capability.NOTICES: "says that one has read",
    Capability.OFFERS: "binds nobody before a contract is signed",
    Capability.PAYMENTS: "writes down what the bank did; undone by its reversal",
    Capability.SEE_AS: "reads no more than one may, and says so at the top",
}
# The same by their names, where there is no capability or another act under it asks.
SINGLE: Final = {
    "account_confirm_address": "holds the link that was sent to the new address, which asked",
    "account_profile": "a name, a language",
    "account_recovery_codes_file": "writes down what the page before it showed, which asked",
    "appearance": "light or dark",
    "house_invitation": "the link of the letter is the proof",
    "invitation": "the link of the letter is the proof",
    "language": "a language",
    "mail_reports": "signed by the sender of our mail",
    "notification_preferences": "which letters one wants",
    "policy_reports": "what a browser sends by itself, and changes nothing",
    "sign_up": "nobody is signed in",
    "unsubscribe": "the link of the letter is the proof",
    "usersessions_list": "only ends sessions",
    "workshop:setup_finish": "says that one has begun",
    "workshop:setup_trial": "is undone before it is answered",
}
# Files: more rows than `MANY` ask, which the list itself finds out.
WHEN_MANY: Final = {
    f"{space}:{code}_{kind}"
    for space, codes in {
        "workshop": ("contracts", "customers", "invoices"),
        "practice": ("invoices",),
    }.items()
    for code in codes
    for kind in ("csv", "xlsx")
} | {"workshop:invoices_zip", "practice:invoices_zip"}
FILES: Final = {
    "api_pdf": "a program has a token, and no session",
    "account_recovery_codes_file": "writes down what the page before it showed, which asked",
    "practice:calendar": "days that are on one's own page",
    "practice:contract_calendar": "days that are on one's own page",
    "practice:document": "one paper of one's own",
    "practice:equipment_csv": "what one owns oneself",
    "practice:equipment_xlsx": "what one owns oneself",
    "practice:invoice_pdf": "one document of one's own",
    "workshop:contract_document": "one paper at a time, and each reading is kept",
    "workshop:customer_equipment_csv": "one practice at a time, and each reading is kept",
    "workshop:customer_equipment_xlsx": "one practice at a time, and each reading is kept",
    "workshop:import_refused_csv": "rows that the house itself sent",
    "workshop:import_refused_xlsx": "rows that the house itself sent",
    "workshop:import_template_csv": "an empty sheet",
    "workshop:import_template_xlsx": "an empty sheet",
    "workshop:invoice_pdf": "one document at a time, and each reading is kept",
    "workshop:job_csv": "what one run issued: the accountant's list of the month",
    "workshop:journal_head": "a fingerprint, which is meant to leave",
    "workshop:logo": "one's own picture, printed on every document",
    "workshop:offer_export": "the words of an offer, and nobody's name",
}


def ruled() -> list[Route]:
    return [route for route in routes() if route.rule is not None]


def asks(route: Route) -> bool:
    return bool(route.rule and route.rule.is_sensitive)


def is_argued(route: Route) -> bool:
    """An act that needs no proof, and says why."""
    rule = route.rule
    if rule is None or rule.side == "api":  # a program has a token, and no session
        return rule is not None
    return route.name in SINGLE or rule.capability in DAILY


def test_every_act_asks_for_a_proof_or_says_why_not() -> None:
    acts = [route for route in ruled() if route.rule and WRITING & set(route.rule.methods)]
    assert len(acts) > 90
    assert [route.name for route in acts if not (asks(route) or is_argued(route))] == []
    assert set(SINGLE) <= {route.name for route in acts if not asks(route)}


def test_every_file_asks_for_a_proof_or_says_why_not() -> None:
    files = {route.name for route in ruled() if FILE.search(route.name) and not asks(route)}
    assert files == WHEN_MANY | set(FILES)


def test_what_leaves_with_the_whole_house_asks() -> None:
    asking = {route.name for route in ruled() if asks(route)}
    wanted = {"house_invite", "house_resend", "house_revoke"}
    wanted |= {f"workshop:{name}" for name in ("journal_csv", "journal_xlsx", "job_file")}
    wanted |= {"practice:job_file"}
    assert wanted <= asking


# --- The lists ------------------------------------------------------------------------------------


@pytest.fixture
def owner(db: None) -> Client:
    with open_scope(a_provider("", slug="maison").id):
        member = a_member(Role.OWNER)
        for number in range(3):
            a_customer(f"Cabinet {number}")
    client = Client()
    client.force_login(User.objects.get(pk=member.user_id))
    return client


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rows are many."""
    monkeypatch.setattr(listing, "MANY", 2)


LIST: Final = "/atelier/maison/clients/clients.csv?status=all"
BACK: Final = "/compte/confirmer/?next=%2Fatelier%2Fmaison%2Fclients%2F%3Fstatus%3Dall"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_whole_list_asks_after_five_minutes_and_leads_back_to_it(
    owner: Client, few: None, kind: str
) -> None:
    address = LIST.replace(".csv", f".{kind}")
    assert owner.get(address).status_code == 200
    grow_stale(owner)
    answer = owner.get(address)
    assert (answer.status_code, answer["Location"]) == (302, BACK)


def test_a_few_rows_ask_nothing(owner: Client, few: None) -> None:
    grow_stale(owner)
    with open_scope(Provider.objects.get().id):
        chosen = Customer.objects.first()
    assert chosen is not None
    assert owner.get(f"{LIST}&id={chosen.pk}").status_code == 200


def test_a_list_that_never_asks_would_be_found(
    owner: Client, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted."""
    monkeypatch.setattr(listing, "lead_to_proof", lambda request: None)
    grow_stale(owner)
    answer: Any = owner.get(LIST)
    assert answer.status_code == 200
