"""Names from outside become safe for files and messages."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhwfmodel.scenario import slug
from mhwfmodel.yamls.text import bad_characters, escape, shorten


@given(st.text())
def test_a_slug_is_always_safe(name: str) -> None:
    made = slug(name)
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,79}", made)
    assert made == slug(made)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Retention plan", "retention-plan"),
        ("CON", "con-scenario"),
        ("nul.yaml", "nul-yaml"),
        ("COM1", "com1-scenario"),
        ("../../etc/passwd", "etc-passwd"),
        ("<script>alert(1)</script>", "script-alert-1-script"),
        ("Zürich/Genève", "zurich-geneve"),
        ("計画", "scenario"),
        ("...", "scenario"),
        ("x" * 500, "x" * 60),
    ],
)
def test_slugs(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_bad_characters_are_named() -> None:
    assert bad_characters("a\x07b\u202ec") == "U+0007, U+202E"
    assert bad_characters("two\nlines") == "U+000A"
    assert bad_characters("two\nlines", lines=True) == ""
    assert bad_characters("naïve – “quotes” 計画 🙂") == ""


def test_text_for_messages_is_visible_and_short() -> None:
    assert escape("a\x1b[31m\u202e") == "a\\u001b[31m\\u202e"
    assert shorten("x" * 500) == "x" * 60 + "…"
