"""The system calls that a container in the sandbox may make: an allowlist for 64-bit x86, everything else refused.

Compared with what engines allow by default this leaves out: sockets other than Unix, IPv4, IPv6 and routing netlink
(VSOCK reaches the hypervisor past any network namespace), io_uring, 32-bit and x32 calls, tracing of other processes,
new namespaces and kernel keys. clone3 answers "not implemented" because its flags can't be inspected; the C library
then falls back to clone, whose flags are.
"""

from __future__ import annotations

import json
from typing import Any

EPERM = 1
ENOSYS = 38
AF_UNIX, AF_INET, AF_INET6, AF_NETLINK = 1, 2, 10, 16
NETLINK_ROUTE = 0
NAMESPACE_FLAGS = 0x7E020000
PERSONALITIES = (0x0, 0x0008, 0x20000, 0x20008, 0xFFFFFFFF)

FILES = """
access chdir chmod chown close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64 fallocate
fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync fgetxattr flistxattr flock fremovexattr fsetxattr
fstat fstatfs fsync ftruncate futimesat getcwd getdents getdents64 getxattr inotify_add_watch inotify_init
inotify_init1 inotify_rm_watch ioctl lchown lgetxattr link linkat listxattr llistxattr lremovexattr lseek lsetxattr
lstat mkdir mkdirat mknod mknodat newfstatat open openat openat2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read
readahead readlink readlinkat readv removexattr rename renameat renameat2 rmdir sendfile setxattr splice stat statfs
statx symlink symlinkat sync sync_file_range syncfs tee truncate umask unlink unlinkat utime utimensat utimes vmsplice
write writev io_cancel io_destroy io_getevents io_pgetevents io_setup io_submit
cachestat
"""
MEMORY = """
brk madvise membarrier memfd_create memfd_secret mincore mlock mlock2 mlockall mmap mprotect mremap msync munlock
munlockall munmap pkey_alloc pkey_free pkey_mprotect process_mrelease remap_file_pages get_mempolicy map_shadow_stack
"""
PROCESSES = """
arch_prctl capget capset execve execveat exit exit_group fork getcpu getegid geteuid getgid getgroups getpgid getpgrp
getpid getppid getpriority getresgid getresuid getrlimit getrusage getsid gettid getuid getrandom ioprio_get
ioprio_set kill landlock_add_rule landlock_create_ruleset landlock_restrict_self pidfd_open pidfd_send_signal prctl
prlimit64 restart_syscall rseq sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr
sched_getparam sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam
sched_setscheduler sched_yield seccomp set_robust_list get_robust_list set_tid_address setfsgid setfsuid setgid
setgroups setitimer getitimer setpgid setpriority setregid setresgid setresuid setreuid setrlimit setsid setuid
sysinfo tgkill times tkill uname vfork wait4 waitid
"""
SIGNALS_AND_TIME = """
alarm clock_getres clock_gettime clock_nanosleep futex futex_waitv futex_wait futex_wake futex_requeue gettimeofday
nanosleep pause rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait
rt_tgsigqueueinfo sigaltstack signalfd signalfd4 time timer_create timer_delete timer_getoverrun timer_gettime
timer_settime timerfd_create timerfd_gettime timerfd_settime
"""
WAITING_AND_PIPES = """
epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2
pipe pipe2 poll ppoll pselect6 select
"""
CONNECTIONS = """
accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg recvmsg sendmmsg sendmsg sendto
setsockopt shutdown
"""
SHARED_MEMORY = """
mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedsend mq_unlink msgctl msgget msgrcv msgsnd semctl semget semop
semtimedop shmat shmctl shmdt shmget
"""


def allowed_names() -> tuple[str, ...]:
    """Calls that are allowed whatever their arguments."""
    groups = (FILES, MEMORY, PROCESSES, SIGNALS_AND_TIME, WAITING_AND_PIPES, CONNECTIONS, SHARED_MEMORY)
    return tuple(sorted({name for group in groups for name in group.split()}))


def profile() -> dict[str, Any]:
    """The profile in the engine's JSON form."""
    rules: list[dict[str, Any]] = [{"names": list(allowed_names()), "action": "SCMP_ACT_ALLOW"}]
    rules.extend(_allow("socket", _equal(0, family)) for family in (AF_UNIX, AF_INET, AF_INET6))
    rules.append(_allow("socket", _equal(0, AF_NETLINK), _equal(2, NETLINK_ROUTE)))
    rules.append(_allow("socketpair", _equal(0, AF_UNIX)))
    rules.append(
        _allow("clone", {"index": 0, "value": NAMESPACE_FLAGS, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}),
    )
    rules.extend(_allow("personality", _equal(0, value)) for value in PERSONALITIES)
    rules.append({"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": ENOSYS})
    return {
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": EPERM,
        "architectures": ["SCMP_ARCH_X86_64"],
        "syscalls": rules,
    }


def profile_json() -> str:
    """What the engine's security option wants: the content, not a path."""
    return json.dumps(profile(), sort_keys=True, separators=(",", ":"))


def _equal(index: int, value: int) -> dict[str, Any]:
    return {"index": index, "value": value, "op": "SCMP_CMP_EQ"}


def _allow(name: str, *arguments: dict[str, Any]) -> dict[str, Any]:
    return {"names": [name], "action": "SCMP_ACT_ALLOW", "args": list(arguments)}
