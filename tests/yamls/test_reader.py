"""YAML text becomes a tree with places, and what a scenario never needs is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhwfmodel.errors import Fault, YamlError
from mhwfmodel.yamls.reader import MAX_DEPTH, MAX_VALUES, read_bytes, read_text, read_value
from mhwfmodel.yamls.text import MAX_BYTES
from mhwfmodel.yamls.tree import at, plain


def faults(text: str | bytes) -> list[str]:
    with pytest.raises(YamlError) as caught:
        read_bytes(text.encode() if isinstance(text, str) else text, "plan.yaml")
    return [str(fault) for fault in caught.value.faults]


def test_scalars_follow_the_core_schema_of_yaml_1_2() -> None:
    text = "a: 22:00\nb: no\nc: 2025-04\nd: 12\ne: 1.5e3\nf: true\ng: ~\nh: '12'\ni: 1_000\nj: 2025-04-01\nk: 0x10"
    assert plain(read_text(text, "plan.yaml")) == {
        "a": "22:00", "b": "no", "c": "2025-04", "d": 12, "e": 1500.0, "f": True, "g": None, "h": "12", "i": "1_000",
        "j": "2025-04-01", "k": "0x10",
    }  # fmt: skip


def test_every_value_keeps_its_place() -> None:
    tree = read_text("name: x\nlevers:\n  - kind: pay\n    start: 2025-04\n", "plan.yaml")
    node, missing = at(tree, ("levers", 0, "start"))
    assert not missing
    assert (node.place.line, node.place.column, node.key.column) == (4, 12, 5)
    assert str(node.place) == "plan.yaml:4:12 levers[0].start"


def test_all_duplicate_keys_are_found_at_every_level() -> None:
    found = faults("a: 1\nb: {c: 1, c: 2, d: {e: 1, e: 2}}\na: 2\n'a ': 3\n")
    places = [line.split(" ")[0] for line in found]
    assert places == ["plan.yaml:2:11", "plan.yaml:2:27", "plan.yaml:3:1", "plan.yaml:4:1"]
    assert "written twice, first on line 1" in found[2]


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("name: !!python/object/apply:os.getcwd []", "plan.yaml:1:7 name", "!!python/object/apply:os.getcwd"),
        ("name: x\nroles: &r\n  - *r\n", "plan.yaml:2:8 roles", "anchor '&r'"),
        ("a: {<<: *x}", "plan.yaml:1:9 a.<<", "'*x'"),
        ("a: 1\n---\nb: 1\n", "plan.yaml:2:1", "second document"),
        ("- name: x\n", "plan.yaml:1:1", "starts with a list"),
        ("hello", "plan.yaml:1:1", "stands alone"),
        ("? [a]\n: b\n", "plan.yaml:1:3", "name of a field"),
        ("%YAML 1.1\n---\na: 22:00\n", "plan.yaml:2:1", "'%' line"),
        ("a: 1e400", "plan.yaml:1:4 a", "too large"),
        ("a: .inf", "plan.yaml:1:4 a", "finite"),
        ("a: -.INF", "plan.yaml:1:4 a", "finite"),
        ("a: .nan", "plan.yaml:1:4 a", "finite"),
        ("a: " + "9" * 5000, "plan.yaml:1:4 a", "too long"),
        ("\ta: 1", "plan.yaml:1:1", "tab"),
        ("a: b: c", "plan.yaml:1:5", "second ': '"),
        ("a:\n  b: 1\n c: 2", "plan.yaml:3:2", "line up"),
        ("a: [1, 2", "plan.yaml:1:9", "not closed"),
        ("a: 'b", "plan.yaml:1:6", "not closed"),
        ("name: x\nb", "plan.yaml:2:2", "key: value"),
        ("a: \x07", "plan.yaml:1:4", "U+0007"),
        ('a: "x\\u0007"', "plan.yaml:1:4 a", "U+0007"),
        ('a: "x\\ud800"', "plan.yaml:1:4 a", "U+D800"),
        ('a: "\\UFFFFFFFF"', "plan.yaml", "not YAML"),
        ("", "plan.yaml", "empty"),
        ("# only a comment\n", "plan.yaml", "empty"),
    ],
)
def test_what_is_refused_is_named_at_its_place(text: str, place: str, said: str) -> None:
    found = faults(text)
    assert any(line.startswith(f"{place}: ") and said in line for line in found), found


def test_nesting_is_capped_without_recursion() -> None:
    assert f"deeper than {MAX_DEPTH}" in faults("a: " + "[" * 100_000)[0]
    depth = MAX_DEPTH - 1
    read_text("a: " + "[" * depth + "]" * depth, "plan.yaml")


def test_size_is_capped() -> None:
    assert "larger than" in faults(b"a" * (MAX_BYTES + 1))[0]
    assert f"more than {MAX_VALUES:,} values" in faults("a: [" + "1," * (MAX_VALUES + 1) + "]")[0]


def test_encodings() -> None:
    text = "name: café\n"
    for encoding in ("utf-8", "utf-8-sig"):
        tree, notes = read_bytes(text.encode(encoding), "plan.yaml")
        assert plain(tree) == {"name": "café"}
        assert notes == ()
    for encoding in ("utf-16", "utf-32"):
        tree, notes = read_bytes(text.encode(encoding), "plan.yaml")
        assert plain(tree) == {"name": "café"}
        assert "save it as UTF-8" in notes[0]
    assert "save it as UTF-8" in faults(text.encode("cp1252"))[0]
    assert "save it as UTF-8" in faults(text.encode("utf-16-le"))[0]


def test_a_value_alone() -> None:
    assert plain(read_value("[QJ2, 'QJK']", "--set")) == ["QJ2", "QJK"]
    assert plain(read_value("", "--set")) is None
    with pytest.raises(YamlError):
        read_value("&a 1", "--set")


def refusals(content: bytes) -> tuple[Fault, ...]:
    """What is wrong with any bytes; anything but a YamlError would come through and fail the test."""
    try:
        read_bytes(content, "plan.yaml")
    except YamlError as error:
        return error.faults
    return ()


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    assert all(str(fault).startswith("plan.yaml") for fault in refusals(text.encode("utf-8", "surrogatepass")))


@given(st.text(alphabet=list("ab:-?[]{},&*!|>'\"%@`#\\~<=.0123456789 \n\tuUxé\u2028\ufeff"), max_size=60))
def test_yaml_like_text_is_read_or_refused(text: str) -> None:
    assert all(str(fault).startswith("plan.yaml") for fault in refusals(text.encode()))


@given(st.binary())
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    assert all(str(fault).startswith("plan.yaml") for fault in refusals(content))
