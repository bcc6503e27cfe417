"""The two addresses of the list under the bell, the same in each space, behind its own door."""

from django.urls import URLPattern, path

from portal.notifications import ADDRESSES, DOORS, OWN, VIEWS


def notification_urls(space: str) -> list[URLPattern]:
    door = DOORS[space]
    return [
        path(ADDRESSES[name], door(OWN, level, methods)(view), name=name)
        for name, (view, level, methods) in VIEWS.items()
    ]
