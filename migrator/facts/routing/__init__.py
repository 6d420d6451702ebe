"""What one Python source says of web applications, each read by itself: nothing is imported, and no other source is asked.

`model` has the words for what is said, `dialects` those of the frameworks. `sources` reads a source from its first line to its last: `syntax` knows what its
nodes say, `classes` what its classes make, `names` what its names stand for; then come `definitions`, `inclusions` and `endpoints`, `loops` written out.
What follows from several sources together is in `migrator.facts.serving`.
"""

from migrator.facts.routing.classes import classes
from migrator.facts.routing.model import DEEP, Class, Definition, Endpoint, Expression, Function, Inclusion, Passing, Source
from migrator.facts.routing.sources import defined, imported_and_filled, modules, read, source_of
from migrator.facts.routing.syntax import expression_of

__all__ = [
    "DEEP",
    "Class",
    "Definition",
    "Endpoint",
    "Expression",
    "Function",
    "Inclusion",
    "Passing",
    "Source",
    "classes",
    "defined",
    "expression_of",
    "imported_and_filled",
    "modules",
    "read",
    "source_of",
]
