/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules for system calls, kept by the kernel's seccomp. */
#ifndef SANDBOX_SYSCALLS_PRIVATE_H
#define SANDBOX_SYSCALLS_PRIVATE_H

/* Seccomp cannot look into paths: it only knows what open() is for. */
enum opening { OPEN_NOTHING, OPEN_TO_READ, OPEN_TO_WRITE };

/* 1: kept; 0: not known to this build or kernel; -1: already reported. */
int syscalls_enter(enum opening opening);

#endif
