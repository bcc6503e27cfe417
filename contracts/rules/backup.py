"""What is backed up, what is checked every day, what an overrun costs (S1–S8)."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from contracts.rules.part import Amount, Code, Days, Months, Part, Percent, Value

Content = Literal[
    "practice_databases", "shared_folder", "imaging", "office_files", "workstation", "nas", "server"
]


class Retention(Value):
    """How far back restore points reach: a promise at least kept, or a maximum never passed."""

    code: Annotated[str, Field(min_length=1, max_length=20)]
    length: Annotated[int, Field(ge=1, le=400)]
    unit: Literal["days", "weeks", "months"]
    bound: Literal["at_least", "at_most"]


class BackupChecks(Part):
    """S3: what the daily check compares; every miss is an alert with this clause."""

    rules: ClassVar[tuple[str, ...]] = ("S2", "S3")

    longest_without_run_days: Days = 1
    quota_near_percent: Percent
    integrity_audit_months: Months | None = None
    restore_drill_months: Months | None = None


class Tier(Value):
    """The yearly price of a capacity, excluding VAT."""

    up_to_gb: Annotated[int, Field(ge=1)]
    annual: Amount


class TierOverage(Part):
    """S4 (003, sauvegarde art. 4): told by e-mail at a share of the capacity, then a tier."""

    rules: ClassVar[tuple[str, ...]] = ("S4",)

    kind: Literal["tiers"]
    threshold_percent: Percent
    grace_months: Months
    changes_contract_until: Literal["end_of_term"] = "end_of_term"
    renewal_keeps_capacity: bool = True
    tiers: tuple[Tier, ...] = ()
    sample: bool = True


class PerGigabyteOverage(Part):
    """S5 (004, sauvegardes): every started gigabyte beyond the included volume, each month."""

    rules: ClassVar[tuple[str, ...]] = ("S5",)

    kind: Literal["per_gigabyte"]
    monthly_price: Amount
    bytes_per_gigabyte: Annotated[int, Field(ge=1)] = 10**9
    measure: Literal["highest_of_month", "last_of_month"] = "highest_of_month"


Overage = Annotated[TierOverage | PerGigabyteOverage, Field(discriminator="kind")]


class Restoring(Part):
    """S6 (003, sauvegarde art. 2, 4): alone and without limit, or by the provider on a quote."""

    rules: ClassVar[tuple[str, ...]] = ("S6",)

    by_client: Literal["free_unlimited", "not_offered"]
    by_provider: Literal["quote", "included"]


class IntegrityAudit(Part):
    """S7 (000): databases checked with the support of the software's publisher."""

    rules: ClassVar[tuple[str, ...]] = ("S7",)

    with_publisher: bool = True
    per_database: bool = True


class Backup(Part):
    """S1: the plan. A capacity or retention that is absent is stated in each contract.

    `is_managed` is false where only planned tasks are set up, without storage of the provider.
    """

    rules: ClassVar[tuple[str, ...]] = ("S1", "S8")

    contents: tuple[Content, ...]
    shared_folder: str | None = None
    frequency: Literal["daily"] = "daily"
    capacity_gb: Annotated[int, Field(ge=1)] | None = None
    retentions: tuple[Retention, ...] = ()
    default_retention: str | None = None
    sites: Annotated[int, Field(ge=1, le=5)] = 1
    is_managed: bool = True
    is_off_site: bool = True
    health_data_hosting: bool = False
    hosted_in: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    is_supervised_daily: bool = False
    workstation_must_stay_on: bool = False
    excludes: tuple[Literal["workstation_video"], ...] = ()
    first_backup_help: bool = False
    checks: BackupChecks | None = None
    overage: Overage | None = None
    restoring: Restoring | None = None
    integrity_audit: IntegrityAudit | None = None
    option: Code | None = None

    @model_validator(mode="after")
    def default_is_a_choice(self) -> Self:
        codes = {retention.code for retention in self.retentions}
        if self.default_retention is not None and self.default_retention not in codes:
            raise ValueError("the default retention is not one of the retentions")
        return self
