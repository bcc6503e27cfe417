"""Empty fields are drawn once; what somebody typed is never kept."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext_lazy, override

from portal.rendering import FieldRenderer


class Wanted(forms.Form):
    name = forms.CharField(label="Name", max_length=60)
    day = forms.DateField(required=False)
    kind = forms.ChoiceField(choices=[("", gettext_lazy("All")), ("a", "A")], required=False)
    is_new = forms.BooleanField(required=False)


@pytest.fixture
def renderer() -> FieldRenderer:
    return FieldRenderer()


def drawn(renderer: DjangoTemplates, data: dict[str, Any] | None = None) -> list[str]:
    form = Wanted(data, renderer=renderer)
    return [str(bound) for bound in form]


@pytest.mark.parametrize("data", [None, {}, {"name": "Dr Pin", "kind": "a", "is_new": "on"}])
def test_it_draws_what_django_draws(renderer: FieldRenderer, data: dict[str, Any] | None) -> None:
    plain = drawn(DjangoTemplates(), data)
    assert drawn(renderer, data) == plain
    assert drawn(renderer, data) == plain


def test_what_was_typed_is_not_kept(renderer: FieldRenderer) -> None:
    drawn(renderer)
    empty = dict(renderer._kept)
    assert "Dr Pin" in drawn(renderer, {"name": "Dr Pin", "day": "2026-01-01"})[0]
    assert renderer._kept == empty
    assert empty


def test_each_language_has_its_own(renderer: FieldRenderer) -> None:
    seen = []
    for language in ("fr", "en", "fr"):
        with override(language):
            seen.append(drawn(renderer)[2])
    assert "All" in seen[1]
    assert "All" not in seen[0]
    assert seen[2] == seen[0]


def test_fields_without_end_are_not_all_kept(
    renderer: FieldRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.rendering.MOST_KEPT", 3)
    for number in range(8):
        str(Wanted(prefix=str(number), renderer=renderer)["name"])
        assert len(renderer._kept) <= 3
