#!/usr/bin/env python3
"""Kill a process, and keep its end from its parent as a debugger may:
keep_end.py PID FILE. FILE is there once it is killed; when that is taken away its
parent is told."""
import ctypes
import os
import signal
import sys
import time

pid, path = int(sys.argv[1]), sys.argv[2]
libc = ctypes.CDLL(None, use_errno=True)
if libc.ptrace(0x4206, pid, None, None):  # PTRACE_SEIZE
    sys.exit(f"PTRACE_SEIZE: {os.strerror(ctypes.get_errno())}")
os.kill(pid, signal.SIGKILL)
os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
open(path, "w").close()
until = time.monotonic() + 60
while os.path.exists(path) and time.monotonic() < until:
    time.sleep(0.01)
os.waitpid(pid, 0)
