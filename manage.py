#!/usr/bin/env python
"""Every command of the portal. Without DATABASE_URL it uses, and starts, the embedded services."""

import os
import sys

# The structure belongs to the owner of the database, and history is erased by nobody else.
OWNER_COMMANDS = {"migrate", "prune_history"}
# These must run where no service is, or look after the services themselves.
WITHOUT_SERVICES = {"services", "help", "version", "--help", "--version", "-h", "compilemessages"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in OWNER_COMMANDS:
        os.environ["CLAUSIER_CONNECT_AS"] = "owner"
    if "DATABASE_URL" not in os.environ and command not in WITHOUT_SERVICES:
        from config.embedded.places import Place
        from config.embedded.services import Services

        Services(Place.here()).ensure_started()

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
