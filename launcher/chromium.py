"""Make sure that Chromium is installed for the browser tests. apt installs it only if it is missing."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")
REMEDY = "the browser tests need Chromium: run `sudo apt install chromium`, or `make test BROWSER=no` to leave them out"


def main() -> int:
    """Returns 0 if Chromium is installed in the end, otherwise 1 after printing one line."""
    if any(shutil.which(name) for name in NAMES):
        return 0
    apt, rights = shutil.which("apt-get"), _rights()
    if apt is None or rights is None:
        sys.stderr.write(f"stillframe: {REMEDY}\n")
        return 1
    sys.stderr.write("stillframe: installing Chromium for the browser tests (once, about a minute)\n")
    for words in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        code, output = _run([*rights, "env", "DEBIAN_FRONTEND=noninteractive", apt, "-q", *words])
        if code:
            sys.stderr.write("\n".join(output.splitlines()[-5:]) + f"\nstillframe: {REMEDY}\n")
            return 1
    return 0


def _rights() -> list[str] | None:
    """The command before apt-get, or None without the right to install. A password cannot be entered here."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    return [sudo, "-n"] if sudo is not None and _run([sudo, "-n", "true"])[0] == 0 else None


def _run(command: list[str]) -> tuple[int, str]:
    """Run without a terminal. Returns exit code and output."""
    done = subprocess.run(  # noqa: S603 - fixed words
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.returncode, done.stdout


if __name__ == "__main__":
    sys.exit(main())
