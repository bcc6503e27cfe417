"""The same request ten times at once, by real connections; two of them never hear the answer."""

import http.client
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMES = 10
CUT = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """What is told of one request."""

    status: int
    place: str
    body: bytes


def send(
    server: str, path: str, body: bytes, headers: Mapping[str, str], *, heard: int | None = None
) -> Answer | None:
    """POST by a connection of its own; of a cut one only so many bytes are heard."""
    address = urlsplit(server)
    line = http.client.HTTPConnection(str(address.hostname), address.port or 80)
    line.request("POST", path, body, dict(headers))
    try:
        if heard is None:
            answer = line.getresponse()
            return Answer(answer.status, answer.getheader("Location", ""), answer.read())
        if heard:
            line.sock.recv(heard)
        return None
    finally:
        line.close()


def told(
    server: str, path: str, body: bytes, headers: Mapping[str, str], *, heard: int | None = None
) -> Answer | None:
    """As a program does: while the first request with the key is running, ask again."""
    for _turn in range(400):
        answer = send(server, path, body, headers, heard=heard)
        if answer is None or answer.status != 409 or b'"running"' not in answer.body:
            return answer
        time.sleep(0.05)
    raise AssertionError("the first request never ends")


def at_once(ask: Callable[[int | None], Answer | None], *, heard: int) -> list[Answer]:
    """Ask ten times; of two, one is cut before the answer and one within it, at this byte."""
    found: list[Answer | None] = []
    gate = threading.Barrier(TIMES)

    def one(place: int) -> None:
        gate.wait()
        found.append(ask((0, heard)[place] if place < CUT else None))

    threads = [threading.Thread(target=one, args=[place]) for place in range(TIMES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == TIMES
    return [answer for answer in found if answer is not None]
