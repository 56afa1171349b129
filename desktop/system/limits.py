"""Limits that a process lays on itself before it touches a file from outside."""

import ctypes
import os
import sys
from contextlib import suppress
from typing import Final

# SetErrorMode of the Windows API.
_FAIL_CRITICAL_ERRORS: Final = 0x0001
_NO_FAULT_BOX: Final = 0x0002
_JOB_LIMIT_ACTIVE_PROCESS: Final = 0x0008
_JOB_LIMIT_PROCESS_MEMORY: Final = 0x0100
_JOB_LIMIT_DIE_ON_UNHANDLED_EXCEPTION: Final = 0x0400
_IDLE_PRIORITY_CLASS: Final = 0x0040
_LAST: Final = 19  # the highest number of nice(2): the lowest priority
_JOB_EXTENDED_LIMIT_INFORMATION: Final = 9


class _BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION of the Windows API."""

    _fields_ = (
        ("per_process_user_time", ctypes.c_int64),
        ("per_job_user_time", ctypes.c_int64),
        ("limit_flags", ctypes.c_uint32),
        ("minimum_working_set", ctypes.c_size_t),
        ("maximum_working_set", ctypes.c_size_t),
        ("active_process_limit", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority_class", ctypes.c_uint32),
        ("scheduling_class", ctypes.c_uint32),
    )


class _ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION: the basic limits, six I/O counters, and the limits of memory."""

    _fields_ = (
        ("basic", _BasicLimits),
        ("io_counters", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


def limit_this_process(*, memory_bytes: int) -> bool:
    """Let this process take at most `memory_bytes` and write no file; on Windows, start no other process.

    On Linux the limit is on address space, of which Python with the PDF and the picture library takes 40 MB.
    Answers False where the system refuses; the time limit of the parent then stands alone.
    """
    if sys.platform == "win32":
        return _limit_by_job(memory_bytes)
    else:  # noqa: RET505 - mypy reads each branch for its system only
        return _limit_by_resources(memory_bytes)


def leave_no_dumps() -> None:
    """Let no crash of this process write its memory to a file: it holds letters and the key of the store.

    On Linux as systemd and apport heed it too; on Windows no error report is made. Where the system refuses, it stays.
    """
    if sys.platform == "win32":
        _make_no_reports()
    else:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def step_back() -> None:
    """Let every other program come first: this process does what nobody waits for."""
    if sys.platform == "win32":
        _set_idle_class()
    else:
        with suppress(OSError):
            os.nice(_LAST)


if sys.platform == "win32":

    def _set_idle_class() -> None:
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        kernel.SetPriorityClass.argtypes = (ctypes.c_void_p, ctypes.c_uint32)
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), _IDLE_PRIORITY_CLASS)

    def _make_no_reports() -> None:
        ctypes.WinDLL("kernel32").SetErrorMode(_FAIL_CRITICAL_ERRORS | _NO_FAULT_BOX)

    def _limit_by_job(memory_bytes: int) -> bool:
        """Put this process into a job object of its own; jobs nest since Windows 8."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = ctypes.c_void_p
        kernel.CreateJobObjectW.argtypes = (ctypes.c_void_p, ctypes.c_wchar_p)
        kernel.SetInformationJobObject.argtypes = (
            ctypes.c_void_p,
            ctypes.c_int,
            ctypes.c_void_p,
            ctypes.c_uint32,
        )
        kernel.AssignProcessToJobObject.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        # The handle is never closed: the job lives as long as its only process.
        job = kernel.CreateJobObjectW(None, None)
        if not job:
            return False
        limits = _ExtendedLimits()
        limits.basic.limit_flags = (
            _JOB_LIMIT_ACTIVE_PROCESS | _JOB_LIMIT_PROCESS_MEMORY | _JOB_LIMIT_DIE_ON_UNHANDLED_EXCEPTION
        )
        limits.basic.active_process_limit = 1
        limits.process_memory = memory_bytes
        return bool(
            kernel.SetInformationJobObject(
                job, _JOB_EXTENDED_LIMIT_INFORMATION, ctypes.byref(limits), ctypes.sizeof(limits)
            )
            and kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess())
        )

else:
    import resource

    def _limit_by_resources(memory_bytes: int) -> bool:
        """Lower the limits of this process for good; macOS knows RLIMIT_AS but does not hold it."""
        wanted = (
            (resource.RLIMIT_CORE, 0),  # a crash must not leave letters in a core file
            (resource.RLIMIT_FSIZE, 0),  # pipes are not files, so answers still pass
            (resource.RLIMIT_AS, memory_bytes),
        )
        try:
            for kind, value in wanted:
                resource.setrlimit(kind, (value, value))
        except (OSError, ValueError):
            return False
        return True
