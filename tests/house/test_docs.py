"""The pages hang together: links, anchors, the table of contents, the commands."""

from __future__ import annotations

import re
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^[ ]*```.*?^[ ]*```[ ]*$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
COMMAND = re.compile(r"^<!-- command: (\w+) -->\n```\w*\n(.*?)\n```$", re.MULTILINE | re.DOTALL)


def without_code(page: Path) -> str:
    return CODE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as the site and the code host both make them."""
    titles = HEADING.findall(re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S))
    return {re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", title).strip().lower()) for title in titles}


def broken(page: Path) -> Iterator[str]:
    for target in LINK.findall(without_code(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name) if name else page
        if not file.exists():
            yield f"{page.name}: no file {target}"
        elif anchor and file.suffix == ".md" and "api" not in file.parts and anchor not in anchors(file):
            yield f"{page.name}: no heading {target}"


def pages_of(entry: object) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, dict):
        for part in entry.values():
            yield from pages_of(part)
    elif isinstance(entry, list):
        for part in entry:
            yield from pages_of(part)


@pytest.fixture(scope="module")
def site(root: Path) -> dict[str, object]:
    return YAML(typ="safe").load((root / "mkdocs.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def commands(root: Path) -> dict[str, str]:
    return dict(COMMAND.findall((root / "README.md").read_text(encoding="utf-8")))


def test_every_link_leads_somewhere(files):
    pages = [path for path in files if path.suffix == ".md"]
    assert pages
    faults = [fault for page in pages for fault in broken(page)]
    assert not faults, "\n".join(faults)


def test_a_broken_link_is_seen(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# One two\n[a](#one-two) [b](#three) [c](none.md) `[d](code.md)` [e](https://x.uk)\n", encoding="utf-8"
    )
    assert list(broken(page)) == ["page.md: no heading #three", "page.md: no file none.md"]


def test_the_contents_name_every_page_once(root, site):
    listed = list(pages_of(site["nav"]))
    inserted = tuple(site["exclude_docs"].split())
    written = {path.relative_to(root / "docs").as_posix() for path in (root / "docs").rglob("*.md")}
    there = {page for page in written if not page.startswith(inserted)}
    assert len(listed) == len(set(listed))
    assert set(listed) - there == set(), "in the contents, but not written"
    assert there - set(listed) == set(), "written, but not in the contents"


def test_every_package_has_its_page(root):
    packages = {path.parent.name for path in (root / "mhwfmodel").glob("*/__init__.py")}
    single = {path.stem for path in (root / "mhwfmodel").glob("*.py") if not path.stem.startswith("_")}
    described = {path.stem for path in (root / "docs" / "reference" / "api").glob("*.md")}
    assert (packages | single) - described == set()


def test_the_site_asks_nothing_of_the_network(site):
    assert site["theme"]["font"] is False
    assert "repo_url" not in site
    assert not [
        name for name in ("extra_javascript", "extra_css") if any("//" in str(item) for item in site.get(name, []))
    ]


def test_the_hooks_before_a_commit_need_no_network(root):
    hooks = YAML(typ="safe").load((root / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert {repo["repo"] for repo in hooks} == {"local"}
    assert {hook["language"] for repo in hooks for hook in repo["hooks"]} == {"system"}


def test_the_two_commands_of_the_readme(commands):
    assert set(commands) == {"run", "test"}
    assert commands["run"].startswith("pip install . && mhwfmodel run scenarios/baseline.yaml --out ")
    assert commands["test"] == "pip install '.[test]' && pytest"


def test_the_check_from_nothing_can_be_started(root):
    script = root / ".ci" / "run"
    assert script.stat().st_mode & stat.S_IXUSR
    subprocess.run(["bash", "-n", str(script)], check=True, capture_output=True)


def test_the_check_from_nothing_takes_the_commands_from_the_readme(root, commands):
    script = (root / ".ci" / "run").read_text(encoding="utf-8")
    body = script[script.index("readme_command()") : script.index("check_outputs()")]
    program = f'copy="$1"; fail() {{ echo "$*" >&2; exit 1; }}\n{body}\nreadme_command "$2"'
    for name, command in commands.items():
        done = subprocess.run(
            ["bash", "-c", program, "bash", str(root), name], check=True, capture_output=True, text=True
        )
        assert done.stdout.strip() == command


def test_every_variable_has_its_claim(root):
    from mhwfmodel.catalogue.variables import variables

    page = (root / "docs" / "background" / "evidence.md").read_text(encoding="utf-8")
    table = page[page.index("### Variable by variable") : page.index("## What an interval holds")]
    claimed = re.findall(r"`(\w+)`", table)
    assert sorted(claimed) == sorted(item.name for item in variables())
