"""What the drawing process gives up before it reads a page: network, programs, files, memory.

Each fence stands alone. The closed set of assets already refuses every address; these hold when
that, or the library behind it, has a hole.
"""

import ctypes
import os
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

NEW_USER_NAMESPACE = 0x10000000
NEW_NETWORK_NAMESPACE = 0x40000000
LARGEST_FILE_BYTES = 64 * 1024 * 1024

FORBIDDEN_EVENTS = frozenset(
    {
        "ctypes.dlopen",
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
        "os.startfile",
        "os.system",
        "pty.spawn",
        "subprocess.Popen",
        "urllib.Request",
    }
)


def limit_memory(largest_bytes: int) -> None:
    """Bound the address space, and with it what is resident; no core and no huge file."""
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (largest_bytes, largest_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE_BYTES, LARGEST_FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def leave_network() -> bool:
    """Move to a network namespace of one's own, without any interface up; say whether the kernel
    allowed it.

    An ordinary user needs a user namespace for that, which some systems and most containers
    refuse: there the audit hook of `watch` is the fence that remains.
    """
    if sys.platform != "linux":
        return False
    library = ctypes.CDLL(None, use_errno=True)
    return any(
        library.unshare(flags) == 0
        for flags in (NEW_NETWORK_NAMESPACE, NEW_USER_NAMESPACE | NEW_NETWORK_NAMESPACE)
    )


def watch(*, readable: Sequence[Path], writable: Path) -> None:
    """Refuse sockets, other programs, and files outside the given folders, for the rest of this
    process.

    An audit hook cannot be taken off again, and sees every way Python has to do these things.
    """
    scratch = str(writable.resolve())
    libraries = tuple(str(path.resolve()) for path in readable)

    def refuse(event: str, arguments: tuple[object, ...]) -> None:
        if event in FORBIDDEN_EVENTS or event.startswith("socket."):
            raise PermissionError(f"{event} is refused while drawing a document")
        if event == "open" and not _may_open(arguments, libraries, scratch):
            raise PermissionError(f"opening {arguments[0]!r} is refused while drawing a document")

    sys.addaudithook(refuse)


def _may_open(arguments: tuple[object, ...], libraries: tuple[str, ...], scratch: str) -> bool:
    path, mode, flags = (*arguments, None, None)[:3]
    if isinstance(path, int):
        return True
    name = os.path.realpath(os.fsdecode(path)) if isinstance(path, str | bytes) else ""
    if _is_under(name, scratch):
        return True
    writes = any(letter in str(mode or "") for letter in "wax+") or (
        isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
    )
    return not writes and any(_is_under(name, folder) for folder in libraries)


def _is_under(name: str, folder: str) -> bool:
    return name == folder or name.startswith(folder + os.sep)
