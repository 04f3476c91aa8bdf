"""Find the Chromium that the journeys drive, or install one. Run by `make test`; imported by the tests.

Looked for in this order: HOTLINE_BROWSER, the system's Chromium or Chrome, Playwright's own. When there is
none: Playwright's download is tried, then, only as root and with CI set, Debian's package. Otherwise the
command to run is printed and the exit code is 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DOWNLOAD = [sys.executable, "-m", "playwright", "install", "chromium-headless-shell", "chromium"]
DEBIAN = [
    ["apt-get", "update", "-qq"],
    ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
]
ADVICE = (
    "The journeys need Chromium. Install it with your system's package manager "
    "(for example: sudo apt-get install chromium), or set HOTLINE_BROWSER to its path."
)


def on_system(environ: Mapping[str, str] = os.environ) -> str | None:
    """Path of a browser that was installed on this machine, or None."""
    chosen = environ.get("HOTLINE_BROWSER", "")
    if chosen:
        return chosen if os.access(chosen, os.X_OK) else None
    return next(filter(None, (shutil.which(name, path=environ.get("PATH")) for name in NAMES)), None)


def downloaded() -> str | None:
    """Path of the browser that Playwright downloaded, or None."""
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.is_file() else None


def may_use_apt(environ: Mapping[str, str]) -> bool:
    """Whether Debian's package may be installed unasked: only as root on a build machine."""
    wanted = environ.get("CI", "").lower() in ("1", "true")
    return wanted and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def run(command: list[str], timeout: float = 600) -> bool:
    """Run quietly; show the output only when it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        print(f"gave up after {timeout:.0f} s: {' '.join(command)}", file=sys.stderr)
        return False
    if done.returncode != 0:
        print((done.stdout + done.stderr).strip()[-1500:], file=sys.stderr)
    return done.returncode == 0


def install(environ: Mapping[str, str]) -> str | None:
    """Get a browser in the ways that are allowed here; its path, or None."""
    print("No Chromium found; trying Playwright's download.")
    # A closed network should be noticed in seconds; the download itself may take its time.
    os.environ.setdefault("PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT", "10000")
    if run(DOWNLOAD):
        return downloaded()
    if may_use_apt(environ):
        print("Trying the system's package.")
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        if all(run(command, timeout=1200) for command in DEBIAN):
            return on_system(environ)
    return None


def main() -> int:
    """Make sure that there is a browser."""
    path = on_system() or downloaded() or install(os.environ)
    if path is None:
        print(ADVICE, file=sys.stderr)
        return 1
    print(f"Browser: {path}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
