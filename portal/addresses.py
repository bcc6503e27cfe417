"""Addresses of pages: a list names a hundred of them, most of them the same from page to page."""

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=8192)
def page_url(name: str, *args: object) -> str:
    """The address of a page. Errors: `NoReverseMatch`."""
    return reverse(name, args=args)
