"""`python -m ivr.simulator`: run the simulator until it is stopped."""

import argparse
import os
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path

from ivr.simulator.server import HOST, serve
from ivr.simulator.settings import SettingsError, load_settings


def main() -> int:
    """Start from the environment, which flags overrule; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m ivr.simulator", description=__doc__)
    parser.add_argument("--port", type=int, help="overrules HOTLINE_SIMULATOR_PORT")
    parser.add_argument("--speed", type=float, help="overrules SIMULATOR_SPEED")
    parser.add_argument("--ledger", type=Path, help="overrules SIMULATOR_LEDGER")
    flags = parser.parse_args()
    try:
        settings = load_settings(os.environ)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    if flags.port is not None:
        settings = replace(settings, port=flags.port)
    if flags.speed is not None:
        settings = replace(settings, speed=flags.speed)
    if flags.ledger is not None:
        settings = replace(settings, ledger_path=flags.ledger)
    server = serve(settings)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
    print(f"simulator ready on http://{HOST}:{server.port} (telephone: /phone)", flush=True)
    server.serve_forever()
    server.server_close()
    # Live calls end with the process, as when the phone company's machine fails.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
