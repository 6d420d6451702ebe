"""The words for what one Python source says of routers and applications; nothing of other sources is in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["DEEP", "Class", "Definition", "Endpoint", "Expression", "Function", "Hook", "Inclusion", "Passing", "Source", "Statement"]

DEEP = 16
"""No chain of re-exports and inclusions is longer."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A piece of a source: its text and where it stands."""

    text: str
    start: int
    kind: str
    parts: tuple[Expression, ...] = ()
    """What an attribute, an addition, a formatted string or a call is made of."""

    @property
    def root(self) -> Expression:
        """What stands before the first dot of an attribute; itself for anything else."""
        return self.parts[0].root if self.kind == "attribute" and self.parts else self


@dataclass(frozen=True, slots=True)
class Definition:
    """`name = APIRouter(prefix=…)` or `name = FastAPI(…)`."""

    name: str
    maker: str
    """What makes it, by its last name: which of them make routers, only the classes of all modules tell."""
    prefix: Expression | None
    top: bool
    """Whether it is bound at the top of the module."""
    line: int
    through: str
    """The function that is given it and gives it back, where there is one: `made = filled(APIRouter())`."""
    scope: str
    """The function in which it is bound (`Class.method`; of `self.name` the class), an empty name at the top of the module."""
    title: str = ""
    """The name that a blueprint is given, by which its endpoints are known."""
    given: bool = False
    """Whether a function is given it, by a parameter that says what it is."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A function that a router serves, or an application mounted below a path."""

    router: str
    methods: tuple[str, ...]
    path: Expression | None
    name: str
    start: int
    line: int
    scope: str
    mounted: Expression | None = None
    """What is mounted."""
    end: int = 0
    inside: str = ""
    """The function in which that is said, whoever's the router is."""


@dataclass(frozen=True, slots=True)
class Inclusion:
    """`router.include_router(other, prefix=…)`; in a loop over what is written down one for each round, each from the same place.

    An application that is mounted below a path is one too, where it is of this repository.
    """

    router: str
    included: Expression
    prefix: Expression | None
    start: int
    end: int
    line: int
    scope: str
    names: tuple[str, ...] = ()
    """What the loop around it calls each of what it goes through, where that is not written down beside it."""
    over: Expression | None = None
    """What that loop goes through."""
    inside: str = ""
    """The function in which it stands, whoever's the router is."""


@dataclass(frozen=True, slots=True)
class Passing:
    """`register(app)`: a function is given something, which may be a router, under the name of one of its parameters."""

    given: str
    function: Expression
    place: int | str
    """Which argument: its position or its name."""
    line: int
    scope: str
    value: Expression
    start: int
    """Where the call begins."""
    end: int


@dataclass(frozen=True, slots=True)
class Function:
    """What a function is given and what it returns, by name."""

    parameters: tuple[str, ...]
    returned: tuple[Expression, ...]
    locals: frozenset[str]
    """The names that are its own."""
    returns: str = ""
    """What it says that it returns."""
    defaults: Mapping[str, Expression] = field(default_factory=dict)
    """By parameter that may be a path: what it is where nothing is given."""


@dataclass(frozen=True, slots=True)
class Class:
    """A class of a module, with the last names of what it derives from."""

    name: str
    bases: tuple[str, ...]
    prefix: Expression | None
    """The prefix that it gives to what it makes: what it hands on to the class above, or the default of its parameter."""


@dataclass(frozen=True, slots=True)
class Hook:
    """What an application does around its routes: `middleware`, `event`, `exception_handler`, `lifespan`."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Source:
    """What one module says."""

    routers: tuple[Definition, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    inclusions: tuple[Inclusion, ...] = ()
    hooks: tuple[Hook, ...] = ()
    imported: Mapping[str, int] = field(default_factory=dict)
    """Local name to the byte at which the imported name stands."""
    values: Mapping[str, Expression] = field(default_factory=dict)
    """What the module's names, its classes' attributes as `Class.name`, and those of its functions as `function:name` are assigned."""
    passings: tuple[Passing, ...] = ()
    functions: Mapping[str, Function] = field(default_factory=dict)
    """Its functions, and its classes' as `Class.name`."""


Statement = Definition | Endpoint | Inclusion | Hook | Passing
"""What a source may say."""
