from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from contracts.enums import ContractStatus
from contracts.models import (
    Contract,
    ContractDocument,
    ContractTerm,
    LinePrice,
    OfferVersion,
)
from contracts.operations.mandates import MANDATE
from contracts.operations.offers import confirm_price
from contracts.operations.preparing import Extras, NotPrepared
from contracts.operations.scans import Scan, ScanRefused
from contracts.operations.signing import (
    SIGNED_CONTRACT,
    Signature,
    SignatureInTheFuture,
    TermsAltered,
    UnconfirmedPrice,
    sign_contract,
)
from contracts.queries import prices_in_force
from contracts.rules.duration import StartAfterTerm
from core.errors import DomainError
from core.periods import DayOutOfRange
from providers.models import AuditEntry, Provider
from providers.operations import FieldRefused
from tests.factories import (
    TINY_PDF,
    a_customer,
    a_prepared_contract,
    a_signed_contract,
    noon,
)

SIGNED = date(2026, 2, 10)


def sign(contract: Contract, signed_on: date = SIGNED, **given: Any) -> Contract:
    details = {name: given.pop(name) for name in list(given) if name in Signature.__slots__}
    signature = Signature(signed_on=signed_on, **details)
    return sign_contract(
        contract_id=contract.id, signature=signature, **({"at": noon(signed_on)} | given)
    )


def test_signature_opens_the_first_term_and_sets_the_dates_that_jobs_look_for(
    mis: Provider,
) -> None:
    contract = a_signed_contract(a_customer(), signed_on=SIGNED, cadence="quarterly")

    contract.refresh_from_db()
    term = ContractTerm.objects.get(contract=contract)
    assert (term.number, term.first_day, term.last_day) == (1, SIGNED, date(2027, 12, 31))
    assert (term.notice_deadline, term.opened_on) == (date(2027, 9, 30), SIGNED)
    assert [reason["rule"] for reason in term.reasons] == ["D3", "D5"]
    assert contract.status == ContractStatus.SIGNED
    assert (contract.ends_on, contract.notice_deadline) == (term.last_day, term.notice_deadline)
    assert contract.next_invoice_on == SIGNED
    assert contract.next_revision_on == date(2027, 1, 1)
    assert contract.earliest_due_date is None


def test_a_start_after_the_signature_opens_the_term_on_its_first_day(reunion: Provider) -> None:
    contract = a_signed_contract(
        a_customer(postal_code="97490"),
        signed_on=date(2026, 3, 10),
        starts_on=date(2026, 3, 17),
        annual_price="2400.00",
    )

    term = ContractTerm.objects.get(contract=contract)
    assert (term.first_day, term.last_day) == (date(2026, 3, 17), date(2026, 12, 31))
    assert (term.opened_on, term.notice_deadline) == (date(2026, 3, 17), None)
    assert contract.next_invoice_on == date(2026, 3, 17)
    assert contract.next_revision_on is None


def test_lead_days_never_bring_the_first_invoice_before_the_signature(integral: Provider) -> None:
    ahead = a_signed_contract(a_customer(), signed_on=SIGNED, starts_on=date(2026, 6, 1))
    at_once = a_signed_contract(a_customer(), signed_on=SIGNED, starts_on=date(2026, 2, 20))

    assert ahead.next_invoice_on == date(2026, 5, 17)
    assert at_once.next_invoice_on == SIGNED


def test_first_prices_are_in_force_before_any_revision_can_be(mis: Provider) -> None:
    """A start on a revision day: the revision of that day still has a price to start from."""
    contract = a_signed_contract(
        a_customer(), signed_on=date(2026, 12, 15), starts_on=date(2027, 1, 1)
    )

    price = LinePrice.objects.get(line__contract=contract)
    assert (price.applies_from, price.annual_price) == (date(2026, 12, 15), Decimal("1200.00"))
    assert contract.next_revision_on == date(2027, 1, 1)
    in_force = prices_in_force([contract.id], date(2027, 1, 1))
    assert [line.annual_price for line in in_force[contract.id]] == [Decimal("1200.00")]


def test_lines_keep_their_order_and_quantity(mis: Provider) -> None:
    contract = a_signed_contract(
        a_customer(),
        signed_on=SIGNED,
        extras=Extras(options={"hosting": Decimal("90.00"), "backup": Decimal("300.00")}),
    )

    lines = prices_in_force([contract.id], SIGNED)[contract.id]
    assert [line.code for line in lines] == ["base", "hosting", "backup"]


def test_a_sample_price_is_signed_only_once_the_owner_has_confirmed_it(mis: Provider) -> None:
    prepared = a_prepared_contract(a_customer(), starts_on=SIGNED, annual_price=None)

    with pytest.raises(UnconfirmedPrice):
        sign(prepared)
    assert Contract.objects.get().status == ContractStatus.PREPARED

    confirm_price(version_id=OfferVersion.objects.get().id, at=noon(SIGNED))
    assert sign(prepared).status == ContractStatus.SIGNED


def test_an_option_at_its_sample_price_waits_for_the_owner_too(mis: Provider) -> None:
    prepared = a_prepared_contract(
        a_customer(), starts_on=SIGNED, annual_price=None, extras=Extras(options={"hosting": None})
    )

    with pytest.raises(UnconfirmedPrice):
        sign(prepared)


def test_the_one_price_of_the_source_documents_needs_no_confirmation(si_sante: Provider) -> None:
    prepared = a_prepared_contract(a_customer(), starts_on=SIGNED, annual_price=None)

    sign(prepared)

    assert LinePrice.objects.get().annual_price == Decimal("330.00")


def test_a_small_practice_that_signed_at_home_pays_nothing_before_the_eighth_day(
    mis: Provider,
) -> None:
    contract = a_signed_contract(
        a_customer(), signed_on=SIGNED, signed_at="client", headcount=5, is_main_activity=False
    )

    assert contract.earliest_due_date == SIGNED + timedelta(days=8)


@pytest.mark.parametrize(
    "otherwise",
    [
        {"signed_at": "provider"},
        {"signed_at": "distance"},
        {"headcount": 6},
        {"headcount": None},
        {"is_main_activity": True},
    ],
)
def test_nobody_else_may_withdraw(mis: Provider, otherwise: dict[str, Any]) -> None:
    protected: dict[str, Any] = {"signed_at": "client", "headcount": 5, "is_main_activity": False}

    contract = a_signed_contract(a_customer(), signed_on=SIGNED, **(protected | otherwise))

    assert contract.earliest_due_date is None


def test_the_scan_and_the_mandate_are_kept_with_their_hash(mis: Provider) -> None:
    prepared = a_prepared_contract(a_customer(), starts_on=SIGNED)

    contract = sign(
        prepared,
        scan=Scan("C:\\scans\\contrat signé.PDF", TINY_PDF),
        mandate=Scan("mandat.pdf", TINY_PDF),
        mandate_reference="RUM-2026-1",
    )

    kept = {row.kind: row for row in ContractDocument.objects.filter(contract=contract)}
    assert kept.keys() == {SIGNED_CONTRACT, MANDATE}
    assert kept[SIGNED_CONTRACT].name == "contrat signé.PDF"
    assert kept[SIGNED_CONTRACT].media_type == "application/pdf"
    assert bytes(kept[SIGNED_CONTRACT].content) == TINY_PDF
    assert len(kept[SIGNED_CONTRACT].sha256) == 64
    contract.refresh_from_db()
    assert contract.settings == {"mandate_reference": "RUM-2026-1"}


REFUSED: list[tuple[dict[str, Any], type[DomainError], str]] = [
    ({"signed_on": date(1999, 12, 31)}, DayOutOfRange, "signed_on"),
    ({"signed_on": date(2026, 2, 11), "at": noon(SIGNED)}, SignatureInTheFuture, "signed_on"),
    ({"scan": Scan("contrat.pdf", b"GIF89a")}, ScanRefused, SIGNED_CONTRACT),
    ({"mandate": Scan("mandat.pdf", b"")}, ScanRefused, MANDATE),
    ({"signed_at": "moon"}, FieldRefused, "signed_at"),
    ({"signature_way": "NOD"}, FieldRefused, "signature_way"),
    ({"signed_by": "x" * 121}, FieldRefused, "signed_by"),
    ({"headcount": -1}, FieldRefused, "headcount"),
]


@pytest.mark.parametrize(("wrong", "error", "field"), REFUSED)
def test_a_wrong_signature_is_refused_at_its_field_and_nothing_is_written(
    mis: Provider, wrong: dict[str, Any], error: type[DomainError], field: str
) -> None:
    prepared = a_prepared_contract(a_customer(), starts_on=SIGNED, at=noon(SIGNED))
    acts = AuditEntry.objects.count()

    with pytest.raises(error) as refusal:
        sign(prepared, **wrong)

    assert refusal.value.field == field
    prepared.refresh_from_db()
    assert (prepared.status, prepared.signed_on) == (ContractStatus.PREPARED, None)
    assert not ContractTerm.objects.exists()
    assert not LinePrice.objects.exists()
    assert not ContractDocument.objects.exists()
    assert AuditEntry.objects.count() == acts


def test_a_start_after_the_end_of_the_first_term_is_refused(mis: Provider) -> None:
    prepared = a_prepared_contract(a_customer(), starts_on=date(2028, 1, 1), at=noon(SIGNED))

    with pytest.raises(StartAfterTerm) as refusal:
        sign(prepared)

    assert refusal.value.field == "starts_on"


def test_a_contract_is_signed_once(mis: Provider) -> None:
    contract = a_signed_contract(a_customer(), signed_on=SIGNED)

    with pytest.raises(NotPrepared):
        sign(contract)


def test_terms_that_changed_since_the_preparation_are_refused(mis: Provider) -> None:
    prepared = a_prepared_contract(a_customer(), starts_on=SIGNED)
    prepared.terms["billing"]["lead_days"] = 30
    prepared.save(update_fields=["terms"])

    with pytest.raises(TermsAltered):
        sign(prepared)


def broken_constraint(statement: str, *params: UUID) -> str:
    """The name of the constraint that a statement of its own breaks."""
    with (
        pytest.raises(IntegrityError) as error,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, params)
    return str(error.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]


def test_a_signed_contract_has_its_dates(mis: Provider) -> None:
    contract = a_signed_contract(a_customer(), signed_on=SIGNED)

    assert (
        broken_constraint("UPDATE contracts_contract SET ends_on = NULL WHERE id = %s", contract.id)
        == "contract_signed_has_its_dates"
    )
    assert (
        broken_constraint(
            "UPDATE contracts_contract SET ended_on = ends_on WHERE id = %s", contract.id
        )
        == "contract_end_has_a_reason"
    )
