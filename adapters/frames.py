"""The child's side of a worker process: tasks on standard input, answers on standard output, in frames.

A frame is a length of four bytes, big-endian, and so many bytes. A task is two frames, an answer one; an empty frame
says that the process is ready. It ends when its input ends, and by a crash when its memory runs out.
"""

import gc
import os
import signal
import struct
import sys
from collections.abc import Callable
from typing import BinaryIO

LENGTH = struct.Struct(">I")

Answering = Callable[[bytes, bytes], bytes]
"""Gives the answer to a task's two frames."""


def frame(data: bytes) -> bytes:
    """Put its length before a message."""
    return LENGTH.pack(len(data)) + data


def serve(answer: Answering, memory_bytes: int, limit_s: float) -> None:
    """Answer tasks until the input ends. What the terminal sends to stop the application is the parent's business.

    `memory_bytes` is the address space that may be used. The system ends the process when a task takes longer than
    `limit_s`, for when the parent is no longer there to do it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _limit_memory(memory_bytes)
    gc.freeze()  # what was imported stays: no collection need look at it
    try:
        _serve(answer, limit_s, sys.stdin.buffer, sys.stdout.buffer)
    except BrokenPipeError:
        sys.exit(1)  # nobody is left to tell


def resident_bytes() -> int:
    """Give the memory that this process holds now, 0 where the system does not say."""
    # What /proc says now, not `ru_maxrss`: that one starts with the peak of the process that this one was forked from.
    if sys.platform != "linux":
        return 0
    with open("/proc/self/statm", "rb", buffering=0) as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _serve(answer: Answering, limit_s: float, tasks: BinaryIO, answers: BinaryIO) -> None:
    _send(answers, b"")
    while (head := _receive(tasks)) is not None:
        body = _receive(tasks) or b""
        _set_alarm(limit_s)
        _send(answers, answer(head, body))
        _set_alarm(0.0)


def _send(stream: BinaryIO, data: bytes) -> None:
    stream.write(frame(data))
    stream.flush()


def _receive(stream: BinaryIO) -> bytes | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return stream.read(LENGTH.unpack(head)[0])


def _limit_memory(memory_bytes: int) -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def _set_alarm(seconds: float) -> None:
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)
