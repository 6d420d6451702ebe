"""Documents: the texts of a repository for people, what each says, and what shows what it is about. Nobody decides here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from migrator.facts.documents.evidence import evidence, kinds, languages, says
from migrator.facts.documents.model import Document, Evidence, Heading, Sign
from migrator.facts.documents.reading import anchors, content, markup_of, slug
from migrator.facts.documents.sites import Site, site_of
from migrator.facts.sources import sources

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = [
    "Document",
    "Evidence",
    "Heading",
    "Sign",
    "Site",
    "anchors",
    "documents",
    "evidence",
    "kinds",
    "languages",
    "markup_of",
    "says",
    "site_of",
    "slug",
]


def documents(facts: Facts) -> Mapping[RepoPath, Document]:
    """The documents that people wrote, by path; those that families made are not among them (L6)."""
    return facts.derive(_documents)


def _documents(facts: Facts) -> Mapping[RepoPath, Document]:
    return {path: _document(facts, path) for path in sources(facts) if markup_of(path)}


def _document(facts: Facts, path: RepoPath) -> Document:
    said = facts.told(path, content, markup_of(path))
    return Document(path, said.title, said.headings, len(said.prose.split()))
