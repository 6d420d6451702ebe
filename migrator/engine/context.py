"""One repository with what migrations need of it: facts of any revision, the plan file, the journal, the lock."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from copy import copy
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Self

from filelock import FileLock, Timeout

from migrator.cache import Cache, cache_directory
from migrator.errors import PlanError, RepositoryError, UsageError
from migrator.facts import Contents, Facts
from migrator.git.commits import changes_of
from migrator.graph import Scanner
from migrator.journal import Ledger
from migrator.languages.text.catalogue import Catalogue, Entry, added, said_by
from migrator.paths import repo_path
from migrator.planfile import PLAN_FILE, PlanFile, load_plan_file, read_toml
from migrator.registry import formats as installed
from migrator.trust import Door

if TYPE_CHECKING:
    import pydantic

    from migrator.documents import Documents
    from migrator.git import Repository
    from migrator.git.commits import Changed
    from migrator.phase import Phase
    from migrator.tree import Tree

Progress = Callable[..., None]
"""What goes on and, where that is known, how much of how much is done: `progress(what, done, of)`."""


class Engine(Ledger):
    """One repository with what migrations need of it; what is done with it are the modules beside this one."""

    def __init__(
        self,
        repository: Repository,
        phases: Sequence[Phase] | Callable[[], Sequence[Phase]],
        progress: Progress = lambda *_: None,
        door: Door | None = None,
    ) -> None:
        super().__init__(repository)
        self._given = phases
        self.progress = progress
        self.door = door or Door()
        """What decides whether a declared command may run; without one nothing may."""
        self._local = True

    def as_committed(self) -> Self:
        """The same, but a plan file counts only as a tree has it: what was done is done or judged again the same on every machine (L4)."""
        other = copy(self)
        other._local = False  # noqa: SLF001  our own kind
        return other

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """The phases, by number."""
        self.progress("loading the phases")
        return tuple(sorted(given() if callable(given := self._given) else given, key=lambda phase: phase.number))

    def rules(self, tree: Tree) -> PlanFile:
        """What the plan file says to whoever asks no phase: phases are loaded only where it speaks of them and may be wrong."""
        text = self.plan_text(tree)
        return load_plan_file(text, self.phases if text and "phases" in text else ())[0]

    def plan_file(self, tree: Tree) -> tuple[PlanFile, dict[str, pydantic.BaseModel]]:
        """The repository's plan file on top of the shipped one. The work tree's `migrate.toml` counts before the committed one."""
        return load_plan_file(self.plan_text(tree), self.phases)

    def plan_text(self, tree: Tree) -> str | None:
        """What the plan file says that counts, where there is one."""
        local = self.repository.path / PLAN_FILE
        try:
            if self._local and local.is_file():
                return local.read_text(encoding="utf-8")
            return self.repository.read(tree[PLAN_FILE].blob).decode("utf-8") if PLAN_FILE in tree else None
        except UnicodeDecodeError as error:
            raise PlanError(f"{PLAN_FILE} is not UTF-8", f"save {PLAN_FILE} as UTF-8") from error

    def added(self, tree: Tree, plan_file: PlanFile | None = None) -> tuple[tuple[str, Entry], ...]:
        """The formats that a plan file adds and those of installed packages, each with where it is from; the first counts before the rest.

        Without a plan file they are those of the one in the tree: what a file names depends on the tree alone, whatever the work tree says by now (L4).
        """
        own = self._committed(tree) if plan_file is None else plan_file.format
        return (*((str(PLAN_FILE), entry) for entry in own), *self._installed)

    @cached_property
    def _installed(self) -> tuple[tuple[str, Entry], ...]:
        return installed()

    def _committed(self, tree: Tree) -> tuple[Entry, ...]:
        if PLAN_FILE not in tree:
            return ()
        text = self.repository.read(tree[PLAN_FILE].blob).decode("utf-8", "replace")
        entries, problems = said_by(read_toml(text, PLAN_FILE), text, PLAN_FILE)
        if problems:
            raise PlanError(f"{PLAN_FILE} has problems as it is committed", f"correct {PLAN_FILE} and commit it", problems)
        return entries

    def unlike(self, tree: Tree) -> bool:
        """Whether the plan file that counts here is not the one of a tree."""
        said = self.repository.read(tree[PLAN_FILE].blob) if PLAN_FILE in tree else None
        return self.plan_text(tree) != (None if said is None else said.decode("utf-8", "replace").replace("\r\n", "\n"))

    def uncommitted(self, tree: Tree, plan_file: PlanFile) -> bool:
        """Whether a plan file adds other formats than the one in the tree, which count."""
        try:
            return plan_file.format != self._committed(tree)
        except PlanError:
            return True

    def formats(self, tree: Tree) -> Catalogue:
        """The formats by which the files of a tree are read."""
        return added(tuple(entry for _, entry in self.added(tree)))

    def facts(self, revision: str, plan_file: PlanFile | None = None, formats: Catalogue | None = None) -> Facts:
        """The facts of a revision, by what its plan file says or another one, and read by its own formats or by others."""
        store = self.repository.store()
        tree = self.repository.tree(revision)
        plan_file = self.rules(tree) if plan_file is None else plan_file
        rules = repr((plan_file.exclude, self.added(tree))) if formats is None else ""
        scanner = Scanner(store, self.cache, plan_file.hidden(), formats or self.formats(tree), rules=rules, progress=self.progress)
        history = partial(self.repository.history, revision)
        changes = cache(partial(self._changes, revision))
        documents = partial(self._document, plan_file, revision)
        return Facts(tree, store, scanner, history=history, changes=changes, documents=documents, answers=plan_file.answers)

    def _changes(self, revision: str) -> tuple[Changed, ...]:
        """What the commits of a history changed: asked of git once for each commit, kept between runs."""
        key = f"changes:1:{self.repository.resolve(revision)}"
        kept = self.cache.get([key]).get(key)
        log = zlib.decompress(kept) if kept is not None else self.repository.changes(revision)
        if kept is None:
            self.cache.put({key: zlib.compress(log, 1)})
        return changes_of(log)

    def _document(self, plan_file: PlanFile, revision: str, name: str) -> Contents | None:
        """A declared document; None when none has this name.

        It is taken from the newest tree that people made: steps of ours change where things are, not what they say, and a run that goes on
        after some of them has to see what it saw at first. What the plan file names only there is taken from the revision's own tree.
        """
        from migrator.engine.commits import STEP  # noqa: PLC0415  few commands take one

        document = plan_file.documents.get(name)
        if document is None:
            return None
        approval = self.door.approval(plan_file)
        if approval.waiting:
            return Contents(why=f"its command did not run, {approval.waiting.why}", remedy="look at `migrate trust`")
        trees = (commit.tree for commit in self.repository.log(revision, first_parent=True) if STEP not in commit.trailers)
        made = self.repository.tree(next(trees, revision))
        directory = repo_path(document.directory)
        tree = made if made.is_dir(directory) else self.repository.tree(revision)
        return self._documents.take(name, approval.documents[name], tree, self.repository.store())

    @cached_property
    def _documents(self) -> Documents:
        from migrator.documents import Documents  # noqa: PLC0415  few commands take one

        return Documents(self.repository, self.cache, self.progress)

    @cached_property
    def cache(self) -> Cache:
        """What is kept between runs."""
        return Cache(cache_directory())

    def chosen(self, numbers: Collection[int]) -> tuple[Phase, ...]:
        """The phases with these numbers, all when none is given. Raises UsageError for an unknown number."""
        if unknown := set(numbers) - {phase.number for phase in self.phases}:
            raise UsageError(f"there is no phase {', '.join(map(str, sorted(unknown)))}", "migrate phases")
        return tuple(phase for phase in self.phases if not numbers or phase.number in numbers)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the repository's lock, with whatever a dead process left carried out first.

        Raises RepositoryError when another `migrate` is at work.
        """
        folder = self.repository.common_dir / "migrate"
        lock = FileLock(folder / "lock", timeout=0)
        try:
            folder.mkdir(exist_ok=True)
            lock.acquire()
        except Timeout as error:
            raise RepositoryError("another `migrate` is at work in this repository", "wait for it, then `migrate status`") from error
        except OSError as error:
            raise RepositoryError(
                f"{folder} cannot be written: {error}", f"check the permissions of .git, and that nothing else uses {folder}"
            ) from error
        try:
            self.journal.settle()
            yield
        finally:
            lock.release()
