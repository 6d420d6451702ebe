"""What is remembered of steps when a branch is carried over them: main's, with the files that the steps would write otherwise now."""

from __future__ import annotations

import json
from collections.abc import Mapping

from migrator.engine.teams.carried.transplanting import Version, transplanted
from migrator.paths import RepoPath
from migrator.record import Counted, Record, record_in, write_record
from migrator.tree import FILE, Entry, Store, Tree

GENERATED = {"made.txt": "1" * 40, "other.txt": "2" * 40}
BOOK = RepoPath(".migrate/generated/demo/family.json")


def _none(blob: str) -> bytes:
    raise AssertionError(blob)


def _record(generated: Mapping[str, str], counted: int) -> Record:
    return Record(phase="demo", number="1.01", slug="make", title="", why="", generated=dict(generated), account=Counted(rewritten={"code": counted}))


def _tree(store: Store, record: bytes, book: str, **files: str) -> Tree:
    texts = {
        RepoPath(".migrate/steps/1.01-make.json"): record,
        BOOK: book.encode(),
        **{RepoPath(f"{name}.txt"): text.encode() for name, text in files.items()},
    }
    return Tree({path: Entry(FILE, store.add(text)) for path, text in texts.items()})


def _book(*texts: str) -> str:
    return json.dumps({"family": "demo", "files": list(texts)}, indent=1)


def _carried(base: bytes, ours: bytes, theirs: bytes, books: tuple[str, str, str]) -> tuple[bytes, str]:
    store = Store(_none)
    was, we, they = (_tree(store, record, book, a=str(n)) for n, (record, book) in enumerate(zip((base, ours, theirs), books, strict=True)))
    we = we.replace({RepoPath("a.txt"): was[RepoPath("a.txt")]})
    (change,) = transplanted(store, Version(was, was), [Version(they, they)], we, {})
    assert not change.conflicts
    return store.read(change.tree[RepoPath(".migrate/steps/1.01-make.json")].blob), store.read(change.tree[BOOK].blob).decode()


def test_what_steps_wrote_is_known_as_they_write_it_now() -> None:
    base, ours = (write_record(_record(GENERATED, n)).content for n in (1, 5))
    theirs = write_record(_record({**GENERATED, "made.txt": "3" * 40, "new.txt": "4" * 40}, 2)).content
    record, book = _carried(base, ours, theirs, (_book("a", "b", "c", "d"), _book("a", "b", "c", "main"), _book("branch", "b", "c", "d")))
    found = record_in(record)
    assert found is not None
    assert found.generated == {"made.txt": "3" * 40, "other.txt": "2" * 40, "new.txt": "4" * 40}
    assert found.account.rewritten == {"code": 5}
    assert json.loads(book)["files"] == ["branch", "b", "c", "main"]


def test_counts_alone_change_nothing() -> None:
    base, ours, theirs = (write_record(_record(GENERATED, n)).content for n in (1, 5, 2))
    book = _book("a")
    assert _carried(base, ours, theirs, (book, book, book)) == (ours, book)


def test_what_is_no_record_and_no_book_stays() -> None:
    base, theirs = (write_record(_record(GENERATED, n)).content for n in (1, 2))
    assert _carried(base, b"by hand", theirs, (_book("a"), "by hand", _book("b"))) == (b"by hand", "by hand")
