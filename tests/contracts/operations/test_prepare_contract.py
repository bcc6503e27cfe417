from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.enums import ContractStatus, LineKind
from contracts.models import Contract, ContractLine, OfferVersion
from contracts.operations.preparing import (
    BackupChoice,
    BackupNotOffered,
    CadenceNotOffered,
    Extras,
    MonthsNotStated,
    NotPrepared,
    ReferenceTaken,
    UnknownOffer,
    abandon_contract,
    prepare_contract,
)
from contracts.operations.prices import PriceMissing, UnknownOption, VatRateNeeded, WrongPrice
from contracts.queries import draft_lines, sheet_of, terms_of
from contracts.rules.payment import PaymentMethodNotOffered
from contracts.rules.pricing_grid import NoGridPrice
from contracts.rules.stored import terms_hash
from contracts.rules.vat_included import NoExactNet
from core.errors import DomainError
from core.periods import DayOutOfRange
from fleet.operations import add_equipment, remove_equipment
from providers.models import AuditEntry, Provider
from providers.operations import UnknownCustomer
from providers.scoping import open_scope
from providers.tenancy import new_id
from tests.factories import (
    a_customer,
    a_prepared_contract,
    a_provider,
    a_signed_contract,
    noon,
)

START = date(2026, 3, 1)


def prices(contract: Contract) -> list[tuple[str, str, Decimal, Decimal]]:
    return [
        (line.kind, line.code, line.quantity, line.annual_price) for line in draft_lines(contract)
    ]


def test_six_commercial_fields_are_enough(mis: Provider) -> None:
    contract = prepare_contract(
        customer_id=a_customer().id,
        offer="maintenance",
        annual_price=Decimal("1200.00"),
        cadence="quarterly",
        payment_method="bank_transfer",
        starts_on=START,
        at=noon(START),
    )

    contract.refresh_from_db()
    assert contract.status == ContractStatus.PREPARED
    assert (contract.cadence, contract.payment_method) == ("quarterly", "bank_transfer")
    assert contract.reference == "C2026-00001"
    assert prices(contract) == [(LineKind.BASE, "base", Decimal(1), Decimal("1200.00"))]
    assert contract.next_invoice_on is None


def test_what_is_not_chosen_is_the_default_of_the_offer(mis: Provider) -> None:
    contract = a_prepared_contract(a_customer(), starts_on=START)

    terms = terms_of(contract)
    assert contract.cadence == terms.billing.default_cadence
    assert contract.payment_method == terms.payment.default_method


def test_the_contract_carries_its_own_copy_of_the_terms(mis: Provider) -> None:
    contract = a_prepared_contract(a_customer(), starts_on=START)

    contract.refresh_from_db()
    assert contract.terms == OfferVersion.objects.get().terms
    assert contract.terms_hash == terms_hash(contract.terms)


def test_references_follow_each_other_and_skip_those_given_by_hand(mis: Provider) -> None:
    customer = a_customer()
    first = a_prepared_contract(customer, starts_on=START)
    a_prepared_contract(customer, starts_on=START, extras=Extras(reference="C2026-00002"))
    a_prepared_contract(customer, starts_on=START, extras=Extras(reference="C2026-OLD"))
    third = a_prepared_contract(customer, starts_on=START)

    assert (first.reference, third.reference) == ("C2026-00001", "C2026-00003")


def test_a_reference_names_one_contract(mis: Provider) -> None:
    customer = a_customer()
    a_prepared_contract(customer, starts_on=START, extras=Extras(reference="CTR-7"))

    with pytest.raises(ReferenceTaken) as refusal:
        a_prepared_contract(customer, starts_on=START, extras=Extras(reference="CTR-7"))

    assert refusal.value.field == "reference"
    assert Contract.objects.count() == 1


def test_a_fleet_is_priced_by_the_grid_of_its_level(reunion: Provider) -> None:
    contract = a_prepared_contract(
        a_customer(postal_code="97490"),
        starts_on=START,
        annual_price=None,
        extras=Extras(equipment={"workstation": 3, "server": 1}),
    )

    assert prices(contract) == [
        (LineKind.BASE, "base", Decimal(1), Decimal("600.00")),
        (LineKind.EQUIPMENT, "workstation", Decimal(3), Decimal("1260.00")),
        (LineKind.EQUIPMENT, "server", Decimal(1), Decimal("780.00")),
    ]
    assert sheet_of(contract, day=START).annual_price == Decimal("2640.00")


def test_the_declared_fleet_in_service_at_the_start_is_counted(mis: Provider) -> None:
    customer = a_customer()
    for label in ("Accueil", "Bureau"):
        add_equipment(
            customer_id=customer.id, kind="workstation", label=label, at=noon(date(2026, 1, 5))
        )
    gone = add_equipment(
        customer_id=customer.id, kind="printer", label="Ancienne", at=noon(date(2026, 1, 5))
    )
    remove_equipment(equipment_id=gone.id, last_day=date(2026, 2, 28), at=noon(date(2026, 3, 1)))
    add_equipment(
        customer_id=customer.id,
        kind="server",
        label="Futur",
        in_service_from=date(2026, 3, 2),
        at=noon(date(2026, 1, 5)),
    )
    add_equipment(
        customer_id=customer.id, kind="imaging", label="Hors grille", at=noon(date(2026, 1, 5))
    )

    contract = a_prepared_contract(customer, starts_on=START, annual_price=None)

    assert [row[:3] for row in prices(contract)] == [
        (LineKind.BASE, "base", Decimal(1)),
        (LineKind.EQUIPMENT, "workstation", Decimal(2)),
    ]


def test_options_have_the_price_of_the_offer_or_one_of_their_own(mis: Provider) -> None:
    by_offer = a_prepared_contract(
        a_customer(),
        starts_on=START,
        annual_price=None,
        extras=Extras(options={"severity-1-4h": None, "hosting": Decimal("90.00")}),
    )

    assert prices(by_offer) == [
        (LineKind.BASE, "base", Decimal(1), Decimal("360.00")),
        (LineKind.OPTION, "severity-1-4h", Decimal(1), Decimal("240.00")),
        (LineKind.OPTION, "hosting", Decimal(1), Decimal("90.00")),
    ]
    assert by_offer.options == ["hosting", "severity-1-4h"]


def test_an_agreed_price_is_that_of_everything_without_a_price_of_its_own(mis: Provider) -> None:
    contract = a_prepared_contract(
        a_customer(),
        starts_on=START,
        annual_price="1500.00",
        extras=Extras(options={"severity-1-4h": None, "hosting": Decimal("90.00")}),
    )

    assert prices(contract) == [
        (LineKind.BASE, "base", Decimal(1), Decimal("1500.00")),
        (LineKind.OPTION, "hosting", Decimal(1), Decimal("90.00")),
    ]


def test_the_volume_of_a_backup_chooses_its_tier(mis: Provider) -> None:
    contract = a_prepared_contract(
        a_customer(),
        starts_on=START,
        annual_price=None,
        extras=Extras(
            options={"backup": None},
            backup=BackupChoice(capacity_gb=501, retention="12 months"),
        ),
    )

    assert prices(contract)[-1] == (LineKind.OPTION, "backup", Decimal(1), Decimal("540.00"))
    contract.refresh_from_db()
    assert contract.settings["backup"] == {"capacity_gb": 501, "retention": "12 months"}


def test_a_price_including_vat_with_an_exact_net_is_accepted(si_sante: Provider) -> None:
    contract = a_prepared_contract(a_customer(), starts_on=START, annual_price="330.00")

    reasons = draft_lines(contract)[0].reasons
    assert [reason.rule for reason in reasons] == ["P3", "P6"]


def test_a_price_including_vat_without_exact_net_names_the_two_that_work(
    si_sante: Provider,
) -> None:
    with pytest.raises(NoExactNet) as refusal:
        a_prepared_contract(a_customer(), starts_on=START, annual_price="330.03")

    assert refusal.value.field == "annual_price"
    assert refusal.value.nearest == (Decimal("330.02"), Decimal("330.04"))
    assert not Contract.objects.exists()


def test_a_price_including_vat_is_never_taken_unchecked(si_sante: Provider) -> None:
    with pytest.raises(VatRateNeeded):
        prepare_contract(
            customer_id=a_customer().id,
            offer="support",
            annual_price=Decimal("330.00"),
            starts_on=START,
            at=noon(START),
        )


REFUSED: list[tuple[dict[str, Any], type[DomainError], str]] = [
    ({"offer": "none"}, UnknownOffer, "offer"),
    ({"cadence": "half-yearly"}, CadenceNotOffered, "cadence"),
    ({"cadence": "daily"}, CadenceNotOffered, "cadence"),
    ({"payment_method": "cash"}, PaymentMethodNotOffered, "payment_method"),
    ({"annual_price": "-0.01"}, WrongPrice, "annual_price"),
    ({"annual_price": "12.345"}, WrongPrice, "annual_price"),
    ({"annual_price": "NaN"}, WrongPrice, "annual_price"),
    ({"annual_price": "1E+400"}, WrongPrice, "annual_price"),
    ({"starts_on": date(1999, 12, 31)}, DayOutOfRange, "starts_on"),
    ({"starts_on": date(2100, 1, 1)}, DayOutOfRange, "starts_on"),
    ({"extras": Extras(options={"unknown": None})}, UnknownOption, "options"),
    ({"extras": Extras(options={"hosting": Decimal(-1)})}, WrongPrice, "options"),
    ({"extras": Extras(stated_months=12)}, MonthsNotStated, "stated_months"),
    ({"extras": Extras(backup=BackupChoice(capacity_gb=500))}, BackupNotOffered, "backup"),
    (
        {"extras": Extras(options={"backup": None}, backup=BackupChoice(retention="9 years"))},
        BackupNotOffered,
        "backup",
    ),
    (
        {"extras": Extras(options={"backup": None}, backup=BackupChoice(capacity_gb=0))},
        BackupNotOffered,
        "backup",
    ),
    (
        {
            "annual_price": None,
            "extras": Extras(options={"backup": None}, backup=BackupChoice(capacity_gb=9000)),
        },
        PriceMissing,
        "options",
    ),
    (
        {"annual_price": None, "extras": Extras(equipment={"camera": 1})},
        NoGridPrice,
        "equipment",
    ),
]


@pytest.mark.parametrize(("wrong", "error", "field"), REFUSED)
def test_a_wrong_choice_is_refused_at_its_field_and_nothing_is_written(
    mis: Provider, wrong: dict[str, Any], error: type[DomainError], field: str
) -> None:
    customer = a_customer()
    acts = AuditEntry.objects.count()

    with pytest.raises(error) as refusal:
        a_prepared_contract(customer, **({"starts_on": START, "at": noon(START)} | wrong))

    assert refusal.value.field == field
    assert not Contract.objects.exists()
    assert not ContractLine.objects.exists()
    assert AuditEntry.objects.count() == acts


def test_months_are_stated_where_the_terms_ask_for_them(integral: Provider) -> None:
    customer = a_customer()
    contract = a_prepared_contract(customer, starts_on=START, extras=Extras(stated_months=36))
    assert contract.stated_months == 36

    with pytest.raises(MonthsNotStated):
        a_prepared_contract(customer, starts_on=START, extras=Extras(stated_months=0))


def test_a_customer_of_another_provider_is_unknown(mis: Provider) -> None:
    with open_scope(a_provider().id):
        stranger = a_customer()

    with pytest.raises(UnknownCustomer):
        a_prepared_contract(stranger, starts_on=START)

    with pytest.raises(UnknownCustomer):
        prepare_contract(customer_id=new_id(), offer="maintenance", starts_on=START, at=noon(START))


def test_a_prepared_contract_can_be_given_up_and_a_signed_one_cannot(mis: Provider) -> None:
    customer = a_customer()
    prepared = a_prepared_contract(customer, starts_on=START)
    assert abandon_contract(contract_id=prepared.id, at=noon(START)).status == "WITHDRAWN"

    signed = a_signed_contract(customer, signed_on=START)
    for contract in (prepared, signed):
        with pytest.raises(NotPrepared):
            abandon_contract(contract_id=contract.id, at=noon(START))
