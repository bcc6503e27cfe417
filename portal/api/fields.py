"""The values of the programming interface, read strictly: what is described is what is taken.

An amount is a string of euros and cents, a day is ISO 8601, an id has its prefix. Names that are
not described are refused, so that a filter misspelt never shows everything.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.reasons import Reason
from portal.api.ids import pattern_of, read_id, write_id

AMOUNT: Final = r"^[0-9]{1,9}(\.[0-9]{1,2})?$"
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NOT_TEXT: Final = _("Send a text.")


class Described(serializers.Serializer[Any]):
    """What goes out."""


class Input(serializers.Serializer[Any]):
    """What comes in: an object with the names described and no other."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            self._refuse_unknown(data)
        return super().to_internal_value(data)

    def _refuse_unknown(self, data: Mapping[str, Any]) -> None:
        message = str(_("This name is not known here."))
        unknown = {
            name: [serializers.ErrorDetail(message, "unknown")]
            for name in sorted(map(str, data))
            if name not in self.fields
        }
        if unknown:
            raise serializers.ValidationError(unknown)


class TextField(serializers.CharField):
    """A text; numbers are not silently made one."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError(NOT_TEXT, code="invalid")
        return super().to_internal_value(data)


class RegexText(TextField):
    """A text of one form, which the description shows too."""

    def __init__(self, form: str, **options: Any) -> None:
        super().__init__(**options)
        self.form = form
        self.validators.append(RegexValidator(form))


class EmailText(serializers.EmailField):
    """An address, empty where there is none."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError(NOT_TEXT, code="invalid")
        return super().to_internal_value(data)


@extend_schema_field({"type": "string", "pattern": AMOUNT, "examples": ["1250.00"]})
class AmountField(serializers.Field[Decimal, Any, str, Any]):
    """Euros and cents, as a string: no program then rounds them."""

    default_error_messages = {"invalid": _("Write an amount in euros and cents, as "
                                           "\"1250.00\".")}  # fmt: skip

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str) or not re.fullmatch(AMOUNT, data):
            self.fail("invalid")
        return Decimal(data)

    def to_representation(self, value: Any) -> str:
        return f"{value:.2f}"


@extend_schema_field({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"})
class NumberField(serializers.Field[Decimal, Any, str, Any]):
    """An exact number that goes out: a quantity, a rate, a unit price."""

    def to_representation(self, value: Any) -> str:
        return f"{value:f}"


@extend_schema_field(OpenApiTypes.DATE)
class DayField(serializers.Field[date, Any, str, Any]):
    """A whole day, as 2026-11-30."""

    default_error_messages = {"invalid": _("Write a day as 2026-11-30.")}

    def to_internal_value(self, data: Any) -> date:
        if not isinstance(data, str) or not DAY.fullmatch(data):
            self.fail("invalid")
        try:
            return date.fromisoformat(data)
        except ValueError:
            self.fail("invalid")

    def to_representation(self, value: date) -> str:
        return value.isoformat()


class CountField(serializers.Field[int, Any, int, Any]):
    """A whole number within bounds, from a body or from an address."""

    default_error_messages = {"invalid": _("Send a whole number from %s to %s.")}

    def __init__(self, *, least: int, most: int, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, str) and re.fullmatch(r"[0-9]{1,6}", data):
            data = int(data)
        if isinstance(data, float) and data.is_integer():  # 3.0 is a whole number in JSON
            data = int(data)
        if type(data) is not int or not self.least <= data <= self.most:
            message = self.error_messages["invalid"] % (self.least, self.most)
            raise serializers.ValidationError(message, code="invalid")
        return data

    def to_representation(self, value: int) -> int:
        return value


class IdField(serializers.Field[UUID, Any, str, Any]):
    """An id with its prefix."""

    default_error_messages = {"invalid": _("This is not the id of anything of this kind.")}

    def __init__(self, kind: str, **options: Any) -> None:
        super().__init__(**options)
        self.kind = kind

    def to_internal_value(self, data: Any) -> UUID:
        found = read_id(self.kind, data) if isinstance(data, str) else None
        if found is None:
            self.fail("invalid")
        return found

    def to_representation(self, value: UUID) -> str:
        return write_id(self.kind, value)

    @property
    def pattern(self) -> str:
        return pattern_of(self.kind)


class InstantOut(serializers.DateTimeField):
    """An instant in UTC, as 2026-11-30T08:00:00Z."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, **options)


class ReasonOut(Described):
    """Why: the rule's id, the clause to look up, the sum with its numbers."""

    rule = serializers.CharField()
    clause = serializers.CharField()
    formula = serializers.CharField()


def reasons(stored: Any) -> list[dict[str, str]]:
    """What a `reasons` column or a rule's answer holds."""
    return [row.as_json() if isinstance(row, Reason) else _whole(row) for row in stored]


def _whole(row: Mapping[str, str]) -> dict[str, str]:
    return {name: row.get(name, "") for name in ("rule", "clause", "formula")}
