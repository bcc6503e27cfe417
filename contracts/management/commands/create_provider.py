"""Open a provider, from a preset or blank.

It lives beside the offers because a provider started from a preset sells from its first day.
"""

import argparse
import json
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from contracts.models import Offer
from contracts.operations.opening import open_provider, zone_of
from contracts.rules.presets import preset_codes
from core.clock import now, today
from core.errors import DomainError
from providers.enums import Role, VatRegime
from providers.models import Provider
from providers.operations import IdentityDetails, add_member
from providers.scoping import open_scope

REFUSED = 1
PROFILE = (
    "trade_name", "holidays", "phone", "email", "website", "brand_color", "iban", "bic",
    "invoice_prefix", "credit_note_prefix", "penalty_prefix",
)  # fmt: skip
IDENTITY = (
    "legal_name", "legal_form", "share_capital", "siren", "rcs_city", "street", "postal_code",
    "city", "vat_number", "vat_regime", "is_sole_trader", "valid_from", "valid_to",
)  # fmt: skip


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no date: write it as 2026-11-22") from error


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise argparse.ArgumentTypeError(f"{text} is no amount: write it as 7500.00") from error


class Command(BaseCommand):
    help = (
        "Open a provider from a preset or blank, with its legal identity. "
        "Exit 0: created; 1: refused, nothing written; 2: wrong arguments."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the provider's address: letters, digits, dashes")
        start = parser.add_mutually_exclusive_group(required=True)
        start.add_argument("--preset", choices=preset_codes())
        start.add_argument("--blank", action="store_true", help="no offers; needs --zone")
        parser.add_argument("--zone", default="", help="time zone, such as Indian/Reunion")
        parser.add_argument("--owner-email", help="an account with the role of owner is made")
        parser.add_argument("--owner-name", default="")
        parser.add_argument("--format", choices=("text", "json"), default="text")
        self._add_identity(parser.add_argument_group("legal identity"))
        profile = parser.add_argument_group("what the provider shows")
        for name in PROFILE:
            profile.add_argument(f"--{name.replace('_', '-')}", dest=f"profile_{name}")

    def _add_identity(self, parser: Any) -> None:
        for name in ("legal-name", "siren", "street", "postal-code", "city"):
            parser.add_argument(f"--{name}", required=True)
        for name in ("legal-form", "rcs-city", "vat-number"):
            parser.add_argument(f"--{name}", default="")
        parser.add_argument("--share-capital", type=_amount)
        parser.add_argument(
            "--vat-regime", choices=VatRegime.values, default=VatRegime.ON_COLLECTION.value
        )
        parser.add_argument("--sole-trader", action="store_true", dest="is_sole_trader")
        parser.add_argument("--valid-from", type=_day, help="today when not given")
        parser.add_argument("--valid-to", type=_day)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                provider = self._open(options)
                made = self._describe(provider, options)
        except DomainError as error:
            place = f"{error.field}: " if error.field else ""
            raise CommandError(f"{place}{error}", returncode=REFUSED) from error
        if options["format"] == "json":
            self.stdout.write(json.dumps(made, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(f"{name}: {value}" for name, value in made.items()))

    def _open(self, options: dict[str, Any]) -> Provider:
        identity = {name: options[name] for name in IDENTITY}
        preset = options["preset"] or ""
        zone = zone_of(preset=preset, zone=options["zone"])
        identity["valid_from"] = identity["valid_from"] or today(zone)
        profile = {name: options[f"profile_{name}"] for name in PROFILE}
        return open_provider(
            slug=options["slug"],
            preset=preset,
            zone=zone,
            identity=IdentityDetails(**identity),
            at=now(),
            **{name: value for name, value in profile.items() if value is not None},
        )

    def _describe(self, provider: Provider, options: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {
            "id": str(provider.id),
            "slug": provider.slug,
            "zone": provider.zone,
            "preset": options["preset"] or "",
        }
        with open_scope(provider.id):
            made["offers"] = list(Offer.objects.order_by("code").values_list("code", flat=True))
            if options["owner_email"]:
                owner = add_member(
                    email=options["owner_email"],
                    name=options["owner_name"],
                    role=Role.OWNER,
                    at=now(),
                )
                made["owner"] = owner.user.email
        return made
