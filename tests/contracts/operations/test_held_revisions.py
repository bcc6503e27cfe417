from datetime import date
from decimal import Decimal

import pytest

from contracts.enums import RevisionStatus
from contracts.models import Alert, Contract, LinePrice, PriceRevision
from contracts.operations.held_revisions import (
    RevisionNotHeld,
    RevisionOvertaken,
    RevisionStillHeld,
    confirm_held_revision,
    drop_held_revision,
    preview_of_held,
)
from contracts.operations.revisions import revise_prices
from providers.models import AuditEntry, Provider
from providers.tenancy import new_id
from tests.factories import a_customer, a_signed_contract, an_index_value, noon

SIGNED = date(2026, 2, 10)
NEW_YEAR = date(2027, 1, 1)
DECIDED = date(2027, 2, 20)


def revise(provider: Provider, day: date) -> None:
    revise_prices(provider_id=provider.id, day=day, issued_on=day, at=noon(day))


@pytest.fixture
def held(mis: Provider) -> PriceRevision:
    """Held because the publication of November's value was guessed."""
    an_index_value("2025-12", "320.1", date(2026, 1, 30))
    an_index_value("2026-11", "328.4", date(2026, 12, 31), is_estimated=True)
    a_signed_contract(a_customer(), signed_on=SIGNED)
    revise(mis, NEW_YEAR)
    return PriceRevision.objects.get()


def test_the_person_who_decides_sees_what_confirming_would_do(held: PriceRevision) -> None:
    preview = preview_of_held(held)

    assert (preview.outcome, preview.new_price) == ("applied", Decimal("1231.12"))
    assert PriceRevision.objects.get().status == RevisionStatus.HELD
    assert LinePrice.objects.count() == 1


def test_a_confirmed_revision_prices_the_periods_from_its_own_day(held: PriceRevision) -> None:
    owner = new_id()

    confirm_held_revision(revision_id=held.id, at=noon(DECIDED), by=owner)

    held.refresh_from_db()
    assert (held.status, held.code, held.decided_by) == (RevisionStatus.APPLIED, "", owner)
    assert held.new_price == Decimal("1231.12")
    price = LinePrice.objects.get(revision=held)
    assert (price.applies_from, price.annual_price) == (NEW_YEAR, Decimal("1231.12"))
    assert Alert.objects.get().closed_at == noon(DECIDED)
    assert AuditEntry.objects.get(act="revision.decided").actor_id == owner


def test_the_true_publication_date_decides_once_it_is_recorded(held: PriceRevision) -> None:
    """It came out in January: nothing newer was published on the revision day."""
    an_index_value("2026-11", "328.4", date(2027, 1, 15))

    confirm_held_revision(revision_id=held.id, at=noon(DECIDED), by=new_id())

    held.refresh_from_db()
    assert (held.status, held.code) == (RevisionStatus.UNCHANGED, "no_newer_index")
    assert LinePrice.objects.count() == 1


def test_a_dropped_revision_leaves_the_price_and_is_no_base_for_the_next(
    mis: Provider, held: PriceRevision
) -> None:
    drop_held_revision(revision_id=held.id, at=noon(DECIDED), by=new_id())
    an_index_value("2027-11", "333.3", date(2027, 12, 31))
    revise(mis, date(2028, 1, 1))

    held.refresh_from_db()
    assert (held.status, held.code) == (RevisionStatus.UNCHANGED, "dropped")
    following = PriceRevision.objects.get(year=2028)
    assert (following.base_month, following.old_price) == (date(2025, 12, 1), Decimal("1200.00"))
    assert following.status == RevisionStatus.APPLIED


@pytest.mark.parametrize("decide", [confirm_held_revision, drop_held_revision])
def test_a_decision_is_taken_once(held: PriceRevision, decide: object) -> None:
    drop_held_revision(revision_id=held.id, at=noon(DECIDED), by=new_id())

    with pytest.raises(RevisionNotHeld):
        decide(revision_id=held.id, at=noon(DECIDED), by=new_id())  # type: ignore[operator]


def test_a_revision_overtaken_by_a_later_one_is_not_applied(
    mis: Provider, held: PriceRevision
) -> None:
    an_index_value("2027-11", "333.3", date(2027, 12, 31))
    revise(mis, date(2028, 1, 1))

    with pytest.raises(RevisionOvertaken):
        confirm_held_revision(revision_id=held.id, at=noon(date(2028, 1, 2)), by=new_id())

    held.refresh_from_db()
    assert held.status == RevisionStatus.HELD


def test_nobody_may_confirm_what_the_law_forbids(mis: Provider) -> None:
    an_index_value("2025-10", "318.0", date(2025, 11, 28))
    an_index_value("2026-11", "328.4", date(2026, 12, 31))
    a_signed_contract(a_customer(), signed_on=SIGNED)
    revise(mis, NEW_YEAR)
    held = PriceRevision.objects.get()

    with pytest.raises(RevisionStillHeld):
        confirm_held_revision(revision_id=held.id, at=noon(DECIDED), by=new_id())

    assert Alert.objects.get().closed_at is None
    assert LinePrice.objects.count() == 1


def test_invoicing_goes_on_while_a_revision_waits(held: PriceRevision) -> None:
    contract = Contract.objects.get()

    assert not contract.is_parked
    assert contract.next_revision_on == date(2028, 1, 1)
