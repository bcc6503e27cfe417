"""The web server, for the demonstration and the image alike."""

import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "2"))
worker_class = "gthread"
# Heartbeats of the workers: in memory where there is such a folder, a slow disk kills nobody.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112
timeout = 60
graceful_timeout = 20
# Each request is told once, by the middleware that numbers it.
accesslog = None
errorlog = "-"
control_socket_disable = True
