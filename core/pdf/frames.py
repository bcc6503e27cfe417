"""Messages on a stream socket: a kind of one byte, a length of four, the body."""

import socket
import struct
import time

HEADER = struct.Struct(">cI")
READY = b"R"
JOB = b"J"
DONE = b"D"
FAILED = b"F"
REFUSED = b"X"
FAULTY = b"Y"
STARVED_STATUS = 77  # how a child ends that has not even the memory to answer
LARGEST_BODY_BYTES = 64 * 1024 * 1024


class Closed(Exception):
    """The other side is gone, or speaks nonsense."""


def send(stream: socket.socket, kind: bytes, body: bytes) -> None:
    stream.sendall(HEADER.pack(kind, len(body)) + body)


def receive(stream: socket.socket, *, deadline: float | None = None) -> tuple[bytes, bytes]:
    """The next message; TimeoutError once the monotonic `deadline` is past."""
    kind, length = HEADER.unpack(_read(stream, HEADER.size, deadline))
    if length > LARGEST_BODY_BYTES:
        raise Closed(f"a message of {length} bytes")
    return kind, _read(stream, length, deadline)


def _read(stream: socket.socket, size: int, deadline: float | None) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        if deadline is not None:
            stream.settimeout(max(deadline - time.monotonic(), 0.001))
        part = stream.recv(min(size - len(parts), 1 << 20))
        if not part:
            raise Closed("the stream ended")
        parts += part
    return bytes(parts)
