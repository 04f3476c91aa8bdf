"""What stands in the files besides code: places, licences, links and lists that must agree."""

from __future__ import annotations

import re
import tomllib
from itertools import chain

import pytest

from tests.support.tree import PACKAGES, ROOT, files, name_of

# Paths of one person's machine.
PRIVATE_PLACE = re.compile(r"(?<![\w./])/(home|root|Users|work)/\w")
OUTSIDE = re.compile(r"(\.\./)+shared\b")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
QUOTED = re.compile(r"`([^`\s]+)`")
OURS = (*PACKAGES, "tests", "docs", "scripts", "lock", "bench")
MADE_LATER = (".venv", ".demo", ".cache")


def documents() -> list[str]:
    return ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", *map(name_of, files("docs", suffix=".md"))]


def direct_dependencies() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    return {re.split(r"[^A-Za-z0-9._-]", one, maxsplit=1)[0].lower() for one in wanted}


def test_no_file_names_a_place_on_one_machine() -> None:
    found = []
    for path in files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if PRIVATE_PLACE.search(text) or (OUTSIDE.search(text) and name_of(path) != ".ci/run"):
            found.append(name_of(path))
    assert found == []


@pytest.mark.parametrize("document", documents())
def test_a_document_points_only_at_files_that_exist(document: str) -> None:
    path = ROOT / document
    text = path.read_text(encoding="utf-8")
    links = [
        target for target in LINK.findall(text) if "://" not in target and not target.startswith("mailto:")
    ]
    missing = [target for target in links if not (path.parent / target).exists()]
    for quoted in QUOTED.findall(text):
        if quoted.startswith(tuple(f"{top}/" for top in OURS)) and not any(ROOT.glob(quoted.rstrip("/"))):
            missing.append(quoted)
    assert missing == []


def test_every_vendored_folder_carries_its_licence() -> None:
    vendored = [
        folder
        for package in (*PACKAGES, "tests")
        for vendor in (ROOT / package).glob("**/vendor")
        for folder in vendor.iterdir()
        if folder.is_dir()
    ]
    without = [name_of(folder) for folder in vendored if not any(folder.glob("LICENSE*"))]
    assert without == []


@pytest.mark.parametrize("lock", ["all", "demo", "base"])
def test_locked_packages_carry_their_hashes(lock: str) -> None:
    text = (ROOT / "lock" / f"{lock}.txt").read_text()
    packages = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", text, flags=re.M | re.S)
    assert len(packages) > 20
    assert [one.splitlines()[0] for one in packages if "--hash=sha256:" not in one] == []


def test_every_direct_dependency_is_locked() -> None:
    locked = set(
        re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==", (ROOT / "lock/all.txt").read_text(), flags=re.M)
    )
    assert direct_dependencies() - locked == set()


def test_every_direct_dependency_is_explained() -> None:
    text = (ROOT / "docs/dependencies.md").read_text().lower()
    assert {name for name in direct_dependencies() if f"`{name}`" not in text} == set()


def test_make_help_tells_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, flags=re.M)
    assert phony is not None
    told = set(re.findall(r'@echo "make (\w+)', makefile))
    assert set(phony[1].split()) - told == {"help", "catalogs"}
