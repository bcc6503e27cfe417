"""What the fields and the constraints of a table refuse, said as a business error at its field."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import JSONField, Model

from core.errors import DomainError
from core.errors import gettext_noop as _


class FieldRefused(DomainError):
    """A value that its column cannot hold: too long, malformed, not among the choices."""


def check_fields(row: Model) -> None:
    """Check the form of each value a person gave, before the row is written.

    What concerns other rows is left to the database, which alone sees what others write meanwhile.
    """
    not_typed = {
        field.name
        for field in row._meta.concrete_fields
        if field.is_relation or not field.editable or isinstance(field, JSONField)
    }
    _check_characters(row)
    try:
        row.clean_fields(exclude=not_typed)
    except ValidationError as error:
        raise _refusal(error) from error


def _check_characters(row: Model) -> None:
    """PostgreSQL stores neither a null character nor half of a surrogate pair."""
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(value, str) and any(c == "\0" or "\ud800" <= c <= "\udfff" for c in value):
            raise FieldRefused(_("This text holds a character that is none."), field=field.name)


def _refusal(error: ValidationError) -> FieldRefused:
    field, errors = next(iter(error.error_dict.items()))
    first = errors[0]
    return FieldRefused(
        " ".join(first.messages),
        field="" if field == NON_FIELD_ERRORS else field,
        code=first.code or "",
    )


def constraint_of(error: IntegrityError) -> str:
    """The name of the constraint that PostgreSQL found broken."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return str(getattr(diagnosis, "constraint_name", "") or "")


@contextmanager
def refused_as(errors: dict[str, DomainError]) -> Iterator[None]:
    """Write in the block; a broken constraint among these names is raised as its own error."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        named = errors.get(constraint_of(error))
        if named is None:
            raise
        raise named from error
