"""The words that a choice goes by in a file: its code, its label in both languages, and others."""

from collections.abc import Mapping
from functools import cache

from django.db.models import TextChoices
from django.utils.translation import override

from imports.rules.values import Read, read_choice
from imports.rules.words import fold


def one_of(choices: type[TextChoices], more: Mapping[str, str] | None = None) -> Read:
    """A reader of one choice; `more` are further words, folded, by the code they stand for."""

    def read(text: str) -> str:
        words = {**_words(choices), **{word: str(code) for word, code in (more or {}).items()}}
        return read_choice(text, words, (str(each.label) for each in choices))

    return read


@cache
def _words(choices: type[TextChoices]) -> dict[str, str]:
    """Read once the catalogues are there: labels are not known while modules are loaded."""
    words = {fold(code): str(code) for code in choices.values}
    for language in ("en", "fr"):
        with override(language):
            words |= {fold(str(each.label)): str(each.value) for each in choices}
    return words
