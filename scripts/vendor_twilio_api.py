"""Fetch the phone company's own description of its REST interface from the pinned npm package. Run by hand.

Tests compare with it every request that we make and every answer of the simulator.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from scripts.vendor_frontend import ROOT, unpack

CLI_CORE = "@twilio/cli-core@8.3.2"
DESCRIPTION = "src/services/twilio-api/twilio_api_v2010.json"
TARGET = ROOT / "tests/vendor/twilio-api"


def main() -> None:
    """Write the description as it is, and its licence."""
    with tempfile.TemporaryDirectory() as folder:
        source = unpack(CLI_CORE, Path(folder))
        shutil.rmtree(TARGET, ignore_errors=True)
        TARGET.mkdir(parents=True)
        for name in (DESCRIPTION, "LICENSE"):
            shutil.copyfile(source / name, TARGET / Path(name).name)


if __name__ == "__main__":
    main()
