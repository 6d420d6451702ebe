"""How values read on a terminal: what will happen, what needs you, what was left and why, totals, next command."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from migrator.paths import is_within
from migrator.record import FOLDER
from migrator.report import accounts
from migrator.report.diff import diff_by_kind
from migrator.report.lens import EVERYTHING, Lens
from migrator.report.models.accounts import AccountOut, TodoOut
from migrator.report.models.base import short
from migrator.report.models.findings import FindingOut
from migrator.report.models.plans import moves_of
from migrator.report.models.trust import WaitingOut
from migrator.report.screen import ASK, DONE, FAILED, NEXT, STAYS, STYLES, WARN, Screen, fit
from migrator.report.teams.weekly import slices
from migrator.wording import counted, listed, word

if TYPE_CHECKING:
    from migrator.account.entries import Account
    from migrator.build import Built
    from migrator.engine.freshness import Stale
    from migrator.engine.making import DoneStep
    from migrator.engine.running import Run
    from migrator.errors import Finding
    from migrator.journal import JournalEntry
    from migrator.phase import Phase, Question
    from migrator.plan import Aside, GateReport, Plan, PlannedStep
    from migrator.report.models.branches import BranchOut
    from migrator.report.models.runs import RolledBackOut
    from migrator.report.models.setup import DoctorOut

_SHORT_PLAN = 8
"""Up to this many steps each shows why it is there; a longer plan is an overview, and `-v` tells the rest."""
_FEW = 5
_FEWER = 3
"""Of what only informs."""
_SLUG = 24
_LABEL = 6
_INDENT = " " * (2 + 2 + _LABEL + 1)
_ID = 7
_NARROW = 100
"""Terminals with fewer columns get rows without what can be said otherwise."""
_NEXT = "Next:  "


def commands(screen: Screen, following: Sequence[tuple[str, str]]) -> None:
    """`Next:` with each command and what it is for, aligned; where there is no room for both, below each other: a command is never cut, for people paste it."""
    width = max((len(command) for command, _ in following), default=0)
    longest = max((len(purpose) for _, purpose in following), default=0)
    gap = "    " if len(_NEXT) + width + 4 + longest <= screen.width else "  "
    fits = len(_NEXT) + width + len(gap) + longest <= screen.width
    for position, (command, purpose) in enumerate(following):
        label = _NEXT if position == 0 else " " * len(_NEXT)
        if fits or not purpose:
            screen.whole((label, "bold"), (fit(command, width) if purpose else command, "cyan"), (gap + purpose if purpose else "", "dim"))
        else:
            screen.whole((label, "bold"), (command, "cyan"))
            screen.hanging(" " * (len(_NEXT) + 2), (purpose, "dim"))


# the plan --------------------------------------------------------------------------------------------------------------


def plan(  # noqa: PLR0913  keyword-only from the fourth on
    screen: Screen, made: Plan, phases: Sequence[Phase], *, title: str, verbose: bool = False, lens: Lens = EVERYTHING
) -> None:
    """A plan as a readable tree; of a part of it the steps alone."""
    screen.line((title, "bold"))
    shown = lens.chosen(made)
    why = verbose or len(shown) <= _SHORT_PLAN
    for phase in phases:
        if not lens or any(step.phase == phase.name for step in shown):
            screen.line()
            _phase(screen, made, phase, why=why, verbose=verbose, lens=lens)
    if lens:
        screen.line()
        screen.line((f"{len(shown)} of {counted(len(made.steps), 'step')} shown · result tree of all {made.tree[:_ID]}", "bold"))
        return
    if made.questions:
        screen.line()
        _questions(screen, made.questions, verbose=verbose)
    if made.unasked:
        screen.line()
        _left(screen, made.unasked, verbose=verbose)
    screen.line()
    waiting(screen, WaitingOut.of(made.waiting), "would not run")
    told = accounts.together([AccountOut.of(step.account) for step in made.steps])
    accounts.columns(screen, told, urgently=False, where="" if verbose else " (-v)")
    accounts.by_hand(screen, tuple(dict.fromkeys(todo for step in made.steps for todo in step.todos)))
    screen.hanging("", (totals(made), "bold"))


def waiting(screen: Screen, found: WaitingOut, what: str) -> None:
    """What the plan file declares and nobody approved."""
    if found.commands:
        more = [f"{len(found.commands) - _FEW} more"] if len(found.commands) > _FEW else []
        screen.hanging("  ", (WARN, STYLES[WARN]), f" {', '.join([*found.commands[:_FEW], *more])} {what}: {found.why} (migrate trust)", below=4)


def _phase(screen: Screen, made: Plan, phase: Phase, *, why: bool, verbose: bool, lens: Lens) -> None:  # noqa: PLR0913  keyword-only
    every = [step for step in made.steps if step.phase == phase.name]
    steps = [step for step in every if lens.shows(step)]
    aside = [item for item in made.aside if item.phase == phase.name and (not lens or any(map(item.answers_to, lens.steps)))]
    notes = made.notes.get(phase.name) if not lens else None
    done = notes.done if notes else ()
    counts = (
        [(f"{len(steps)} of " if lens else "") + counted(len(every), "step")]
        + ([f"{len(aside)} cannot be made"] if aside else [])
        + ([f"{len(done)} already there"] if done else [])
    )
    screen.line((f"Phase {phase.number}  {phase.title}", "bold"), ("    " + ", ".join(counts), "dim"))
    names = [*(step.step.slug for step in steps), *(item.step.slug for item in aside), *(item.slug for item in done)]
    # Where there is little room, the title says what a step is, to its end, and its number names it.
    slugs = 0 if screen.width < _NARROW and steps else min(_SLUG, max((len(name) for name in names), default=0)) + 2
    for there in done:
        _row(screen, DONE, "done", fit(there.slug, slugs) + there.message, style="dim")
    if notes:
        _left(screen, notes.foremost, verbose=True)
    frequent = {} if verbose else _frequent(steps)
    # What is open in most steps is said once, below the plan.
    often = {"open"} if not verbose and sum(any(entry.runs for entry in step.account.open) for step in steps) > _FEW else set[str]()
    numbers = [" · ".join(filter(None, (summary(step.built), _open(step.account), _needs(step, every)))) for step in steps]
    room = screen.width - len(_INDENT) - slugs - 2
    # Most rows line up; the few with very long numbers give up some of their title.
    usual = sorted(map(len, numbers))[len(numbers) * 3 // 4] if numbers else 0
    column = min(max((len(step.step.title) for step in steps), default=0), max(24, room - usual))
    for step, text in zip(steps, numbers, strict=True):
        title = fit(step.step.title, max(24, min(column, room - len(text))))
        slug = (fit(step.step.slug, slugs), "cyan") if slugs else ""
        if slug or not title.endswith("…"):
            _row(screen, NEXT, step.number, Text.assemble(slug, title, "  ", (text, "dim")))
        else:
            _row(screen, NEXT, step.number, step.step.title)
            screen.hanging(_INDENT, (text, "dim"))
        _details(screen, step, quiet=frequent.keys() | often, why=why, verbose=verbose, lens=lens)
    for kind, found in frequent.items():
        number, first = found[0]
        where = len({step for step, _ in found})
        _row(screen, WARN, kind, f"{len(found):,} in {where} steps (-v), the first in {number}: {first}")
    for item in aside:
        _row(screen, FAILED, item.number, fit(item.step.slug, slugs) + f"cannot be made: {reason(item.findings)}")
        _findings(screen, item.findings[1:], verbose=verbose)
    if notes:
        _left(screen, (*notes.findings, *(notes.details if verbose else ())), verbose=verbose)
    if not names and not (notes and notes.findings):
        _row(screen, STAYS, "nothing", "to be done", style="dim")


def _frequent(steps: Sequence[PlannedStep]) -> dict[str, list[tuple[str, Finding]]]:
    """The kinds of findings that many steps have, each with its step's number: said once below them, not again at each."""
    kinds: dict[str, list[tuple[str, Finding]]] = defaultdict(list)
    for step in steps:
        for finding in step.findings:
            if finding.severity != "info":
                kinds[finding.kind].append((step.number, finding))
    return {kind: found for kind, found in kinds.items() if len({number for number, _ in found}) > _FEW}


def _needs(step: PlannedStep, steps: Sequence[PlannedStep]) -> str:
    """The steps that one needs, by number, without those that another one of them needs anyway."""
    by_slug = {other.step.slug: other for other in steps}

    def all_of(slug: str) -> set[str]:
        direct = by_slug[slug].step.needs if slug in by_slug else ()
        return {*direct, *(further for need in direct for further in all_of(need))}

    implied = {further for need in step.step.needs for further in all_of(need)}
    direct = sorted(by_slug[need].number if need in by_slug else need for need in step.step.needs if need not in implied)
    more = f" +{len(direct) - 2}" if len(direct) > 2 else ""  # noqa: PLR2004
    return f"needs {', '.join(direct[:2])}{more}" if direct else ""


def _open(told: Account) -> str:
    """How much of a step's account a person must look at."""
    return f"{len(told.open):,} open" if told.open else ""


def _row(screen: Screen, symbol: str, label: str, text: str | Text, style: str = "") -> None:
    """A line of a tree: symbol, label, text; a long text goes on below itself."""
    whole = Text(text, style=style) if isinstance(text, str) else text
    screen.hanging("  ", (symbol, STYLES[symbol]), " ", (label.ljust(_LABEL), style or "bold"), " ", whole, below=len(_INDENT))


def _details(screen: Screen, step: PlannedStep, *, quiet: Container[str], why: bool, verbose: bool, lens: Lens) -> None:  # noqa: PLR0913  keyword-only
    """What stands below a step: why it is there, what it touches, what is risky about it."""
    if verbose:
        screen.wrapped(_INDENT, step.step.why, style="dim")
        for old, new in moves_of(step.step, step.built):
            if lens.path(old, new) or any(lens.path(*pair) for pair in step.built.files.items() if is_within(pair[0], old)):
                screen.line(f"{_INDENT}{old} {NEXT} {new}")
        for sign, paths in (("+", step.built.created), ("~", step.built.edited), ("-", step.built.deleted)):
            for path in filter(lens.path, paths):
                screen.line(f"{_INDENT}{sign} {path}")
        screen.line((f"{_INDENT}tree {step.tree}", "dim"))
    elif why:
        screen.wrapped(_INDENT, " ".join(step.step.why.split()), style="dim")
    told = AccountOut.of(step.account)
    if verbose:
        accounts.columns(screen, told, indent=_INDENT)
    if "open" not in quiet:
        accounts.urgent(screen, told, indent=_INDENT, verbose=verbose, few=0)
    _findings(screen, [f for f in step.findings if verbose or (f.severity != "info" and f.kind not in quiet)], verbose=verbose)


def summary(built: Built) -> str:
    """What a step touches, in counts; its own record is not counted."""
    created = [path for path in built.created if not path.startswith(FOLDER)]
    counts = ((len(built.files), "moved"), (len(built.edited), "edited"), (len(created), "new"), (len(built.deleted), "deleted"))
    return " · ".join(f"{number:,} {word}" for number, word in counts if number)


def _findings(screen: Screen, findings: Sequence[Finding], *, verbose: bool, more: str = "-v") -> None:
    """What is risky about a step, below it; `more` is what shows the rest."""
    said = map(str, findings) if verbose else (f"{where}: {text}" if where else text for where, text in _grouped(findings))
    rows = list(dict.fromkeys(said))  # what a file says twice is one thing to look at
    for row in rows if verbose else rows[:2]:
        screen.hanging(_INDENT, (WARN, STYLES[WARN]), " ", row, below=len(_INDENT) + 2)
    if not verbose and len(rows) > 2:  # noqa: PLR2004
        screen.line((f"{_INDENT}  … and {len(rows) - 2} more ({more})", "dim"))


def _grouped(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """Findings as (where, message), those with one message together."""
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.message].append(finding)
    return [(_together(group), message) for message, group in groups.items()]


def _left(screen: Screen, findings: Iterable[Finding], *, verbose: bool) -> None:
    """What a phase left alone or wants known: places with one and the same message are counted, not listed."""
    kinds: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        kinds[finding.kind].append(finding)
    for kind, group in kinds.items():
        informs = all(finding.severity == "info" for finding in group)
        symbol = STAYS if kind == "stays" or informs else WARN
        few = _FEWER if informs else _FEW
        rows = [(_together([finding]), finding.message) for finding in group] if verbose else _grouped(group)
        shown = rows if verbose or len(rows) <= few + 1 else rows[:few]
        for where, message in shown:
            text, *picture = message.split("\n")
            _row(screen, symbol, kind, f"{where}   {text}" if where else text)
            for line in picture:
                screen.line(_INDENT + line)
        if more := len(rows) - len(shown):
            _row(screen, STAYS, kind, f"… {more:,} more (-v)", style="dim")


def _together(group: Sequence[Finding]) -> str:
    """Several places of one finding: named while they are few and neighbours, else counted."""
    if len(group) == 1:
        return str(group[0]).removesuffix(group[0].message).removesuffix(": ")
    places = list(dict.fromkeys(finding.path for finding in group))
    folders = {place.rpartition("/")[0] for place in places}
    folder = folders.pop() + "/" if len(folders) == 1 else ""
    if len(places) <= _FEW:
        names = ", ".join(place.removeprefix(folder) for place in places)
        return f"{folder}{{{names}}}" if folder and len(places) > 1 else names
    return f"{counted(len(places), 'place')} in {folder}" if folder else f"{counted(len(places), 'place')}, first {places[0]}"


def _questions(screen: Screen, questions: Sequence[Question], *, verbose: bool) -> None:
    screen.line(("Questions", "bold"), (" (`migrate answer`, or migrate.toml: [answers], or the table shown)", "dim"))
    shown = questions if verbose else questions[: 2 * _FEW]
    ids = max(len(question.id) for question in shown)
    places = min(48, max(len(question.where) for question in shown))
    for question in shown:
        tables = any("\n" in answer for answer in question.answers)
        words = f"   {' | '.join(question.answers)}" if question.answers and not tables else ""
        text = f" {fit(question.id, ids)}  {fit(question.where, places)}  {question.text}"
        screen.hanging("  ", (ASK, STYLES[ASK]), text, (words, "cyan"), below=4)
        for position, answer in enumerate(question.answers if tables else ()):
            if position:
                screen.line("    or")
            for line in answer.splitlines():
                screen.whole(("      " + line, "cyan"))
    if len(shown) < len(questions):
        screen.line((f"    … {len(questions) - len(shown):,} more (-v)", "dim"))


def totals(made: Plan) -> str:
    """The plan in one line."""
    built = [step.built for step in made.steps]
    moved = len({old for one in built for old in one.files})
    edited = len({path for one in built for path in one.edited})
    new = len({path for one in built for path in one.created if not path.startswith(FOLDER)})
    parts = [counted(len(built), "step"), counted(moved, "moved file"), counted(edited, "edited file"), counted(new, "new file")]
    return " · ".join(parts) + f" · result tree {made.tree[:_ID]}"


def diffs(screen: Screen, made: Plan, lens: Lens) -> None:
    """The changes of each step, by kind of file, as a diff that `git apply` takes."""
    for step in lens.chosen(made):
        screen.raw(f"{step.number} {step.step.title}\n\n".encode() + diff_by_kind(step.built, lens))


# running ---------------------------------------------------------------------------------------------------------------


def step(screen: Screen, item: DoneStep | Aside) -> None:
    """A step as it lands or is set aside."""
    from migrator.plan import Aside  # noqa: PLC0415  whoever makes steps has loaded it

    if isinstance(item, Aside):
        _aside(screen, item)
    else:
        _done(screen, item)


def _done(screen: Screen, item: DoneStep) -> None:
    seconds = sum(report.seconds for report in item.gates)
    name = fit(item.id.partition("/")[2], _SLUG)
    still = [f"{len(item.account.open):,} open"] if item.account.open else []
    end = f"{seconds:.1f} s  {item.commits[-1][:_ID]}"
    room = screen.width - 5 - _SLUG - 3 - len(end) - 2
    said = " · ".join([*map(_gate, item.gates), *still])
    if len(said) > room:
        ran = [report for report in item.gates if report.ran]
        warnings = sum(finding.severity != "info" for report in ran for finding in report.findings)
        silent = [f"{len(item.gates) - len(ran)} not run"] if len(ran) < len(item.gates) else []
        said = " · ".join([counted(len(ran), "gate"), *silent, *([counted(warnings, "warning")] if warnings else []), *still])
    screen.line(fit(item.number, 5), (name, "cyan"), " ", (DONE, STYLES[DONE]), f" {fit(said, min(len(said), room))}  ", (end, "dim"))


def _aside(screen: Screen, item: Aside) -> None:
    screen.line(fit(item.number, 5), (fit(item.step.slug, _SLUG), "cyan"), " ", (FAILED, STYLES[FAILED]), f" set aside: {reason(item.findings)}")
    _findings(screen, item.findings[1:], verbose=False, more="migrate status -v")


def _gate(report: GateReport) -> str:
    """A gate that passed, with how much it warns of, and what a check of the repository's own found better than before."""
    if not report.ran:
        return f"{report.gate} not run"
    warnings = sum(finding.severity != "info" for finding in report.findings)
    better = [finding.message for finding in report.findings if finding.kind == report.gate and finding.severity == "info"]
    notes = ([str(warnings)] if warnings else []) + better[:2]
    return f"{report.gate} ({', '.join(notes)})" if notes else report.gate


def reason(findings: Sequence[Finding]) -> str:
    """Why a step is not made: the first finding, with what found it where that says something."""
    if not findings:
        return "no reason given"
    first = findings[0]
    return str(first) if first.kind in {"needs", "problem"} else f"{first.kind}: {first}"


def run(screen: Screen, made: Run, *, todos: Sequence[TodoOut] = (), following: Sequence[tuple[str, str]]) -> None:
    """What a run came to."""
    branch = short(made.branch)
    if made.steps or made.aside:
        parts = [f"{len(made.steps)} of {counted(len(made.steps) + len(made.aside), 'step')} on {branch}"]
        if made.aside:
            parts.append(f"{len(made.aside)} set aside")
        screen.line()
        screen.hanging("", (" · ".join([*parts, f"tree {made.tree[:_ID]}", "your work tree is as you left it"]), "bold"))
        if made.cut is not None:
            slices.told(screen, made.cut)
        accounts.columns(screen, accounts.together([AccountOut.of(step.account) for step in made.steps]), urgently=False)
        waiting(screen, WaitingOut.of(made.unjudged), "judged none of these steps")
    else:
        where = f"{branch} is done" if made.head != made.base else "this repository already is what the plan wants"
        if made.cut is not None and made.plan.steps:
            where = slices.nothing(made.cut)
        if made.head == made.base and made.plan.hopeless:
            where = f"nothing could be planned, for {made.plan.hopeless[0].message}"
        screen.hanging("", (f"nothing to do: {where} · tree {made.tree[:_ID]}", "bold"))
    accounts.by_hand(screen, todos)
    commands(screen, following)


def moves(screen: Screen, planned: PlannedStep, *, verbose: bool = False) -> None:
    """What a batch of moves came to: numbers, the account, and what the gates warn of."""
    built, told = planned.built, AccountOut.of(planned.account)
    for old, new in moves_of(built.step, built)[:_FEW]:
        screen.line("  ", (NEXT, STYLES[NEXT]), f" {old} {NEXT} {new}")
    if (more := len(moves_of(built.step, built)) - _FEW) > 0:
        screen.line((f"    … and {more:,} more", "dim"))
    parts = [summary(built) or "nothing changes", accounts.numbers(told), f"tree {built.after.tree.id[:_ID]}"]
    screen.line((" · ".join(filter(None, parts)), "bold"))
    accounts.columns(screen, told)
    accounts.urgent(screen, told, verbose=verbose)
    _warnings(screen, [finding for finding in planned.findings if verbose or finding.severity != "info"], verbose=verbose)


def _warnings(screen: Screen, findings: Sequence[Finding], *, verbose: bool) -> None:
    """What gates warn of: many of one kind are one line."""
    kinds: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        kinds[finding.kind].append(finding)
    for kind, group in kinds.items():
        shown = [str(finding) for finding in group]
        if not verbose and len(group) > _FEWER:
            shown = [f"{len(group):,} (-v), the first: {group[0]}"]
        for row in shown:
            screen.hanging("  ", (WARN, STYLES[WARN]), f" {kind}  ", row, below=4)


# looking back ----------------------------------------------------------------------------------------------------------


def status(screen: Screen, branches: Sequence[BranchOut], *, verbose: bool = False) -> None:
    """Where every branch stands."""
    if not branches:
        screen.line("no migration has been run in this repository")
        commands(screen, [("migrate plan", "what would happen"), ("migrate run --phase 1", "the first phase, on a branch of its own")])
        return
    folded = [branch for branch in branches if over(branch)]
    shown = [branch for branch in branches if branch not in folded]
    for position, branch in enumerate(shown):
        if position:
            screen.line()
        _branch(screen, branch, verbose=verbose)
    if folded:
        if shown:
            screen.line()
        several = counted(len(folded), "branch", "branches")
        whose = "what it brought" if len(folded) == 1 else "what they brought"
        screen.line(
            "  ",
            (DONE, STYLES[DONE]),
            f" {several} merged: {folded[0].trunk} has, or had and took back, {whose}",
            ("" if verbose else " (-v)", "dim"),
        )
    for branch in folded if verbose else ():
        screen.line(f"      {branch.branch}", (f"  at {(branch.head or '')[:_ID]}, {counted(len(branch.steps), 'step')}", "dim"))


def over(branch: BranchOut) -> bool:
    """Whether nobody has anything to do any more about a branch: it is merged, nothing of it was set aside, and nothing is to be done by hand."""
    return branch.merged and not branch.set_aside and not branch.todos


def _branch(screen: Screen, branch: BranchOut, *, verbose: bool) -> None:
    if branch.head is None:
        screen.line((branch.branch, "bold"), ("    gone; what was on it is in `migrate log`", "dim"))
        return
    parts = [f"at {branch.head[:_ID]}", counted(len(branch.steps), "step")]
    if branch.set_aside:
        parts.append(f"{len(branch.set_aside)} set aside")
    if branch.foreign:
        parts.append(f"{counted(len(branch.foreign), 'commit')} of your own on top")
    parts.append(f"{counted(branch.behind, 'commit')} behind {branch.trunk}" if branch.behind else f"up to date with {branch.trunk}")
    screen.line((branch.branch, "bold"), "    " + " · ".join(parts))
    for step in branch.steps:
        _row(
            screen,
            DONE,
            step.number,
            Text.assemble((fit(step.id.partition("/")[2], _SLUG), "cyan"), "  ", step.title, (f"  {(step.commit or '')[:_ID]}", "dim")),
        )
    if silent := [step for step in branch.steps if step.unjudged]:
        gates = ", ".join(dict.fromkeys(gate for step in silent for gate in step.unjudged))
        several = counted(len(silent), "step")
        _row(
            screen,
            WARN,
            "gates",
            f"{gates} did not judge {several}, nobody had approved that: approved (migrate trust), taken back and run again, they do",
        )
    for item in branch.set_aside:
        findings = FindingOut.back(item.findings)
        _row(screen, FAILED, item.number, Text.assemble((fit(item.id.partition("/")[2], _SLUG), "cyan"), f"  set aside: {reason(findings)}"))
        _findings(screen, findings[1:], verbose=verbose)
    for commit in branch.foreign:
        _row(screen, STAYS, "yours", f"{commit.commit[:_ID]} {commit.subject}", style="dim")
    if branch.behind and branch.steps:
        updates = any(command.startswith("migrate update") for command in branch.next)
        merged = any(step.phase for step in branch.steps)
        there = ": it has these steps, or took them back, and a run makes what is new there" if merged else ""
        how = ": an update makes the steps on top of it" if updates else there
        _row(screen, STAYS, "behind", f"{branch.trunk} went on{how}", style="dim")
    told = accounts.together([step.account for step in branch.steps])
    accounts.columns(screen, told)
    accounts.urgent(screen, told, verbose=verbose)
    accounts.by_hand(screen, branch.todos)
    commands(screen, [(command, "") for command in branch.next] + ([(f"migrate done {branch.todos[0].id}", "")] if branch.todos else []))


def log(screen: Screen, entries: Sequence[JournalEntry]) -> None:
    """What happened, newest first."""
    if not entries:
        screen.line("nothing has happened yet")
    for entry in entries:
        where = short(entry.branch)
        change = "" if entry.old == entry.new else f"{(entry.old or 'nothing')[:_ID]} {NEXT} {(entry.new or 'nothing')[:_ID]}"
        what = " ".join(word for word in (entry.number if entry.number != "mv" else "", entry.title) if word)
        screen.line(
            (entry.time.replace("T", " ").removesuffix("+00:00"), "dim"),
            f"  {fit(entry.kind, 9)}",
            (fit(where, 20), "cyan"),
            f" {what}  ",
            (change, "dim"),
        )


def rolled_back(screen: Screen, branches: Sequence[RolledBackOut]) -> None:
    """What was taken back."""
    if not branches:
        screen.line("nothing to take back")
    for branch in branches:
        to = f"is at {branch.new[:_ID]} again" if branch.new else "is gone again, as before its first step"
        screen.line((DONE, STYLES[DONE]), (f" {branch.branch} {to}", "bold"), f" · {counted(len(branch.steps), 'step')} taken back")
        if branch.old:
            name = "NAME" if branch.new else word(branch.branch)
            screen.hanging("  ", (f"nothing is lost: git branch {name} {branch.old[:12]} brings it back", "dim"))


def verified(screen: Screen, revision: str, steps: Sequence[tuple[str, tuple[GateReport, ...]]]) -> None:
    """Each step's gates, judged again."""
    for title, reports in steps:
        good = all(report.passed for report in reports)
        symbol = DONE if good else FAILED
        screen.line("  ", (symbol, STYLES[symbol]), f" {fit(title, 60)}  ", (" · ".join(r.gate for r in reports if r.passed == good), "dim"))
        for report in reports:
            for finding in report.findings if not report.passed else ():
                screen.line(f"      {report.gate}: {finding}")
    hold = sum(all(report.passed for report in reports) for _, reports in steps)
    screen.line((f"{hold} of {counted(len(steps), 'step')} hold on {revision}", "bold"))


def stale(screen: Screen, revision: str, found: Sequence[Stale]) -> None:
    """The documents that no longer say what follows from the repository, with their sections and what changed."""
    for one in found:
        symbol = ASK if one.what == "asks" else NEXT
        screen.line(
            "  ", (symbol, STYLES[symbol]), f" {one.path}  ", (one.what, "dim"), ("  " + listed(list(one.sections), _FEW) if one.sections else "", "")
        )
        places = dict.fromkeys(str(origin) for origin in one.origins)
        if places:
            screen.line(f"{_INDENT}from {listed(list(places), _FEWER)}")
    if found:
        screen.line((f"{counted(len(found), 'document')} no longer {'says' if len(found) == 1 else 'say'} what follows from {revision}", "bold"))
    else:
        screen.line((f"every generated document says what follows from {revision}", "bold"))


def doctor(screen: Screen, found: DoctorOut) -> None:
    """What can run here, and the tables to paste."""
    screen.line(("Tools", "bold"))
    for tool in found.tools:
        symbol = DONE if tool.version else FAILED if tool.path else STAYS
        said = tool.version or (f"{tool.path} does not run" if tool.path else "not installed")
        screen.line("  ", (symbol, STYLES[symbol]), f" {fit(tool.name, 16)}{fit(tool.purpose, 34)}", (said, "dim"))
    screen.line()
    screen.line(("Gates that this repository suggests", "bold"))
    for gate in found.gates:
        symbol = DONE if gate.declared else ASK if gate.missing else NEXT
        state = "declared" if gate.declared else gate.missing or "nothing is missing"
        screen.line("  ", (symbol, STYLES[symbol]), f" {fit(gate.name, _SLUG)}  {fit(gate.source, 36)}  ", (state, "dim"))
    new = [gate for gate in found.gates if not gate.declared]
    if not found.gates:
        _row(screen, STAYS, "none", "the static gates always run", style="dim")
    if new:
        screen.line()
        screen.line(("For migrate.toml", "bold"))
        for gate in new:
            for line in gate.toml.splitlines():
                screen.line(f"  # {line}" if gate.missing else f"  {line}")


def phases(screen: Screen, installed: Sequence[Phase]) -> None:
    """What can be planned."""
    for phase in installed:
        screen.line((f"{phase.number}  ", "bold"), (fit(phase.name, 16), "cyan"), f" {fit(phase.title, 20)} ", (phase.summary, "dim"))
