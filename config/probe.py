"""What a container's health check asks: is this part alive?

python -m config.probe web          the web server answers
python -m config.probe heartbeat    beat, queue and worker have lately worked together
"""

import os
import sys
import urllib.request
from http import HTTPStatus

from config.env import Environment


def web() -> bool:
    port = Environment().integer("PORT", default=8000)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=4) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except OSError:
        return False


def heartbeat() -> bool:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from config.health import NotReady, worker

    try:
        worker()
    except NotReady:
        return False
    return True


PROBES = {"web": web, "heartbeat": heartbeat}

if __name__ == "__main__":
    sys.exit(0 if PROBES[sys.argv[1]]() else 1)
