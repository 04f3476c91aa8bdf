"""The import contracts cover every package, and no imports run in a circle."""

from __future__ import annotations

import tomllib
from graphlib import CycleError, TopologicalSorter
from typing import Any

import grimp
import pytest

from tests.support.tree import PACKAGES, ROOT

# Parts of hotline.web that every screen may use.
SHARED_BY_SCREENS = {"shared", "security", "partials", "live", "static", "templates", "translations"}
# May use Flask or the phone company's library, or stand above the layers that may not.
ABOVE = {"web", "demo"}


def contracts() -> dict[str, dict[str, Any]]:
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return {one["name"]: one for one in configuration["tool"]["importlinter"]["contracts"]}


def folders_of(package: str) -> set[str]:
    folder = ROOT.joinpath(*package.split("."))
    return {entry.name for entry in folder.iterdir() if (entry / "__init__.py").exists()}


def test_every_folder_of_hotline_has_its_layer() -> None:
    layers = contracts()["Inside hotline, upper uses lower only"]["layers"]
    named = {name.strip(" ()") for layer in layers for name in layer.split("|")}
    assert folders_of("hotline") - named == set()


def test_every_screen_is_kept_apart_from_the_others() -> None:
    named = {name.rpartition(".")[2] for name in contracts()["One screen never imports another"]["modules"]}
    assert folders_of("hotline.web") - SHARED_BY_SCREENS - named == set()


@pytest.mark.parametrize(
    ("contract", "allowed"),
    [
        ("Flask only in the two apps", ABOVE),
        ("Twilio's library only in ivr and hotline.telephony.twilio_rest", ABOVE | {"telephony"}),
    ],
)
def test_contracts_on_libraries_name_every_folder(contract: str, allowed: set[str]) -> None:
    named = {name.removeprefix("hotline.") for name in contracts()[contract]["source_modules"]}
    assert folders_of("hotline") - named - allowed == set()


def test_no_imports_run_in_a_circle() -> None:
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    order = TopologicalSorter(
        {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    )
    try:
        order.prepare()
    except CycleError as error:
        pytest.fail("imports run in a circle: " + " -> ".join(error.args[1]))
