"""Start a command that cannot outlive its parent. Run as a script; imports only the standard library.

    python tether.py --parent PID [--signal N] [--user UID:GID | --namespace] -- COMMAND...

It becomes the command (exec), so the process id, the exit code and the signals are the command's own.
`--user` drops to that account; `--namespace` enters a new user namespace, in which root is nobody: PostgreSQL
refuses to run as root, and both ways keep every parent folder as it is. On systems without prctl the tie to
the parent is left out.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import sys

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line shown in the module's docstring."""
    parser = argparse.ArgumentParser(description="Start a command that cannot outlive its parent.")
    parser.add_argument("--parent", type=int, required=True, help="process id that must stay alive")
    parser.add_argument("--signal", type=int, default=int(signal.SIGTERM), help="sent when the parent dies")
    parser.add_argument("--user", help="account to run as: uid:gid")
    parser.add_argument("--namespace", action="store_true", help="run in a new user namespace")
    parser.add_argument("command", nargs="+")
    return parser.parse_args(arguments)


def drop_to(account: str) -> None:
    """Become the account "uid:gid" for good, without further groups; needs root."""
    user, group = account.split(":")
    os.setgroups([])
    os.setgid(int(group))
    os.setuid(int(user))


def enter_namespace(libc: ctypes.CDLL) -> None:
    """Enter a user namespace without a mapping, where root counts as nobody."""
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "this system does not allow user namespaces")


def tie_to(parent: int, when_it_dies: int, libc: ctypes.CDLL) -> None:
    """Have the kernel send `when_it_dies` to this process as soon as `parent` is gone."""
    # After the change of user: the kernel forgets the wish when credentials change.
    libc.prctl(PR_SET_PDEATHSIG, when_it_dies, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit("the parent has gone already")


def main(arguments: list[str]) -> None:
    """Do what the options ask and become the command."""
    wanted = parse(arguments)
    libc = ctypes.CDLL(None, use_errno=True)
    if wanted.user:
        drop_to(wanted.user)
    if wanted.namespace:
        enter_namespace(libc)
    if sys.platform == "linux":
        tie_to(wanted.parent, wanted.signal, libc)
    os.execvp(wanted.command[0], wanted.command)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except OSError as error:
        raise SystemExit(f"{error.strerror or error}") from None
