"""What the web applications of a tree serve: routers, their routes, and what includes what; read from the sources, which are never imported.

What each source says by itself is in `migrator.facts.routing`. `makers` are the classes that make routers, `names` follows imports, `values` reads paths.
`definitions` has the routers of a tree, `aliases` the names that each has elsewhere, `resolution` which routers an expression stands for, `prefixes` what
a router says of its path. With these, `registrations` says what is registered with one router, `hierarchy` which routers include which, `route_tables` what is
served in the end (as `served` keeps it), `entrypoints` what a server is started with. What is Flask's own is in `flask`.
"""

from migrator.facts.serving.aliases import filled, fillers
from migrator.facts.serving.definitions import Router, routers
from migrator.facts.serving.entrypoints import applications
from migrator.facts.serving.hierarchy import includes, inclusion_graph, inclusions, mounted, unread
from migrator.facts.serving.names import Name, called
from migrator.facts.serving.route_tables import BRACES, PARAMETER, included, is_known, own, routes
from migrator.facts.serving.served import Route, Served
from migrator.facts.serving.values import value_of

__all__ = [
    "BRACES",
    "PARAMETER",
    "Name",
    "Route",
    "Router",
    "Served",
    "applications",
    "called",
    "filled",
    "fillers",
    "included",
    "includes",
    "inclusion_graph",
    "inclusions",
    "is_known",
    "mounted",
    "own",
    "routers",
    "routes",
    "unread",
    "value_of",
]
