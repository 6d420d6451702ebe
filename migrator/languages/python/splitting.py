"""Taking a from-import apart: the one rewrite that is more than a span. LibCST reads the statement, so comments and layout go with their names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import dropwhile, pairwise, takewhile

import libcst as cst

__all__ = ["split"]

_LINE = 120
"""A new from-import longer than this goes in parentheses."""
_Blank = cst.BaseParenthesizableWhitespace
_NOTHING = cst.SimpleWhitespace("")


def split(text: str, wanted: Sequence[tuple[str, str] | None], indent: str | None, eol: str) -> list[str]:
    """The statements that a from-import becomes: itself with the names that stay, and one for every other module.

    `wanted` says for each name where it is imported from now (the empty module: by itself) and how its clause reads, or None where it stays.
    Without an indentation there is room for one line only. Nothing where LibCST cannot read the statement.
    """
    page = cst.Module([], default_newline=eol)
    try:
        statement = _parsed(text, eol)
        return [piece if isinstance(piece, str) else page.code_for_node(piece) for piece in _pieces(statement, wanted, indent)]
    except cst.ParserSyntaxError:
        return []


def _parsed(text: str, eol: str) -> cst.ImportFrom:
    line = cst.ensure_type(cst.parse_statement(text, cst.PartialParserConfig(default_newline=eol)), cst.SimpleStatementLine)
    return cst.ensure_type(line.body[0], cst.ImportFrom)


def _names(statement: cst.ImportFrom) -> Sequence[cst.ImportAlias]:
    return () if isinstance(statement.names, cst.ImportStar) else statement.names


def _pieces(statement: cst.ImportFrom, wanted: Sequence[tuple[str, str] | None], indent: str | None) -> Iterator[str | cst.ImportFrom]:
    gaps = _gaps(statement)
    stays = [index for index, change in enumerate(wanted) if change is None]
    if stays:
        yield _reduced(statement, gaps, stays)
    groups: dict[str, list[tuple[int, str]]] = {}
    for index, change in enumerate(wanted):
        if change is not None:
            groups.setdefault(change[0], []).append((index, change[1]))
    for module, group in groups.items():
        clauses = [clause for _, clause in group]
        if not module:
            yield from (f"import {clause}" for clause in clauses)
            continue
        line = f"from {module} import {', '.join(clauses)}"
        before, behind = [_before(gaps[index]) for index, _ in group], [_behind(gaps[index + 1]) for index, _ in group]
        roomy = indent is not None and (any(before) or any(behind) or len(line) + len(indent) > _LINE)
        yield _spread(_parsed(line, "\n"), before, behind, indent) if roomy and indent is not None else line


def _gaps(statement: cst.ImportFrom) -> list[_Blank]:
    """The blanks around the names, comments included: before the first, between each two, behind the last."""
    opening = statement.lpar.whitespace_after if statement.lpar is not None else _NOTHING
    closing = statement.rpar.whitespace_before if statement.rpar is not None else _NOTHING
    return [opening, *(name.comma.whitespace_after if isinstance(name.comma, cst.Comma) else closing for name in _names(statement))]


def _reduced(statement: cst.ImportFrom, gaps: list[_Blank], stays: list[int]) -> cst.ImportFrom:
    """The statement with some of its names; every byte of them and between them stays."""
    names = _names(statement)
    opening = _meeting(gaps[0], gaps[stays[0]], gaps[0])
    closing = _meeting(gaps[stays[-1] + 1], gaps[-1], gaps[-1])
    kept = [_followed(names[index], _meeting(gaps[index + 1], gaps[following], gaps[index + 1])) for index, following in pairwise(stays)]
    last = names[stays[-1]]
    if isinstance(last.comma, cst.Comma) and (isinstance(names[-1].comma, cst.Comma) or _behind(closing)):
        last, closing = _followed(last, closing), _NOTHING
    else:
        last = last.with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return statement.with_changes(
        lpar=statement.lpar and statement.lpar.with_changes(whitespace_after=opening),
        names=[*kept, last],
        rpar=statement.rpar and statement.rpar.with_changes(whitespace_before=closing),
    )


def _followed(name: cst.ImportAlias, blank: _Blank) -> cst.ImportAlias:
    """A name with other blanks behind its comma."""
    return name.with_changes(comma=cst.ensure_type(name.comma, cst.Comma).with_changes(whitespace_after=blank))


def _meeting(behind: _Blank, before: _Blank, layout: _Blank) -> _Blank:
    """The blanks between two names that were apart: the comment behind the one, those before the other, laid out as one of both."""
    if not isinstance(layout, cst.ParenthesizedWhitespace):
        if not _behind(behind) and not _before(before):
            return layout
        layout = cst.ensure_type(before if _before(before) else behind, cst.ParenthesizedWhitespace)
    first = behind.first_line if isinstance(behind, cst.ParenthesizedWhitespace) else cst.TrailingWhitespace(newline=layout.first_line.newline)
    empty = takewhile(lambda line: line.comment is None, layout.empty_lines)
    return layout.with_changes(first_line=first, empty_lines=[*empty, *_before(before)])


def _behind(gap: _Blank) -> cst.Comment | None:
    """The comment on the line where a gap begins: it belongs to what stands there."""
    return gap.first_line.comment if isinstance(gap, cst.ParenthesizedWhitespace) else None


def _before(gap: _Blank) -> list[cst.EmptyLine]:
    """The lines from the first comment that has one for itself: they belong to what follows."""
    lines = gap.empty_lines if isinstance(gap, cst.ParenthesizedWhitespace) else ()
    return list(dropwhile(lambda line: line.comment is None, lines))


def _spread(statement: cst.ImportFrom, before: list[list[cst.EmptyLine]], behind: list[cst.Comment | None], indent: str) -> cst.ImportFrom:
    """A statement in parentheses, with a line and its comments for every name."""
    inner = indent + ("\t" if indent.startswith("\t") else "    ")
    opening, *between = (_turn(comment, comments, inner) for comment, comments in zip([None, *behind[:-1]], before, strict=True))
    blanks = [*between, _turn(behind[-1], [], indent)]
    names = [name.with_changes(comma=cst.Comma(whitespace_after=blank)) for name, blank in zip(_names(statement), blanks, strict=True)]
    return statement.with_changes(lpar=cst.LeftParen(opening), names=names, rpar=cst.RightParen())


def _turn(behind: cst.Comment | None, before: list[cst.EmptyLine], indent: str) -> _Blank:
    """The blanks from the end of a line with its comment to the begin of another one, with the comments between them."""
    lead = cst.SimpleWhitespace(indent)
    return cst.ParenthesizedWhitespace(
        cst.TrailingWhitespace(cst.SimpleWhitespace("  " if behind else ""), behind),
        [line.with_changes(whitespace=lead, newline=cst.Newline()) for line in before if line.comment],
        last_line=lead,
    )
