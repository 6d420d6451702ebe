"""What a shell offers for the word at the cursor: commands, options, and what this repository has for their values.

Nothing is planned for it and nothing is wrong with it: where something cannot be known, whoever asks offers nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migrator.cli.commands.inspection import Format
from migrator.cli.teams.completion import Shell
from migrator.codeowners import counting
from migrator.paths import OURS
from migrator.report.screen import single
from migrator.wording import counted

if TYPE_CHECKING:
    from migrator.engine.teams.offers import Offers
    from migrator.journal import Ledger

__all__ = ["FREE", "SOURCES", "Here", "candidates"]

Offer = tuple[str, str]
"""What can stand there, and what it is."""


_LAST = 1000
"""So many commits are asked for people: nobody waits for more."""


class Here:
    """What there is around a directory. Raises RepositoryError outside a repository."""

    def __init__(self, directory: Path, branch: str | None = None) -> None:
        """`branch` is what was given as `--branch` already."""
        self._directory = directory
        self._branch = branch

    @cached_property
    def _ledger(self) -> Ledger:
        from migrator.git import Repository
        from migrator.journal import Ledger

        return Ledger(Repository.open(self._directory))

    @cached_property
    def _offers(self) -> Offers:
        from migrator.cache import Cache, cache_directory
        from migrator.engine.teams.offers import offered

        return offered(Cache(cache_directory()), self._ledger.repository)

    def phases(self, _: str) -> Iterator[Offer]:
        """Numbers of phases, as the last plan knew them."""
        return ((str(number), title) for number, title in self._offers.phases)

    def steps(self, word: str) -> Iterator[Offer]:
        """Steps that were planned or made: by number where one was begun, else by id."""
        made = [(one.step, one.number, one.title) for one in self._ledger.journal if one.kind == "step"]
        rows = dict.fromkeys((*self._offers.steps, *made))
        return ((number, title) if word[:1].isdigit() else (name, f"{number} {title}") for name, number, title in rows)

    def branches(self, _: str) -> Iterator[Offer]:
        """Branches of ours."""
        refs = self._ledger.repository.refs("refs/heads/migrate/")
        return ((ref.removeprefix("refs/heads/"), commit[:7]) for ref, commit in refs.items())

    def made(self, word: str) -> Iterator[Offer]:
        """The same, and those whose records came here with what was merged: their files have number and slug as names."""
        yield from self.steps(word)
        for path in self._ledger.repository.tracked(f"{OURS}/steps"):
            number, _, slug = path.rpartition("/")[2].removesuffix(".json").partition("-")
            yield (number, slug) if word[:1].isdigit() else (slug, number)

    def done(self, word: str) -> Iterator[Offer]:
        """Steps that are on a branch of ours now, the last first: to where it can go back."""
        from migrator.engine import branches

        for status in branches.statuses(self._ledger):
            name = status.branch.removeprefix("refs/heads/")
            if self._branch in {None, name, status.branch}:
                for one in reversed(status.steps):
                    yield (one.number, one.title) if word[:1].isdigit() else (one.step, f"{one.number} {one.title}")

    def heads(self, _: str) -> Iterator[Offer]:
        """Branches of everybody else, here and of remotes, but for the one that is checked out."""
        ours = {entry.branch for entry in self._ledger.journal.entries()} | {f"refs/heads/{self._ledger.repository.head_branch()}"}
        short = {ref.removeprefix("refs/heads/") for ref in ours}
        return (one for one in self._refs("refs/heads/", "refs/remotes/") if one[0] not in short and one[0].partition("/")[2] not in {*short, "HEAD"})

    def owners(self, _: str) -> Iterator[Offer]:
        """Who owns something by CODEOWNERS, else whoever made the last commits."""
        repository = self._ledger.repository
        tree = repository.tree("HEAD")
        if (said := counting(tree, lambda path: repository.read(tree[path].blob))) is not None:
            place, rules = said
            yield from ((owner, str(place)) for owner in dict.fromkeys(owner for rule in rules for owner in rule.owners))
            return
        yield from ((name, counted(number, "commit")) for name, number in repository.authors("HEAD", _LAST).most_common() if "[bot]" not in name)

    def revisions(self, _: str) -> Iterator[Offer]:
        """Branches and tags of everybody."""
        return self._refs("refs/heads/", "refs/tags/", "refs/remotes/")

    def spans(self, word: str) -> Iterator[Offer]:
        """The same, or what ends a range that was begun."""
        start, dots, end = word.rpartition("..")
        return ((f"{start}{dots}{name}", about) for name, about in self.revisions(end))

    def _refs(self, *prefixes: str) -> Iterator[Offer]:
        for prefix in prefixes:
            yield from ((ref.removeprefix(prefix), commit[:7]) for ref, commit in self._ledger.repository.refs(prefix).items())

    def paths(self, word: str) -> Iterator[Offer]:
        """Files and directories of the repository, seen from its root, one level at a time."""
        folder = word.rpartition("/")[0]
        start = f"{folder}/" if folder else ""
        names = (one[len(start) :] for one in self._ledger.repository.tracked(folder))
        seen = dict.fromkeys(start + (name[: at + 1] if (at := name.find("/")) >= 0 else name) for name in names)
        return ((name, "") for name in seen)

    def questions(self, word: str) -> Iterator[Offer]:
        """Questions with an equals sign behind them, or their answers where it is there."""
        for name, text, answers in self._offers.questions:
            if word.startswith(f"{name}="):
                yield from ((f"{name}={answer}", text) for answer in answers)
            else:
                yield f"{name}=", text

    def todos(self, _: str) -> Iterator[Offer]:
        """What is to be done by hand."""
        from migrator.engine import branches

        for ref in branches.names(self._ledger):
            yield from ((str(todo.number), todo.text) for todo in branches.status_of(self._ledger, ref).todos)


SOURCES: Mapping[str, Callable[[Here, str], Iterable[Offer]]] = {
    "--phase": Here.phases,
    "--branch": Here.branches,
    "--set": Here.questions,
    "--format": lambda *_: ((one.value, "") for one in Format),
    "ID": Here.steps,
    "rollback ID": Here.made,
    "rollback --to": Here.done,
    "TEAM": Here.owners,
    "BRANCH": Here.heads,
    "REV": Here.revisions,
    "[REV | A..B]": Here.spans,
    "COMMIT": Here.revisions,
    "PATH": Here.paths,
    "GLOB": Here.paths,
    "PATH[:LINE]": Here.paths,
    "SRC DST ...": Here.paths,
    "done ID": Here.todos,
    "SHELL": lambda *_: ((one.value, "") for one in Shell),
}
"""By command and placeholder, by option, or by placeholder: where the values are from."""
FREE = frozenset({"FILE", "DIR", "N", "K", "NAME", "FINGERPRINT", "WORD ...", "DATE"})
"""Placeholders of what the shell itself completes, or nobody."""


def candidates(words: Sequence[str], program: Any, here: Here) -> list[Offer]:  # noqa: ANN401  typer's own tree, whose classes change from version to version
    """What the last of some words can become; `program` is the command that the words are for."""
    *before, word = words
    offers: Iterable[Offer]
    name = next((one for one in before if not one.startswith("-")), None)
    if name is None:
        offers = _options(program, word) if word.startswith("-") else _commands(program)
    elif (command := program.commands.get(name)) is None:
        return []
    else:
        offers = _values(name, command, before[before.index(name) + 1 :], word, here)
    # What a line cannot show, a shell would hand to the terminal, or take for the next offer.
    return [(text, single(" ".join(about.split()))) for text, about in _like(word, offers) if text == single(text) and "\t" not in text]


def _like(word: str, offers: Iterable[Offer]) -> list[Offer]:
    """What begins with a word; where nothing does, what has a part that does, `ui` for `foundation/ui/button` and `@acme/ui`; else what holds it."""
    every = list(offers)
    option, equals, value = word.partition("=")
    start, wanted = (f"{option}=", value.casefold()) if equals and option.startswith("-") else ("", word.casefold())
    if (found := [one for one in every if one[0].startswith(word)]) or not wanted or word.startswith("-") > bool(equals):
        return found
    named = [(one, one[0].removeprefix(start).casefold()) for one in every if one[0].startswith(start)]
    parts = [one for one, text in named if any(text.startswith(wanted, at + 1) for at, sign in enumerate(text) if not sign.isalnum())]
    return parts or [one for one, text in named if wanted in text]


def _commands(program: Any) -> Iterator[Offer]:  # noqa: ANN401  as above
    return ((name, (command.help or "").partition(". ")[0]) for name, command in program.commands.items() if not command.hidden)


def _options(command: Any, word: str) -> Iterator[Offer]:  # noqa: ANN401  as above
    for one in command.params:
        for option in one.opts if one.param_type_name == "option" else ():
            if option.startswith("--") or not word.startswith("--"):
                yield option, (one.help or "").partition(". ")[0]
    yield "--help", "Show this message and exit"


def _values(name: str, command: Any, before: Sequence[str], word: str, here: Here) -> Iterable[Offer]:  # noqa: ANN401  as above
    taking = {option: one for one in command.params if one.param_type_name == "option" and not one.is_flag for option in one.opts}
    if before and before[-1] in taking:
        return _source(name, before[-1], taking[before[-1]], word, here)
    option, equals, value = word.partition("=")
    if equals and option in taking:
        return ((f"{option}={text}", about) for text, about in _source(name, option, taking[option], value, here))
    if word.startswith("-"):
        return _options(command, word)
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    given = [one for at, one in enumerate(before) if not one.startswith("-") and not (at and before[at - 1] in taking)]
    taken = next((one for at, one in enumerate(arguments) if one.nargs == -1 or at == len(given)), None)
    return _source(name, "", taken, word, here) if taken is not None else ()


def _source(name: str, option: str, one: Any, word: str, here: Here) -> Iterable[Offer]:  # noqa: ANN401  as above
    keys = (*(f"{name} {opt}" for opt in sorted(one.opts) if option), f"{name} {one.metavar}", *sorted(one.opts if option else ()), one.metavar)
    source = next((SOURCES[key] for key in keys if key in SOURCES), None)
    return source(here, word) if source is not None else ()
