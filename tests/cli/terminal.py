#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""terminal.py WIDTH COMMAND...: what it prints on a terminal so wide."""
import fcntl
import os
import pty
import struct
import sys
import termios


def main():
    width, command = int(sys.argv[1]), sys.argv[2:]
    ready, go = os.pipe()
    pid, terminal = pty.fork()
    if pid == 0:
        os.read(ready, 1)  # not before the terminal has its size
        os.execv(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ,
                struct.pack("HHHH", 24, width, 0, 0))
    os.write(go, b".")
    output = b""
    try:
        while chunk := os.read(terminal, 65536):
            output += chunk
    except OSError:  # EIO: the command has ended
        pass
    sys.stdout.buffer.write(output.replace(b"\r\n", b"\n"))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


sys.exit(main())
