"""What the parties owe each other beside the service itself (D18, F6, F8, F12, F13, B5, B8)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.rules.part import Code, Months, Part, Percent, Text, Value, Words


class Duty(Part):
    """F6 and the like: one thing a party must do or not do, in plain words."""

    rules: ClassVar[tuple[str, ...]] = ("F6",)

    code: Code
    summary: Words
    breach_voids_guarantee: bool = False


class Partner(Value):
    """A company that serves the client with or for the provider."""

    name: Text
    service: Words
    role: Literal["partner", "sub_processor"]


class Partners(Part):
    """F8 (000; 003 art. 14.8): who else takes part; a new sub-processor needs the client's word."""

    rules: ClassVar[tuple[str, ...]] = ("F8",)

    companies: tuple[Partner, ...]
    new_sub_processor: Literal["needs_authorisation", "is_announced"]


class Confidentiality(Part):
    """G3 (001 II-6; 003 art. 10; 004): kept by both, during the contract and after it."""

    rules: ClassVar[tuple[str, ...]] = ("G3",)

    binds: tuple[Literal["provider", "client"], ...]
    covers_staff_and_partners: bool = True
    lasts: Literal["term", "until_made_public"]
    credentials_are_handed_over: bool = False


class NonSolicitation(Part):
    """D18 (003 art. 11): no hiring of the other's staff, until years after the end."""

    rules: ClassVar[tuple[str, ...]] = ("D18",)

    binds: tuple[Literal["provider", "client"], ...]
    years_after_end: Annotated[int, Field(ge=0, le=10)]
    indemnity_months_of_gross_pay: Months
    indemnity_counts_bonuses: bool = True


class Liability(Part):
    """F13 (003 art. 9; 001 II-1; 004): best efforts, and what the provider pays at most."""

    rules: ClassVar[tuple[str, ...]] = ("F13",)

    obligation: Literal["best_efforts", "result"]
    cap: Literal["payments_of_first_12_months_incl_vat", "none_stated"]
    not_liable_for: tuple[Words, ...] = ()
    client_liable_for: tuple[Words, ...] = ()


class Insurance(Part):
    """F13 (003 art. 9.3): what each party is insured against; certificates carry their expiry."""

    rules: ClassVar[tuple[str, ...]] = ("F13",)

    provider: tuple[Literal["professional_liability"], ...]
    client: tuple[Literal["damage", "business_interruption"], ...]
    certificates_kept: bool = True


class Consents(Part):
    """F12 (004, informatique et libertés): consents presumed until refused, with their history."""

    rules: ClassVar[tuple[str, ...]] = ("F12",)

    commercial_messages: Literal["until_refused", "on_request"]
    reference: Literal["until_refused", "on_request"]
    reference_is_limited_to: Words | None = None
    refused_by: tuple[Literal["registered_letter", "portal"], ...]


class Quotes(Part):
    """B5, B3 (003 art. 3.2, 4): a signed quote is an order; work beside the contract needs one."""

    rules: ClassVar[tuple[str, ...]] = ("B5", "B3")

    signed_by: tuple[Literal["hand", "electronic"], ...]
    becomes_order: bool = True
    payment_months: Months
    payment_counts_from: Literal["signature_or_deposit"] = "signature_or_deposit"
    deposit_percent: Percent | None = None
    work_outside_needs_quote: bool = True


class ShopSales(Part):
    """B8 (003 art. 3.1): sales are final, but for what is defective."""

    rules: ClassVar[tuple[str, ...]] = ("B8",)

    refunds: Literal["defective_only"]


class PersonalData(Part):
    """G1–G5 (003 art. 14; 004): the provider as processor of the client's personal data."""

    rules: ClassVar[tuple[str, ...]] = ("G1", "G2", "G4", "G5")

    rights: tuple[
        Literal[
            "access",
            "rectification",
            "erasure",
            "objection",
            "limitation",
            "portability",
            "no_automated_decision",
        ],
        ...,
    ]
    request_answered_months: Months
    requests_forwarded_on_receipt: bool
    breach_told_to_client_hours: Annotated[int, Field(ge=1)] | None = None
    breach_own_target_hours: Annotated[int, Field(ge=1)] | None = None
    breach_told_to_authority_hours: Annotated[int, Field(ge=1)] | None = None
    authority_needs_client_agreement: bool = True
    helps_with: tuple[
        Literal["requests", "impact_assessment", "prior_consultation", "audit"], ...
    ] = ()
    at_end: Literal["deleted_or_returned_as_client_chooses"]
    invoices_kept_years: Annotated[int, Field(ge=1)] = 10
    hosted_by: Words | None = None


class Jurisdiction(Part):
    """Which law governs, which court decides, and where the terms apply (004, loi applicable)."""

    rules: ClassVar[tuple[str, ...]] = ()

    law: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    amicable_first: bool
    court: Words | None = None
    territory: Words | None = None
    consumer_rights_untouched: bool = False


class Documents(Part):
    """Of which documents the contract is made (003 art. 1; 004 1)."""

    rules: ClassVar[tuple[str, ...]] = ()

    made_of: tuple[Words, ...]
