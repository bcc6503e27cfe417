"""What must hold before anything is served."""

from django.db import connection

from providers.roles import POWER


class PowerfulRole(RuntimeError):
    """The database role could walk round the walls between providers."""


def refuse_powerful_role() -> None:
    """Refuse to serve as the owner of the tables, as a superuser or with BYPASSRLS.

    The connection is closed again: servers fork, and a connection is no one's to share.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(POWER)
            row = cursor.fetchone()
    finally:
        connection.close()
    if row is None or row[0]:
        power = row[0] if row else "unknown role"
        raise PowerfulRole(
            f"DATABASE_URL connects as a role that passes the walls between providers ({power}). "
            "Use the app role; `manage.py setup_roles` prints how to create it."
        )
