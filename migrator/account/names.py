"""Names that stand alone: which are words or names of something else, and which may be a place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.account.named import APART
from migrator.languages.text.page import names as words
from migrator.paths import parent

if TYPE_CHECKING:
    from migrator.account.named import Named
    from migrator.account.text import Text
    from migrator.languages.text.account import Occurrence

__all__ = ["LOCKS", "variable", "word"]

_GIVEN = re.compile(
    rb"(?:^|[\s;&(])(?:(?:export|local|readonly|ARG|ENV)[ \t]+)?(?:\$env:)?([A-Za-z_]\w*)[ \t]*:?=[ \t]*[\"']?(?:[\w./-]+[ \t]+)*$|\bfor[ \t]+(\w+)[ \t]+in(?:[ \t]+[\w./-]+)*[ \t]+$"
)
"""A variable of a script that is given what follows."""
_NAMING = words(
    """name names id ids key keys slug title label labels tag tags image container container_name service services service_name servicename servicemonitor
    needs depends_on dependson links link host hostname hosts domain network networks network_mode volume volumes user username owner group groups role database
    db dbname schema namespace app component module-name type kind tier layer scope scopes environment env stage team channel category categories topic topics
    queue job jobs project projectname description summary message author keyword keywords alias aliases branch branches release chart instance selector
    serviceaccount serviceaccountname subset version upstream server_name proxy_pass ingress target-group"""
)
"""Keys whose value is a name, not a place."""
_NAMING_ENDS = words("user username password passwd db database dbname host hostname owner group role bucket region network label tool")
"""Last words of keys whose value is a name, not a place: `POSTGRES_USER`, `db-name`."""
_NAMING_OPTIONS = words(
    "-U --user --username --owner --group --chown -u -g -n --name --names --dbname --network --label --tag -t --filter --host --project"
)
"""Options whose value is a name; those of one letter are here where no tool at hand takes a place for it."""
_NAMING_COMMANDS = re.compile(
    rb"""(?:^|[\s"'`(/@-])(?:chown|chgrp|useradd|adduser|groupadd|addgroup|usermod|userdel|su|gosu|runuser|psql|createdb|dropdb|createuser|dropuser|pg_dump|pg_dumpall
    |pg_restore|pg_isready|mysql|mysqldump|mysqladmin|mongosh|mongodump|USER|groupdel|docker[ ](?:tag|push|pull|rmi)|docker[ -]compose|\.PHONY[ ]*:)(?:["'][^"'\n]*)?[ ][^;&|\n]*$""",
    re.VERBOSE,
)
"""Commands whose words are names of users, groups, databases, images or targets."""
_ATTRIBUTE = re.compile(rb"(?<![\w/.-])[A-Za-z_]\w*(?:\.\w+)+:$")
"""What stands before the name of something in a module (`app.main:app`)."""
_AT_COMMAND = re.compile(rb"(?:^|[;&|(]|\b(?:sudo|exec|then|do|else|env|run:))[ \t@-]*$")
"""What stands before a command: a folder is none."""
_TITLE = re.compile(
    rb"""[ \t]*(?:-[ \t]+)?["']?(?:name|title|description|summary|displayName|label|help|message|caption)["']?[ \t]*[:=][ \t]*["']?[^\n]*$"""
)
"""The beginning of a line that is prose for people."""
LOCKS = words("lock-bun lock-npm lock-pnpm lock-uv lock-yarn")
"""Dialects of lock files: their readers know each place in them that is ours."""
_FOLDER_KEYS = words(
    "template_folder static_folder templates_dir template_dir directory directories searchpath env_file root_path chdir folder basedir base_dir static_dir"
)
"""Keywords of code whose value is a folder or a file, a single word as well."""
_GIVEN_FOLDER = re.compile(
    rb"\b(?:Jinja2Templates|FileSystemLoader|StaticFiles|PackageLoader|load_dotenv|opendir|listdir|scandir|chdir)\(\s*\[?[\"']$"
)
"""What stands before a folder that a loader is given."""
_NAMES_ONLY = LOCKS | words("compose package tsconfig kustomization")
"""Dialects whose readers know every place where a path stands: a name alone anywhere else is none."""


def word(text: Text, one: Occurrence, named: Named) -> str:
    """Why a name without a separator is no place, or an empty text where it may be one."""
    if variable(text, one):
        return ""
    if one.alone == "word" or text.kind == "documents" or one.comment:
        return "a word"
    if text.kind in {"code", "data"}:
        given = one.alone == "call" or one.key.lower() in _FOLDER_KEYS or _GIVEN_FOLDER.search(text.ahead(one))
        return "" if given and text.kind == "code" else "a word"
    if one.alone == "argument" and text.kind not in {"scripts", "images", "CI"}:
        return "a word"
    if one.alone == "key" or one.key in _NAMING_OPTIONS or one.key.lower() in _NAMING or _last_word(one.key) in _NAMING_ENDS or _is_name(text, one):
        return "a name"
    if named.seen == APART and not text.choice(parent(named.path)):
        return "a name"
    return "a name" if text.spoken in _NAMES_ONLY else ""


def _is_name(text: Text, one: Occurrence) -> bool:
    """Whether a command, a title or a module makes a name of an occurrence."""
    ahead = text.ahead(one)
    if _NAMING_COMMANDS.search(ahead) or _ATTRIBUTE.search(ahead) or (_TITLE.match(ahead) and one.alone == "argument"):
        return True
    return one.alone == "argument" and _AT_COMMAND.search(ahead) is not None and text.source[one.end : one.end + 1] == b" "


def variable(text: Text, one: Occurrence) -> str:
    """The variable that is given an occurrence and that paths of the file are put together of."""
    if text.kind in {"documents", "data"} or one.comment or one.alone == "key" or (given := _GIVEN.search(text.ahead(one))) is None:
        return ""
    said = re.escape(given[1] or given[2])
    walked = rb"(?:/|\b(?:cd|pushd|-C|Set-Location)[ \t]+[\"']?)\$\{?" + said + rb"\b|\$[{(]?" + said + rb"[})]?[\"']?/"
    return said.decode("utf-8", "replace") if re.search(walked, text.source) else ""


def _last_word(key: str) -> str:
    return re.split(r"[_.-]|(?<=[a-z])(?=[A-Z])", key)[-1].lower()
