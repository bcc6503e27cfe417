"""The web server, for the demonstration and the image alike."""

import os

from config.env import Environment

env = Environment()
bind = f"{env.text('HOST', '127.0.0.1')}:{env.integer('PORT', default=8000)}"
workers = env.integer("WEB_WORKERS", default=2)
threads = env.integer("WEB_THREADS", default=2)
worker_class = "gthread"
# Heartbeats of the workers: in memory where there is such a folder, a slow disk kills nobody.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112
timeout = 60
graceful_timeout = 20
# Each request is told once, by the middleware that numbers it.
accesslog = None
errorlog = "-"
control_socket_disable = True
