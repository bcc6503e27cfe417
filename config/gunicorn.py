"""The web server, for the demonstration and the image alike."""

import gc
import os
import shutil
import tempfile
from typing import Any

from config.env import Environment
from config.logs import logging_settings

env = Environment()
bind = f"{env.text('HOST', '127.0.0.1')}:{env.integer('PORT', default=8000)}"
workers = env.integer("WEB_WORKERS", default=2)
threads = env.integer("WEB_THREADS", default=2)
worker_class = "gthread"
# Heartbeats of the workers: in memory where there is such a folder, a slow disk kills nobody.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112
timeout = 60
graceful_timeout = 20
# Each request is told once, by the middleware that numbers it; the server's own lines look alike.
accesslog = None
errorlog = None
_form = env.text("LOG_FORMAT", "json" if env.text("DATABASE_URL", "") else "console")
logconfig_dict: dict[str, Any] = logging_settings(level=env.text("LOG_LEVEL", "INFO"), form=_form)
logconfig_dict["loggers"] |= {
    "gunicorn.error": {"propagate": True, "handlers": []},
    # With a configuration of logs the server would tell each request too, address and query.
    "gunicorn.access": {"level": "CRITICAL", "propagate": False, "handlers": []},
}
control_socket_disable = True

# The folder in which the workers count requests together, empty at every start. The library reads
# the variable when it is loaded, which only the workers do.
_counts = tempfile.mkdtemp(prefix="clausier-metrics-")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = _counts


# A page drops nearly all it makes when it has left: looking for circles after each seven hundred
# new objects, as Python does by itself, finds none and takes processor time from every page.
OBJECTS_BEFORE_COLLECTION = 50_000


def post_worker_init(worker: Any) -> None:
    """The program itself is never garbage; what pages leave is looked through less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BEFORE_COLLECTION, 10, 10)


def child_exit(server: Any, worker: Any) -> None:
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    shutil.rmtree(_counts, ignore_errors=True)
