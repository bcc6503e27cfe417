"""Every way in which a contract stops before its end, pauses or changes hands (D6–D15)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.rules.part import Days, Months, Part, Percent, Value


class Cessation(Part):
    """D6 (000, engagement): no refund, but for a cessation of activity proven by a document."""

    rules: ClassVar[tuple[str, ...]] = ("D6",)

    needs_official_document: bool = True
    credit: Literal["pro_rata_by_days"] = "pro_rata_by_days"


class EarlyTermination(Part):
    """D7 (003 art. 5): what remains to the end of the term is due; less a share when agreed."""

    rules: ClassVar[tuple[str, ...]] = ("D7",)

    remaining_is_due: bool = True
    amicable_discount_percent: Percent
    needs_written_agreement: bool = True


class FaultTermination(Part):
    """D8 (003 art. 5): by the provider, when a formal notice stayed without effect."""

    rules: ClassVar[tuple[str, ...]] = ("D8",)

    grounds: tuple[Literal["late_payment", "breach", "unlawful_use"], ...]
    remaining_is_due: bool = True


class AvailabilityTermination(Part):
    """D9 (003 art. 5): by the client, when the guaranteed rate was missed too often.

    Without a guaranteed rate in the contract there is no such right.
    """

    rules: ClassVar[tuple[str, ...]] = ("D9",)

    guaranteed_percent: Percent | None = None
    missed_months: Annotated[int, Field(ge=1, le=12)]
    window_months: Annotated[int, Field(ge=1, le=24)]
    notice_months: Months


class UnpaidTermination(Part):
    """D10 (001 II-5): by the provider, so many days after the start of an unpaid coverage period.

    The right arises the day after those days.
    """

    rules: ClassVar[tuple[str, ...]] = ("D10",)

    days: Days
    price_stays_due: bool = True


class Move(Part):
    """D11 (004, durée): moving inside France ends nothing, moving abroad does."""

    rules: ClassVar[tuple[str, ...]] = ("D11",)

    abroad_ends_contract: bool = True
    credit: Literal["pro_rata_by_days", "none"] = "pro_rata_by_days"


class Termination(Value):
    """The ways out that the terms know; one that is absent is not open."""

    cessation: Cessation | None = None
    early: EarlyTermination | None = None
    fault: FaultTermination | None = None
    availability: AvailabilityTermination | None = None
    unpaid: UnpaidTermination | None = None
    move: Move | None = None


class Assignment(Part):
    """D12 (004, cession): another provider may take over the contract; the client is informed."""

    rules: ClassVar[tuple[str, ...]] = ("D12",)

    client_may_terminate: bool = False
    billed_by_successor_from: Literal["next_period"] = "next_period"


class Suspension(Part):
    """D15 (003 art. 4, 8): by registered letter, until a written resumption; invoicing goes on."""

    rules: ClassVar[tuple[str, ...]] = ("D15",)

    grounds: tuple[Literal["breach", "unlawful_use", "prevented", "unpaid"], ...]
    form: Literal["registered_letter"] = "registered_letter"
    invoicing_goes_on: bool = True


class ForceMajeure(Part):
    """D14 (003 art. 6): what stands still for its duration; terms and due dates do not move."""

    rules: ClassVar[tuple[str, ...]] = ("D14",)

    pauses: tuple[
        Literal["response_clocks", "appointments", "formal_notice_days", "interest", "debits"], ...
    ] = ("response_clocks", "appointments", "formal_notice_days", "interest", "debits")


class EndOfContract(Part):
    """D13 (000; 003 art. 7, 14.9): what is stopped, returned, deleted when it is over."""

    rules: ClassVar[tuple[str, ...]] = ("D13", "G4")

    stops: tuple[Literal["licences", "video_links", "hosting", "backups"], ...] = ()
    returns_leased_equipment: bool = False
    personal_data: Literal["client_chooses", "deleted"] = "client_chooses"
    gives_certificate: bool = True


class RenewalReminder(Part):
    """D17 (Code de la consommation L215-1, offered to all): a dated reminder."""

    rules: ClassVar[tuple[str, ...]] = ("D17",)

    first_months_before: Months = 3
    last_months_before: Months = 1
    online_termination: bool = True
