"""`hotline demo …`."""

from __future__ import annotations

import click

from hotline.demo.agency import seed
from hotline.demo.up import up


@click.group()
def demo() -> None:
    """The demonstration: an invented agency on this machine, with a simulated phone company."""


demo.add_command(up)
demo.add_command(seed)
