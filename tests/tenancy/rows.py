"""One row of every tenant table for a provider and its customers, made from the models alone.

A model that arrives later gets its row by itself; where its constraints want a particular
value, `VALUES` says so. Every text carries the mark of its house.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, cast
from uuid import UUID

from django.apps import apps
from django.db import models

from providers.models import Customer, HistoryRow, Provider
from providers.roles import APP
from providers.scoping import open_scope
from providers.tenancy import CustomerModel, TenantModel, new_id

DAY = date(2026, 1, 1)
INSTANT = datetime(2026, 1, 1, 12, tzinfo=UTC)
VALUES: dict[str, dict[str, Any]] = {
    "providers.Customer": {"postal_code": "35000", "siren": ""},
    "providers.ProviderProfile": {
        "invoice_prefix": "F",
        "credit_note_prefix": "A",
        "penalty_prefix": "P",
    },
    "fleet.Site": {"postal_code": "35000"},
    "billing.Invoice": {"net_amount": 10, "vat_amount": 2, "gross_amount": 12},
}
House = dict[type[TenantModel], TenantModel]


@cache
def tenant_models() -> list[type[TenantModel]]:
    """Every tenant model, a model after those that it refers to."""
    waiting = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    ordered: list[type[TenantModel]] = []
    while waiting:
        ready = [model for model in waiting if _needs(model) <= set(ordered)]
        assert ready, f"these models need each other: {waiting}"
        ordered += ready
        waiting = [model for model in waiting if model not in ready]
    return ordered


def keys_of(model: type[TenantModel]) -> set[UUID]:
    """The rows of the open scope that were put there; what a trigger told of them is left out."""
    rows: models.QuerySet[Any] = model._default_manager.all()
    if model is HistoryRow:
        rows = rows.exclude(role=APP)
    return set(rows.values_list("pk", flat=True))


def references(model: type[TenantModel]) -> "Iterator[models.ForeignKey[Any, Any]]":
    """The fields that name a row of another tenant table."""
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and issubclass(field.related_model, TenantModel):
            yield field


def _needs(model: type[TenantModel]) -> set[type[TenantModel]]:
    return {target_of(field) for field in references(model)} - {model}


def target_of(field: "models.ForeignKey[Any, Any]") -> type[TenantModel]:
    return cast("type[TenantModel]", field.related_model)


def furnish(provider: Provider, mark: str, *, until: type[TenantModel] | None = None) -> House:
    """The rows that a provider has by itself, without any customer."""
    house: House = {}
    with open_scope(provider.id):
        for model in _models_before(until):
            if _is_of_provider(model):
                house[model] = add_row(model, mark, house)
    return house


def move_in(
    provider: Provider, house: House, mark: str, *, until: type[TenantModel] | None = None
) -> House:
    """A new customer with a row in every table that a practice may appear in."""
    rows = dict(house)
    with open_scope(provider.id):
        for model in _models_before(until):
            if not _is_of_provider(model):
                rows[model] = add_row(model, mark, rows)
    return rows


def _models_before(model: type[TenantModel] | None) -> list[type[TenantModel]]:
    models_in_order = tenant_models()
    return models_in_order[: models_in_order.index(model)] if model else models_in_order


def _is_of_provider(model: type[TenantModel]) -> bool:
    """Neither a practice's own nor, as what a person last looked at, in need of one."""
    needed = {target_of(field) for field in references(model) if not field.null} - {model}
    is_practices = issubclass(model, CustomerModel) or model is Customer
    return not is_practices and all(_is_of_provider(target) for target in needed)


def add_row(model: type[TenantModel], mark: str, rows: House) -> TenantModel:
    row = new_row(model, mark, rows)
    row.save(force_insert=True)
    return row


def new_row(model: type[TenantModel], mark: str, rows: House, **given: Any) -> TenantModel:
    """A row not yet written; `given` are values by attribute name."""
    values = VALUES.get(model._meta.label, {}) | given
    for field in model._meta.concrete_fields:
        if field.attname not in values and field.name not in ("id", "provider"):
            values[field.attname] = _value(field, mark, rows)
    return model(**values)


def _value(field: "models.Field[Any, Any]", mark: str, rows: House) -> Any:
    """Something that the column takes, marked wherever a text is possible."""
    if isinstance(field, models.ForeignKey):
        target = rows.get(target_of(field))
        return target.pk if target and not field.null else None
    if field.choices:
        return field.get_default() or next(iter(field.flatchoices))[0]
    if isinstance(field, models.CharField | models.TextField):
        return f"{mark}-{new_id().hex}"[-(field.max_length or 60) :]
    if field.has_default() and not isinstance(field, models.JSONField):
        return field.get_default()
    return None if field.null else _plain(field, mark)


def _plain(field: "models.Field[Any, Any]", mark: str) -> Any:
    plain: dict[type[models.Field[Any, Any]], Any] = {
        models.DateTimeField: INSTANT,
        models.DateField: DAY,
        models.DecimalField: Decimal(10),
        models.UUIDField: UUID(int=7),
        models.JSONField: [mark],
        models.BinaryField: mark.encode(),
        models.IntegerField: 1,
    }
    for kind, value in plain.items():
        if isinstance(field, kind):
            return value
    raise AssertionError(f"{field}: no plain value for {type(field).__name__}")
