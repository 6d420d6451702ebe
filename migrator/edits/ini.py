"""Changes to INI files: pytest.ini, tox.ini, setup.cfg."""

from __future__ import annotations

import configparser
import re
from dataclasses import dataclass

from migrator.edits import EditError
from migrator.edits.source import Source

__all__ = ["AddIniItem"]


@dataclass(frozen=True, slots=True)
class AddIniItem:
    """An item of an option that is a list, at its end, unless it is there already; the option and its section are made where they are missing."""

    section: str
    option: str
    item: str

    def apply(self, source: bytes) -> bytes:
        """The changed text. Raises EditError when the text is no INI file or the change would alter more than it should."""
        text = Source.read(source)
        before = _read(text.text)
        there = before.get(self.section, {}).get(self.option)
        if self.item in (there or "").split():
            return source
        head = re.compile(rf"(?m)^\[{re.escape(self.section)}\][^\n]*(?:\n|\Z)")
        found = head.search(text.text)
        if found is None:
            at, added = len(text.text), f"[{self.section}]\n{self.option} = {self.item}\n"
            gap = "" if not text.text else "\n" if text.text.endswith("\n") else "\n\n"
            added = f"{gap}{added}"
        elif there is None:
            at, added = found.end(), f"{self.option} = {self.item}\n"
            added = added if found[0].endswith("\n") else f"\n{added}"
        else:
            option = re.compile(rf"(?mi)^{re.escape(self.option)}[ \t]*[=:][^\n]*(?:\n[ \t]+[^\s#;][^\n]*)*").search(text.text, found.end())
            if option is None:
                raise EditError(f"`{self.option}` cannot be found")
            at = option.start() + len(option[0].rstrip())
            added = f"\n    {self.item}" if "\n" in option[0].strip() else f" {self.item}"
        changed = text.splice(at, at, added)
        before.setdefault(self.section, {})[self.option] = " ".join([*(there or "").split(), self.item])
        after = _read(Source.read(changed).text)
        after[self.section][self.option] = " ".join(after[self.section].get(self.option, "").split())
        if after != before:
            raise EditError("the change would alter more than it should")
        return changed

    def __str__(self) -> str:
        return f"[{self.section}] {self.option} += {self.item}"


def _read(text: str) -> dict[str, dict[str, str]]:
    parser = configparser.ConfigParser(interpolation=None, default_section="\0")
    try:
        parser.read_string(text)
    except configparser.Error as error:
        # The first line: those behind it quote the file, which may hold secrets.
        raise EditError(f"no INI file: {str(error).partition(chr(10))[0]}") from None
    return {section: dict(parser.items(section)) for section in parser.sections()}
