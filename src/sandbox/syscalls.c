/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A list of what is allowed, for a new kernel has new calls.  What is not in
 * it is answered as if this kernel did not have it: the C library and others
 * then do it another way.  What would be an intruder's first steps gets EPERM,
 * an answer that they all understand.
 */
#include "sandbox/syscalls_private.h"

#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"

/* Names, as libseccomp knows them; of other architectures' it does no harm. */
static const char *const allowed[] = {
	/* files that are open */
	"read", "write", "readv", "writev", "pread64", "pwrite64", "preadv",
	"pwritev", "lseek", "_llseek", "close", "dup", "dup2", "dup3", "fcntl",
	"fcntl64", "fstat", "fstat64", "flock", "fsync", "fdatasync",
	"ftruncate", "ftruncate64", "fallocate", "fadvise64", "fadvise64_64",
	"sync_file_range", "getdents", "getdents64", "fchmod", "fchown",
	/* names of files; Landlock looks at those that change anything */
	"stat", "stat64", "statfs", "statfs64", "fstatfs", "fstatfs64", "lstat",
	"lstat64", "newfstatat", "fstatat64", "statx", "access", "faccessat",
	"faccessat2", "readlink", "readlinkat", "getcwd", "umask",
	/* waiting: also for the capture's socket, which is open */
	"poll", "ppoll", "ppoll_time64", "select", "_newselect", "pselect6",
	"pselect6_time64", "recv", "recvfrom", "recvmsg", "recvmmsg",
	"getsockopt", "setsockopt", "getsockname", "pipe", "pipe2", "eventfd",
	"eventfd2",
	/* memory; not to be run */
	"brk", "munmap", "mremap", "madvise", "msync",
	/* time and signals */
	"clock_gettime", "clock_gettime64", "clock_getres", "gettimeofday",
	"time", "nanosleep", "clock_nanosleep", "clock_nanosleep_time64",
	"alarm", "setitimer", "getitimer", "times", "restart_syscall",
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigreturn",
	"rt_sigsuspend", "rt_sigpending", "rt_sigtimedwait", "sigaltstack",
	"pause",
	/* the process itself */
	"exit", "exit_group", "futex", "futex_time64", "set_robust_list",
	"get_robust_list", "rseq", "membarrier", "sched_yield",
	"sched_getaffinity", "getrandom", "getpid", "gettid", "getppid",
	"getpgrp", "getpgid", "getuid", "geteuid", "getgid", "getegid",
	"getuid32", "geteuid32", "getgid32", "getegid32", "getrlimit",
	"ugetrlimit", "getrusage", "sysinfo", "uname"
};

/* For those who may make files. */
static const char *const allowed_to_write[] = { "unlink",    "unlinkat",
						"rename",    "renameat",
						"renameat2", "truncate",
						"truncate64" };

static const char *const forbidden[] = { "socket",
					 "socketpair",
					 "connect",
					 "bind",
					 "listen",
					 "accept",
					 "accept4",
					 "sendto",
					 "sendmsg",
					 "sendmmsg",
					 "io_uring_setup",
					 "execve",
					 "execveat",
					 "fork",
					 "vfork",
					 "ptrace",
					 "process_vm_readv",
					 "process_vm_writev",
					 "pidfd_getfd",
					 "kcmp",
					 "bpf",
					 "perf_event_open",
					 "userfaultfd",
					 "keyctl",
					 "add_key",
					 "request_key",
					 "mount",
					 "umount2",
					 "pivot_root",
					 "chroot",
					 "unshare",
					 "setns",
					 "init_module",
					 "finit_module",
					 "delete_module",
					 "kexec_load",
					 "kexec_file_load",
					 "reboot",
					 "open_by_handle_at",
					 "memfd_create",
					 "symlink",
					 "symlinkat",
					 "link",
					 "linkat",
					 "mknod",
					 "mknodat",
					 "chmod",
					 "fchmodat",
					 "chown",
					 "lchown",
					 "fchownat" };

struct filter {
	scmp_filter_ctx context;
	int error; /* the first, as -errno; 0: none */
};

static void add(struct filter *f, uint32_t action, const char *name,
		unsigned count, const struct scmp_arg_cmp *tests)
{
	int number = seccomp_syscall_resolve_name(name);
	int rc;

	if (number == __NR_SCMP_ERROR)
		return; /* newer than this libseccomp */
	rc = seccomp_rule_add_array(f->context, action, number, count, tests);
	/* Calls that this architecture has not are answered with these. */
	if (rc != 0 && rc != -EDOM && f->error == 0)
		f->error = rc;
}

static void add_all(struct filter *f, uint32_t action, const char *const *names,
		    size_t count)
{
	for (size_t i = 0; i < count; i++)
		add(f, action, names[i], 0, NULL);
}

/* Where the bits of an argument are as they must be. */
static void allow_if(struct filter *f, const char *name, unsigned argument,
		     scmp_datum_t mask, scmp_datum_t value)
{
	struct scmp_arg_cmp test = { argument, SCMP_CMP_MASKED_EQ, mask,
				     value };

	add(f, SCMP_ACT_ALLOW, name, 1, &test);
}

static void allow_opening(struct filter *f, enum opening opening)
{
	scmp_datum_t changes = O_ACCMODE | O_CREAT | O_TRUNC;
	uint32_t action = opening == OPEN_TO_WRITE ? SCMP_ACT_ALLOW
						   : SCMP_ACT_ERRNO(EPERM);

	if (opening == OPEN_TO_READ) {
		allow_if(f, "open", 1, changes, O_RDONLY);
		allow_if(f, "openat", 2, changes, O_RDONLY);
		return;
	}
	add(f, action, "open", 0, NULL);
	add(f, action, "openat", 0, NULL);
}

/* To itself: abort(), and a terminal's Ctrl-Z. */
static void allow_signals(struct filter *f)
{
	allow_if(f, "kill", 0, UINT32_MAX, (scmp_datum_t)getpid());
	allow_if(f, "tgkill", 0, UINT32_MAX, (scmp_datum_t)getpid());
}

/*
 * A terminal must be asked and set.  What types into it as if its user did
 * (TIOCSTI, TIOCLINUX) is not among these.
 */
static void allow_terminal(struct filter *f)
{
	static const unsigned long requests[] = {
		TCGETS,     TCSETS,    TCSETSW,   TCSETSF,  TCGETS2, TCSETS2,
		TCSETSW2,   TCSETSF2,  TCFLSH,    TCXONC,   TCSBRK,  TIOCOUTQ,
		TIOCGWINSZ, TIOCGPGRP, TIOCSPGRP, FIONREAD, FIONBIO
	};

	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		allow_if(f, "ioctl", 1, UINT32_MAX, requests[i]);
}

/* libpcap asks whether an interface that went down is up again, or gone. */
static void allow_interfaces(struct filter *f)
{
	allow_if(f, "ioctl", 1, UINT32_MAX, SIOCGIFFLAGS);
}

/*
 * Threads, which are confined as the one that starts them; no process, and no
 * namespace.  clone3() hides its flags: the C library does without.
 */
static void allow_threads(struct filter *f)
{
#ifdef __s390__
	enum { FLAGS = 1 };
#else
	enum { FLAGS = 0 };
#endif
	const scmp_datum_t thread = CLONE_VM | CLONE_THREAD;
	const scmp_datum_t namespaces = CLONE_NEWNS | CLONE_NEWCGROUP |
					CLONE_NEWUTS | CLONE_NEWIPC |
					CLONE_NEWUSER | CLONE_NEWPID |
					CLONE_NEWNET;

	allow_if(f, "clone", FLAGS, thread | namespaces, thread);
}

static void allow_memory(struct filter *f)
{
	static const char *const names[] = { "mmap", "mmap2", "mprotect" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		allow_if(f, names[i], 2, PROT_EXEC, 0);
}

static void fill(struct filter *f, enum opening opening)
{
	add_all(f, SCMP_ACT_ALLOW, allowed,
		sizeof(allowed) / sizeof(allowed[0]));
	if (opening == OPEN_TO_WRITE)
		add_all(f, SCMP_ACT_ALLOW, allowed_to_write,
			sizeof(allowed_to_write) / sizeof(allowed_to_write[0]));
	add_all(f, SCMP_ACT_ERRNO(EPERM), forbidden,
		sizeof(forbidden) / sizeof(forbidden[0]));
	allow_opening(f, opening);
	allow_signals(f);
	allow_terminal(f);
	allow_interfaces(f);
	allow_threads(f);
	allow_memory(f);
}

static int load(struct filter *f)
{
	if (f->error == 0)
		f->error = seccomp_attr_set(f->context, SCMP_FLTATR_CTL_TSYNC,
					    1);
	if (f->error == 0)
		f->error = seccomp_load(f->context);
	/* What libseccomp says where the kernel has none, as under qemu. */
	if (f->error == -ECANCELED || f->error == -EINVAL ||
	    f->error == -ENOSYS || f->error == -EOPNOTSUPP)
		return 0;
	return f->error == 0
		       ? 1
		       : fail("sandbox: seccomp: %s", strerror(-f->error));
}

int syscalls_enter(enum opening opening)
{
	struct filter f = { seccomp_init(SCMP_ACT_ERRNO(ENOSYS)), 0 };
	int rc;

	if (f.context == NULL)
		return fail("sandbox: seccomp: %s", strerror(ENOMEM));
	fill(&f, opening);
	rc = load(&f);
	seccomp_release(f.context);
	return rc;
}
