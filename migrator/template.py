"""Generated files from templates that lie beside the phase that uses them.

The delimiters are `<% %>`, `<< >>` and `<# #>`: braces belong to the files that we generate. A name that a template uses
and nobody gives is an error, never an empty text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import jinja2

__all__ = ["render", "rendered"]


@lru_cache(maxsize=16)
def _environment(package: str) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader(package),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701  nothing of it is a web page
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
    )


def render(package: str, template: str, **values: object) -> bytes:
    """The text of `templates/TEMPLATE` in a Python package, with its names filled in. Raises jinja2.TemplateError, which is a bug of ours."""
    return _environment(package).get_template(template).render(**values).encode()


def rendered(package: str, template: str, values: Mapping[str, object], shown: Callable[[object], object]) -> str:
    """The same, where `shown` sees each value before it is printed."""
    return _environment(package).overlay(finalize=shown).get_template(template).render(**values)
