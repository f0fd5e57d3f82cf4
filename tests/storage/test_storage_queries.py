"""SQL files are read once, and a slip in them shows at import."""

import pytest

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.storage.queries import load, parse

TEXT = """-- a remark above all
-- name: first
SELECT a -- the first
FROM b;

-- name: second
DO $$ BEGIN PERFORM 1; END $$;
"""


def test_each_block_is_a_statement_without_its_semicolon() -> None:
    found = parse(TEXT, "x")
    assert list(found) == ["first", "second"]
    assert found["first"].split() == ["SELECT", "a", "--", "the", "first", "FROM", "b"]
    assert found["second"] == "DO $$ BEGIN PERFORM 1; END $$"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT 1;\n-- name: a\nSELECT 1;", "before the first name"),
        ("-- name: a\nSELECT 1;\n-- name: a\nSELECT 1;", "twice"),
        ("-- name: a\nSELECT 1", "semicolon"),
        ("-- name: a\n-- only a remark\n;", "semicolon"),
        ("-- name: a b\nSELECT 1;", "no name"),
        ("-- name: a\nSELECT * FROM b;", "columns"),
        ("-- name: a\nselect b.* FROM b;", "columns"),
        ("-- name: a\nINSERT INTO b VALUES (1) RETURNING *;", "columns"),
        ("", "no query"),
    ],
)
def test_a_slip_is_refused(text: str, message: str) -> None:
    with pytest.raises(KonfigurationInvalid, match=message):
        parse(text, "x")


def test_counting_all_rows_is_no_star() -> None:
    assert parse("-- name: a\nSELECT count(*) FROM b;", "x")["a"] == "SELECT count(*) FROM b"


def test_names_are_held_against_the_file() -> None:
    assert load("lock").names() == {"try_lock", "unlock"}
    assert load("lock", "try_lock", "unlock").unlock.startswith("SELECT pg_advisory_unlock")
    for names in (("try_lock",), ("try_lock", "unlock", "more")):
        with pytest.raises(KonfigurationInvalid, match="disagree"):
            load("lock", *names)


def test_unknown_names_and_files_are_errors() -> None:
    with pytest.raises(AttributeError, match=r"lock\.sql has no query 'lokc'"):
        _ = load("lock").lokc
    with pytest.raises(KonfigurationInvalid, match="there is no"):
        load("nirgends")
