"""What a reviewer reads of a branch: Markdown for the description of a pull request, numbers first, and what programs read of the same.

What others wrote (paths, lines of files, subjects of commits) stands in code spans alone: it is no markup, names nobody and links nowhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Self

from pydantic import Field

from migrator.kinds import RUNS
from migrator.report import accounts
from migrator.report.models.accounts import AccountOut, MentionOut
from migrator.report.models.base import Model
from migrator.report.screen import single
from migrator.secrets import redact
from migrator.wording import counted, ticks, word

if TYPE_CHECKING:
    from migrator.engine.teams.requested import Brought, Requested

__all__ = ["MOST", "BroughtOut", "RequestOut", "markdown"]

MOST = 60_000
"""Characters of a description; GitHub takes 65,536."""
_FEW = 10
_MANY = 100


class BroughtOut(Model):
    """A step that a branch brings."""

    id: str
    number: str
    title: str
    why: str
    commit: str = Field(description="that brought it; with others where they were squashed")
    alone: bool = Field(description="whether its commit holds nothing else")
    files: int = Field(description="that it moved")
    moves: tuple[tuple[str, str], ...]
    account: AccountOut
    gates: dict[str, str] = Field(description="passed, failed or not run; empty where this repository does not know what they said")
    todos: tuple[str, ...]

    @classmethod
    def of(cls, one: Brought) -> Self:
        """A step."""
        record = one.step.record
        return cls(
            id=record.id,
            number=record.number,
            title=redact(record.title),
            why=redact(record.why),
            commit=one.step.commit.id,
            alone=one.alone,
            files=one.files,
            moves=record.moves,
            account=AccountOut.kept(record.account),
            gates={gate["gate"]: "not run" if not gate.get("ran", True) else "passed" if gate["passed"] else "failed" for gate in one.gates},
            todos=tuple(map(redact, record.todos)),
        )


class RequestOut(Model):
    """`migrate report --pr --json`: what a branch brings, and the Markdown that says so."""

    file: str = Field(description="where the Markdown was written; empty without --out")
    branch: str
    head: str
    onto: str
    base: str = Field(description="the newest commit that both have")
    steps: tuple[BroughtOut, ...]
    foreign: tuple[str, ...] = Field(description="commits that people made on the branch, newest first")
    moved: int
    unchanged: int = Field(description="of the moved files, those whose content is the same")
    edited: int
    created: int
    deleted: int
    open: int = Field(description="mentions of old places that a person must look at")
    urgent: int = Field(description="of these, those in files that run")
    markdown: str

    @classmethod
    def of(cls, found: Requested, file: str = "") -> Self:
        """What a branch brings."""
        steps = tuple(BroughtOut.of(one) for one in found.steps)
        account = accounts.together([step.account for step in steps])
        return cls(
            file=file,
            branch=found.branch,
            head=found.head,
            onto=found.onto,
            base=found.base,
            steps=steps,
            foreign=tuple(commit.id for commit in found.foreign),
            moved=found.moved,
            unchanged=found.unchanged,
            edited=found.edited,
            created=found.created,
            deleted=found.deleted,
            open=sum(account.open.values()),
            urgent=account.urgent,
            markdown=markdown(found, steps),
        )


def markdown(found: Requested, steps: Sequence[BroughtOut]) -> str:
    """The description of a pull request, short enough for whoever takes it: long lists are cut, then shorter."""
    text = ""
    for many in (_MANY, 40, 15, 5, 0):
        text = "\n".join(_lines(found, steps, many)) + "\n"
        if len(text) <= MOST:
            return text
    return text[: MOST - 80].rpartition("\n")[0] + "\n\n… the rest did not fit: `migrate report --html`\n"


def _lines(found: Requested, steps: Sequence[BroughtOut], many: int) -> Iterator[str]:
    yield from _at_a_glance(found, steps)
    yield from _steps(steps, many)
    yield from _open(steps, many)
    yield from _by_hand(steps)
    yield from _review(found, steps, many)
    yield from _others(found, steps)
    yield from ("", f"<sub>From the records in `{found.head[:12]}`, by `migrate report --pr`.</sub>")


def _at_a_glance(found: Requested, steps: Sequence[BroughtOut]) -> Iterator[str]:
    account = accounts.together([step.account for step in steps])
    rewritten, still = sum(account.rewritten.values()), sum(account.open.values())
    numbers = [
        counted(len(steps), "step"),
        f"{counted(found.moved, 'file')} moved, {found.unchanged:,} of them unchanged" if found.moved else "nothing moved",
        f"{counted(rewritten, 'mention')} rewritten",
        *([counted(found.created, "new file")] if found.created else []),
        *([f"{found.edited:,} edited in place"] if found.edited else []),
        *([f"{found.deleted:,} gone"] if found.deleted else []),
        f"{still:,} open" if still else "nothing open",
    ]
    yield f"**{' · '.join(numbers)}**"
    yield ""
    yield "Each step is one commit that can be judged alone; whatever named a file before names the same file afterwards, or is listed here."
    running = Counter(entry.kind for entry in account.mentions if entry.kind in RUNS)
    if running:
        kinds = ", ".join(f"{kind} {number}" for kind, number in running.most_common())
        yield from (
            "",
            "> [!WARNING]",
            f"> {counted(running.total(), 'mention')} of old places in files that run ({kinds}) may break: look before you merge.",
        )
    failed = [f"{step.number} {gate}" for step in steps for gate, said in step.gates.items() if said == "failed"]
    unjudged = sorted({gate for step in steps for gate, said in step.gates.items() if said == "not run"})
    if failed:
        yield from ("", "> [!WARNING]", f"> Gates that failed: {', '.join(map(_code, failed))}.")
    if unjudged:
        yield from (
            "",
            "> [!NOTE]",
            f"> Declared gates that did not judge these steps, because nobody had approved them: {', '.join(map(_code, unjudged))}.",
        )


def _steps(steps: Sequence[BroughtOut], many: int) -> Iterator[str]:
    yield from ("", "## What moves, and why", "", "| step | what | moved | rewritten | open | gates |", "|---|---|--:|--:|--:|---|")
    for step in steps:
        account = step.account
        still = f"**{sum(account.open.values())}**" if account.urgent else str(sum(account.open.values()) or "")
        yield f"| {step.number} | {_plain(step.title)} | {step.files or ''} | {sum(account.rewritten.values()) or ''} | {still} | {_gates(step)} |"
    whys = [f"- **{step.number}** {_plain(step.why)}" for step in steps]
    moves = [f"- {_code(old)} → {_code(new)} ({step.number})" for step in steps for old, new in step.moves]
    yield from _folded(f"Why, step by step ({len(whys)})", whys, max(many, _FEW))
    yield from _folded(f"Every move ({len(moves)})", moves, many)


def _gates(step: BroughtOut) -> str:
    if not step.gates:
        return "not known here"
    passed = sum(said == "passed" for said in step.gates.values())
    rest = [f"{'✗' if said == 'failed' else '·'} {gate}" for gate, said in step.gates.items() if said != "passed"]
    return ", ".join([f"✓ {passed}", *map(_code, rest)])


def _open(steps: Sequence[BroughtOut], many: int) -> Iterator[str]:
    entries = accounts.together([step.account for step in steps]).mentions
    leaving: dict[tuple[str, int, str], list[str]] = {}
    for step in steps:
        for entry in step.account.mentions:
            leaving.setdefault(accounts.line_of(entry), []).append(step.number)
    told = [(entry, _mention(entry, leaving[accounts.line_of(entry)])) for entry in entries]
    running = [line for entry, line in told if entry.kind in RUNS]
    rest = [line for entry, line in told if entry.kind not in RUNS]
    if running:
        yield from ("", "## Open, in files that run", "")
        yield from running[:_FEW]
        yield from _folded(f"{len(running) - _FEW} more in files that run", running[_FEW:], many)
    if rest:
        yield from ("",) if running else ("", "## Open", "", "Mentions of old places that nobody here is known to run.")
        yield from _folded(f"Open in other files ({len(rest)})", rest, many)


def _mention(entry: MentionOut, numbers: Iterable[str]) -> str:
    steps = ", ".join(dict.fromkeys(numbers))
    return f"- [ ] {_code(f'{entry.path}:{entry.line}')} {_code(entry.text.strip(), 120)}: {_plain(entry.reason)} ({steps})"


def _by_hand(steps: Sequence[BroughtOut]) -> Iterator[str]:
    todos = dict.fromkeys(todo for step in steps for todo in step.todos)
    if todos:
        yield from ("", "## By hand", "")
        yield from (f"- [ ] {_plain(todo)}" for todo in todos)


def _review(found: Requested, steps: Sequence[BroughtOut], many: int) -> Iterator[str]:
    """The order in which little reading tells most: what people wrote, what may break, what was rewritten; moves are proven, not read."""
    span = f"{word(found.onto)}...{word(found.branch)}"
    yield from ("", "## How to review it", "")
    again = f"`migrate review {word(found.onto)}..{word(found.branch)}` makes every step again and compares"
    order = [f"Prove what a program made: {again}; `migrate verify --rev {word(found.branch)}` has the gates judge it again."]
    if found.foreign:
        order.append(f"Read what people wrote on top, {counted(len(found.foreign), 'commit')}; no program vouches for it:")
    running = [step.number for step in steps if step.account.urgent]
    if running:
        order.append(f"Look at what is open in files that run, above (steps {', '.join(running)}).")
    if found.created:
        order.append(f"Read what is new: `git diff --diff-filter=A {span}` ({counted(found.created, 'file')}).")
    order.append(f"Skim what was rewritten: `git diff -M -l0 --diff-filter=MR {span}` shows moved files by their changed lines alone.")
    if found.unchanged:
        order.append(f"Leave out the rest: {counted(found.unchanged, 'moved file')} did not change by a byte.")
    for at, line in enumerate(order, 1):
        yield f"{at}. {line}"
        if line.endswith(":"):
            yield from (f"   - `{commit.id[:9]}` {_code(commit.subject, 90)}" for commit in found.foreign[:_FEW])
            if len(found.foreign) > _FEW:
                yield f"   - … and {len(found.foreign) - _FEW} more"
    if all(step.alone for step in steps):
        yield from _folded(
            "Step by step", [f"- {step.number} `git show -M -l0 {step.commit[:12]}` {_plain(step.title)}" for step in steps], max(many, _FEW)
        )


def _others(found: Requested, steps: Sequence[BroughtOut]) -> Iterator[str]:
    numbers = sorted({step.number.partition(".")[0] for step in steps if step.number.partition(".")[0].isdigit()})
    branch = word(found.branch)
    yield from (
        "",
        "## If you have an open branch",
        "",
        "It need not be merged first. After this is merged, `migrate carry BRANCH` takes it along: its changes go where their files went, names of old places in",
        "them are rewritten, and only what really conflicts is left to you. The branch itself stays as it is.",
        "",
        "## Taking it back",
        "",
        f"- Before the merge: `migrate rollback --all --branch {branch}`, or `--to STEP` for the later ones alone.",
    )
    yield from (
        f"- After it: `migrate rollback {asked} --onto {word(found.onto)}` on today's code; later work is kept."
        for asked in (*(f"--phase {number}" for number in numbers), *(f"--step {word(step.id)}" for step in steps if not step.number[0].isdigit()))
    )


# pieces of Markdown ----------------------------------------------------------------------------------------------------


def _folded(summary: str, lines: Sequence[str], many: int) -> Iterator[str]:
    """Lines behind a summary, so many at most."""
    if lines:
        more = [f"- … and {len(lines) - many:,} more"] if len(lines) > many else []
        yield from ("", "<details>", f"<summary>{summary}</summary>", "", *lines[:many], *more, "", "</details>")


def _code(text: str, most: int = 200) -> str:
    """A text as code, in one line, in a cell of a table too."""
    one = single(" ".join(redact(text).split()))
    one = (one if len(one) <= most else f"{one[:most]} …").replace("|", "¦")
    fence = ticks(one)
    pad = " " if "`" in one else ""
    return f"{fence}{pad}{one or ' '}{pad}{fence}"


def _plain(text: str) -> str:
    """A sentence of ours: what stands in it between backticks stays code, nothing else in it is markup or calls anybody."""
    parts: Iterable[str] = single(" ".join(redact(text).split())).split("`")
    said = [_code(part) if at % 2 and part else _unmarked(part) for at, part in enumerate(parts)]
    return "".join(said)


def _unmarked(text: str) -> str:
    text = re.sub(r"([\\*_<>\[\]|~])", r"\\\1", text)
    return re.sub(r"(?<![\w`])([@#])(?=\w)", r"\1&#8203;", text)
