"""T12: each call of the money paths fails, one at a time; nothing is half done, nothing is told.

Every statement to the database is refused in its turn, then mail, drawing, broker and clock. Each
try is undone, so that the next one starts from the same rows. The short form takes every third
statement, beginning elsewhere on each path; `script/test --long` takes them all.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from smtplib import SMTPServerDisconnected
from typing import Any
from uuid import UUID

import pytest
from django.core import mail as post
from django.db import OperationalError, connection, transaction
from django.test import Client

from billing.models import Invoice, InvoiceDocument, Settlement
from billing.operations import documents, payments
from billing.operations.documents import relay_documents
from billing.operations.invoice_run import Run, issue_due
from billing.operations.issuing import PDF
from billing.rules.errors import IssueDateTooEarly
from contracts.models import Contract
from core import clock
from core.pdf import RenderingFailed
from providers.enums import MailState
from providers.faults import FAULTS
from providers.models import Job, Mail, Notification, OutboxItem
from providers.operations.sending import relay_mails
from providers.scoping import open_scope
from tests.factories import a_customer, noon
from tests.permissions.letters import a_letter
from tests.portal.workshop.conftest import NOW, OWNER, TODAY, Workshop, issue
from tests.portal.workshop.money import ACTS, NO_MONEY, Scene, a_program, routes_of_money
from tests.portal.workshop.wires import EVERY, INSIDE, SELDOM, Act, Wire, cuts, sizes, state, undone

# --- Pages ----------------------------------------------------------------------------------------


@pytest.fixture
def browser(workshop: Workshop) -> Client:
    found = workshop.client(OWNER)
    found.raise_request_exception = False
    return found


@pytest.fixture
def scene(workshop: Workshop, browser: Client, invoice: Invoice, contract: Contract) -> Scene:
    return Scene(workshop, browser, a_program(workshop), invoice, contract)


def assert_closed(answer: Any) -> None:
    """The general page, or the problem, with its number; no word of the inside."""
    assert answer.status_code == 500
    assert answer["X-Request-Id"] in answer.text
    for word in ("canari", "Traceback", "OperationalError", "terminating", "File &quot;"):
        assert word not in answer.text


PAGES = sorted(routes_of_money() - set(NO_MONEY))
# The heart of it, cut at every third statement; all the others at every ninth.
OFTEN = {
    "workshop:contract_sign",
    "workshop:invoice_cancel",
    "workshop:invoicing_release",
    "workshop:payment_new",
    "workshop:payment_reverse",
    "workshop:run_launch",
}


def test_every_route_of_money_is_cut_or_argued() -> None:
    """A new one is found by the resolver, and asks for its act in `money.py`."""
    assert set(PAGES) == set(ACTS)
    assert set(NO_MONEY) <= routes_of_money()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_whose_database_or_clock_fails_does_all_or_nothing(
    scene: Scene, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    act, every = scene.act(name), EVERY if name in OFTEN else SELDOM
    assert half_done(scene.workshop, act, name, every) == []
    monkeypatch.setattr(clock, "now", stopped)
    before = state(scene.workshop)
    with undone():
        assert_closed(act())
        assert state(scene.workshop) == before


def stopped() -> Any:
    """A clock that does not answer."""
    raise OSError(INSIDE)


def half_done(workshop: Workshop, act: Act, name: str, every: int) -> list[str]:
    """The statements whose failure is told as a success, or leaves a part of the act."""
    before, found = state(workshop), []
    with undone():
        assert act().status_code in (201, 303)
        done = sizes(state(workshop))
    assert done != sizes(before)
    for number in cuts(act, name, every):
        with undone():
            with connection.execute_wrapper(Wire(number)):
                answer = act()
            after = state(workshop)
            is_whole = after == before or sizes(after) == done
            if answer.status_code != 500 or not is_whole:
                found.append(f"{name}, statement {number}: {answer.status_code}")
                continue
            assert_closed(answer)
    return found


def test_a_broker_out_of_reach_loses_no_run(
    workshop: Workshop,
    scene: Scene,
    settings: Any,
    django_capture_on_commit_callbacks: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The job is a row; whoever sweeps finds it, and nothing was issued by halves."""
    from providers import tasks

    def unreachable(*args: Any, **kwargs: Any) -> None:
        raise OSError("no broker")

    monkeypatch.setattr(tasks.work_on_job, "delay", unreachable)
    launch = scene.act("workshop:run_launch")
    before = sizes(state(workshop))
    with django_capture_on_commit_callbacks(execute=True):
        assert launch().status_code == 303
    with open_scope(workshop.provider.id):
        job = Job.objects.get(kind="invoice_run")
        assert Job.objects.all().to_take(NOW).filter(pk=job.pk).exists()
    assert sizes(state(workshop))["billing_invoice"] == before["billing_invoice"]
    monkeypatch.undo()
    tasks.wake_jobs()
    with open_scope(workshop.provider.id):
        assert Job.objects.get(pk=job.pk).state == "FINISHED"


# --- What runs without a page ---------------------------------------------------------------------


@pytest.fixture
def run(workshop: Workshop, contract: Contract) -> Act:
    return lambda: issue_due(Run(workshop.provider.id, TODAY, TODAY, NOW))


def test_a_run_whose_database_fails_issues_all_or_nothing(workshop: Workshop, run: Act) -> None:
    """Stopped anywhere, and run again: each period is issued once."""
    before = state(workshop)
    with undone():
        assert run() == 2
        done = sizes(state(workshop))
    for number in cuts(run, "run"):
        with undone():
            with pytest.raises(OperationalError), connection.execute_wrapper(Wire(number)):
                run()
            after = state(workshop)
            assert after == before or sizes(after) == done, f"statement {number}"
            run()
            assert sizes(state(workshop)) == done, f"run again after statement {number}"


def test_a_lost_connection_parks_no_contract() -> None:
    """It is no fault of the contract: the run stops instead."""
    assert not isinstance(OperationalError(), FAULTS)


def test_a_clock_that_went_back_stops_the_run(workshop: Workshop, contract: Contract) -> None:
    assert issue(workshop, TODAY) == 2
    with open_scope(workshop.provider.id):
        Contract.objects.update(next_invoice_on=TODAY)
    before, back = state(workshop), TODAY - timedelta(days=3)
    due = TODAY + timedelta(days=100)
    with pytest.raises(IssueDateTooEarly):
        issue_due(Run(workshop.provider.id, due, back, noon(back)))
    assert state(workshop) == before


@pytest.fixture
def drawing(workshop: Workshop, invoice: Invoice) -> Callable[..., int]:
    return lambda at=NOW: relay_documents(provider_id=workshop.provider.id, at=at)


def documents_of(workshop: Workshop) -> tuple[int, int, int]:
    """Documents, notifications of them, and items that wait."""
    with open_scope(workshop.provider.id):
        told = Mail.objects.filter(event="invoice_issued").count()
        waiting = OutboxItem.objects.filter(kind=PDF, done_at=None).count()
        return InvoiceDocument.objects.count(), told, waiting


def test_a_drawing_whose_database_fails_is_drawn_once(
    workshop: Workshop, drawing: Callable[..., int]
) -> None:
    with undone():
        assert drawing() == 1
        done = documents_of(workshop)
    assert (done[0], done[2]) == (1, 0)
    for number in cuts(drawing, "drawing"):
        with undone():
            with pytest.raises(OperationalError), connection.execute_wrapper(Wire(number)):
                drawing()
            found = documents_of(workshop)
            # What is told goes with the document, in one transaction.
            assert found[:2] in ((0, 0), done[:2]), f"statement {number}"
            drawing(NOW + documents.LEASE + timedelta(seconds=1))
            assert documents_of(workshop) == done, f"drawn again after statement {number}"


@pytest.mark.parametrize("error", [RenderingFailed("x"), MemoryError(), OSError(28, "No space")])
def test_a_drawing_that_fails_leaves_the_document_to_be_drawn(
    workshop: Workshop,
    drawing: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    def failing(*args: Any, **kwargs: Any) -> bytes:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(documents, "draw_invoice", failing)
        if isinstance(error, RenderingFailed):
            drawing()
        else:
            with pytest.raises(type(error)):
                drawing()
    assert documents_of(workshop) == (0, 0, 1)
    assert drawing(NOW + documents.LEASE + timedelta(seconds=1)) == 1


@pytest.fixture
def letter(workshop: Workshop) -> UUID:
    with open_scope(workshop.provider.id):
        found = a_letter(a_customer().pk, "canari")
        Mail.objects.filter(pk=found.pk).update(state=MailState.WAITING, answer="")
        Notification.objects.all().delete()
        OutboxItem.objects.filter(subject_id=found.pk).update(done_at=None, next_try_at=NOW)
        OutboxItem.objects.exclude(subject_id=found.pk).delete()
    refused_no_more(workshop)
    return found.pk


def refused_no_more(workshop: Workshop) -> None:
    from providers.models import RefusedAddress

    with open_scope(workshop.provider.id):
        RefusedAddress.objects.all().delete()


def mail_state(workshop: Workshop, letter: UUID) -> tuple[str, bool]:
    with open_scope(workshop.provider.id):
        is_done = OutboxItem.objects.get(subject_id=letter).done_at is not None
        return Mail.objects.get(pk=letter).state, is_done


def test_a_relay_whose_database_fails_sends_at_least_once_and_marks_whole(
    workshop: Workshop, letter: UUID
) -> None:
    def relay(minutes: int = 0) -> None:
        later = NOW + timedelta(minutes=minutes)
        relay_mails(provider_id=workshop.provider.id, now=lambda: later)

    for number in cuts(relay, "relay"):
        with undone():
            post.outbox.clear()
            with pytest.raises(OperationalError), connection.execute_wrapper(Wire(number)):
                relay()
            found = mail_state(workshop, letter)
            assert found in ((MailState.WAITING, False), (MailState.SENT, True)), number
            relay(10)
            assert mail_state(workshop, letter) == (MailState.SENT, True)
            ids = {message.extra_headers["Message-ID"] for message in post.outbox}
            assert (len(post.outbox) in (1, 2), len(ids)) == (True, 1), number


@pytest.mark.parametrize("call", ["open", "send_messages", "close"])
def test_a_mail_server_that_fails_loses_nothing(
    workshop: Workshop, letter: UUID, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    from django.core.mail.backends.locmem import EmailBackend

    def failing(self: Any, *args: Any) -> None:
        raise SMTPServerDisconnected("gone")

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, call, failing)
        relay_mails(provider_id=workshop.provider.id, now=lambda: NOW)
    is_sent = call == "close"
    wanted = (MailState.SENT, True) if is_sent else (MailState.WAITING, False)
    assert mail_state(workshop, letter) == wanted
    later = NOW + timedelta(minutes=10)
    relay_mails(provider_id=workshop.provider.id, now=lambda: later)
    assert mail_state(workshop, letter) == (MailState.SENT, True)


# --- Planted --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "done"), [("workshop:payment_new", 303), ("api_reversal", 201)])
def test_an_act_that_goes_on_after_a_failure_is_found(
    scene: Scene, name: str, done: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: the payment is written and told although its settlement could not be moved."""
    move = payments._move

    def careless(settlement: Settlement, *, by: Decimal) -> None:
        with suppress(OperationalError), transaction.atomic():
            move(settlement, by=by)

    monkeypatch.setattr(payments, "_move", careless)
    act = scene.act(name)
    found = half_done(scene.workshop, act, name, 1)
    assert [fault for fault in found if fault.endswith(f": {done}")]


def test_a_page_that_tells_the_inside_is_found(scene: Scene, settings: Any) -> None:
    """Planted: the framework's own page for developers."""
    act = scene.act("workshop:payment_new")
    settings.DEBUG = True
    with undone(), connection.execute_wrapper(Wire(3)):
        answer = act()
    with pytest.raises(AssertionError):
        assert_closed(answer)
