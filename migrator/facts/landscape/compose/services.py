"""Services as nouns, made of what the engine sees; what looks like a secret stays behind (L13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from migrator.facts.landscape.addresses import looks_secret
from migrator.facts.landscape.compose import discretion
from migrator.facts.landscape.compose.model import (
    Build,
    Dependency,
    EnvironmentFile,
    EnvironmentVariable,
    Health,
    Mount,
    Port,
    Service,
)
from migrator.facts.landscape.compose.places import in_repository, shown
from migrator.facts.landscape.compose.shorthand import MOST_PORTS, ShorthandError, port_range
from migrator.facts.landscape.compose.values import Value
from migrator.origin import Origin, Said
from migrator.paths import RepoPath, join

if TYPE_CHECKING:
    from migrator.tree import Tree

__all__ = ["service"]

_T = TypeVar("_T")
_NOTHING = Value(None, ())


@dataclass
class _Reading:
    """One service on its way."""

    name: str
    value: Value
    tree: Tree
    literals: list[Origin] = field(default_factory=list)

    def at(self, *keys: str) -> Value:
        return self.value.get(*keys) or _NOTHING

    def text(self, *keys: str) -> Said[str] | None:
        """A text that may be shown; None where there is none."""
        return self.shown(self.at(*keys), keys[-1])

    def shown(self, value: Value, name: str = "") -> Said[str] | None:
        if value.data is None or value.data == "":
            return None
        text, hidden = discretion.text(name, value)
        self.literals += value.origins if hidden else ()
        return Said(text, value.origins)

    def words(self, *keys: str) -> Said[tuple[str, ...]] | None:
        """The words of a command; None where there is none."""
        value = self.at(*keys)
        if not isinstance(value.data, tuple):
            return None
        words, hidden = discretion.words(value)
        self.literals += hidden
        return Said(words, value.origins)

    def scalar(self, kind: type[_T] | tuple[type[_T], ...], *keys: str) -> Said[_T] | None:
        """A number or a truth value; None where there is none, or something else."""
        value = self.at(*keys)
        return Said(value.data, value.origins) if isinstance(value.data, kind) and value.data is not True else None

    def span(self, *keys: str) -> Said[float] | None:
        return self.scalar((float, int), *keys)

    def truth(self, *keys: str) -> Said[bool] | None:
        value = self.at(*keys)
        return Said(value.data, value.origins) if isinstance(value.data, bool) else None


def service(name: str, value: Value, tree: Tree, extends: tuple[Said[str], ...] = ()) -> Service:
    """A service of what the engine sees."""
    read = _Reading(name, value, tree)
    profiles = read.at("profiles")
    variables = dict.fromkeys(variable for one in value.walk() for variable in one.variables)
    return Service(
        name=name,
        origins=value.origins,
        values=value,
        extends=extends,
        image=read.text("image"),
        build=_build(read),
        command=read.words("command"),
        entrypoint=read.words("entrypoint"),
        working_directory=read.text("working_dir"),
        user=read.text("user"),
        ports=tuple(_ports(read)),
        mounts=tuple(_mounts(read)),
        environment={key: _variable(read, key, one) for key, one in read.at("environment").pairs.items()},
        environment_files=tuple(_environment_files(read)),
        depends_on={key: _dependency(key, one) for key, one in read.at("depends_on").pairs.items()},
        health=_health(read),
        profiles=Said(tuple(one.text for one in profiles.items), profiles.origins) if profiles.items else None,
        restart=read.text("restart"),
        replicas=read.scalar(int, "scale") or read.scalar(int, "deploy", "replicas"),
        mode=read.text("deploy", "mode"),
        cpu_limit=read.text("deploy", "resources", "limits", "cpus") or read.text("cpus"),
        cpu_request=read.text("deploy", "resources", "reservations", "cpus"),
        memory_limit=read.scalar(int, "deploy", "resources", "limits", "memory") or read.scalar(int, "mem_limit"),
        memory_request=read.scalar(int, "deploy", "resources", "reservations", "memory") or read.scalar(int, "mem_reservation"),
        constraints=tuple(said for one in read.at("deploy", "placement", "constraints").items if (said := read.shown(one))),
        stop_seconds=read.span("stop_grace_period"),
        stop_signal=read.text("stop_signal"),
        labels={key: said for key, one in read.at("labels").pairs.items() if (said := read.shown(one, key))},
        networks={key: one.origins for key, one in read.at("networks").pairs.items()},
        aliases={said.value: said for said in _aliases(read)},
        secrets=_given(read.at("secrets")),
        configs=_given(read.at("configs")),
        read_only=read.truth("read_only"),
        privileged=read.truth("privileged"),
        variables=tuple(variables),
        literals=tuple(dict.fromkeys(read.literals)),
    )


def _build(read: _Reading) -> Build | None:
    value = read.at("build")
    if not value.pairs:
        return None
    context, dockerfile = read.at("build", "context"), read.at("build", "dockerfile")
    place = in_repository(context.text)
    path = join(place, dockerfile.text) if place is not None and dockerfile.data and not dockerfile.text.startswith(("/", "~")) else None
    return Build(
        context=Said(place, context.origins) if place is not None else None,
        where=Said(shown(discretion.text("", context)[0]), context.origins),
        dockerfile=Said(path, dockerfile.origins) if path is not None else None,
        inline=read.text("build", "dockerfile_inline"),
        target=read.text("build", "target"),
        arguments={key: _argument(read, key, one) for key, one in read.at("build", "args").pairs.items()},
        contexts={key: said.then(shown) for key, one in read.at("build", "additional_contexts").pairs.items() if (said := read.shown(one, key))},
    )


def _argument(read: _Reading, key: str, value: Value) -> Said[str] | None:
    if value.data is None or _alone(value):
        return None
    if looks_secret(key, value.text):
        read.literals += value.origins if value.text and not value.variables else ()
        return None
    return Said(discretion.text(key, value)[0], value.origins)


def _alone(value: Value) -> bool:
    """Whether it is nothing but a variable that nothing sets."""
    return len(value.variables) == 1 and value.variables[0].unset and not value.text


def _ports(read: _Reading) -> Iterator[Port]:
    for one in read.at("ports").items:
        raw = Said(one.raw if one.raw is not None else one.text, one.origins)
        target, published, address = (one.get(key) or _NOTHING for key in ("target", "published", "host_ip"))
        number = target.data if isinstance(target.data, int) else None
        if one.pairs and one.raw is None:
            raw = Said(f"{published.text}:{target.text}" if published.data else target.text, one.origins)
        yield Port(
            written=raw,
            number=Said(number, target.origins) if number is not None else None,
            published=Said(published.text, published.origins) if published.data else None,
            address=Said(address.text, address.origins) if address.data else None,
            protocol=said.text if (said := one.get("protocol")) is not None else "tcp",
            name=said.text if (said := one.get("name")) is not None else "",
            application=said.text if (said := one.get("app_protocol")) is not None else "",
            mode=said.text if (said := one.get("mode")) is not None else "ingress",
        )
    for one in read.at("expose").items:
        yield from _exposed(one)


def _exposed(value: Value) -> Iterator[Port]:
    text, _, protocol = value.text.partition("/")
    written = Said(value.raw if value.raw is not None else value.text, value.origins)
    try:
        start, end = port_range(text)
        if end - start > MOST_PORTS:
            raise ShorthandError("the range is too long to be meant")  # noqa: TRY301  as `ports` says of it
    except ShorthandError:
        yield Port(written, None, protocol=protocol or "tcp", exposed=True)
        return
    for number in range(start, end + 1):
        yield Port(written, Said(number, value.origins), protocol=protocol or "tcp", exposed=True)


def _mounts(read: _Reading) -> Iterator[Mount]:
    for one in read.at("volumes").items:
        source, target = one.get("source") or _NOTHING, one.get("target") or _NOTHING
        kind = said.text if (said := one.get("type")) is not None else "volume"
        path = in_repository(source.text) if kind == "bind" else None
        text = read.shown(source)
        yield Mount(
            kind=kind,
            target=Said(target.text or one.text, target.origins or one.origins),
            source=text.then(shown) if text is not None else None,
            path=Said(path, source.origins) if path is not None else None,
            file=path is not None and path in read.tree,
            read_only=bool((one.get("read_only") or _NOTHING).data),
        )
    for one in read.at("tmpfs").items:
        yield Mount("tmpfs", Said(one.text.partition(":")[0], one.origins))


def _variable(read: _Reading, name: str, value: Value) -> EnvironmentVariable:
    secret = looks_secret(name, value.text or None) or any(variable.secret for variable in value.variables)
    inherited = value.data is None or _alone(value)
    if secret and value.text and not value.variables:
        read.literals += value.origins
    return EnvironmentVariable(
        name=name,
        value=None if secret or inherited else Said(discretion.text(name, value)[0], value.origins),
        origins=value.origins,
        secret=secret,
        inherited=inherited,
        file=next((RepoPath(origin.path) for origin in value.origins if _is_environment_file(origin, read)), None),
        variables=value.variables,
    )


def _is_environment_file(origin: Origin, read: _Reading) -> bool:
    return any(in_repository((one.get("path") or _NOTHING).text) == origin.path for one in read.at("env_file").items)


def _environment_files(read: _Reading) -> Iterator[EnvironmentFile]:
    for one in read.at("env_file").items:
        place, required = one.get("path") or _NOTHING, one.get("required")
        path = in_repository(place.text)
        form = one.get("format")
        yield EnvironmentFile(
            path=Said(shown(place.text), place.origins),
            there=path is not None and path in read.tree,
            required=required is None or required.data is not False,
            format=form.text if form is not None else "",
        )


def _dependency(name: str, value: Value) -> Dependency:
    condition, required, restart = (value.get(key) or _NOTHING for key in ("condition", "required", "restart"))
    return Dependency(
        name=name,
        condition=condition.text or "service_started",
        required=required.data is not False,
        restart=restart.data is True,
        origins=value.origins,
        evidence=value.raw if value.raw is not None and value.pairs and value.raw != name else "depends_on",
    )


def _health(read: _Reading) -> Health | None:
    value = read.at("healthcheck")
    if not value.pairs:
        return None
    test = read.words("healthcheck", "test")
    nothing = test is not None and test.value[:1] == ("NONE",)
    return Health(
        test=None if nothing or test is None or not test.value else test,
        disabled=nothing or read.at("healthcheck", "disable").data is True,
        interval=read.span("healthcheck", "interval"),
        timeout=read.span("healthcheck", "timeout"),
        start_period=read.span("healthcheck", "start_period"),
        start_interval=read.span("healthcheck", "start_interval"),
        retries=read.scalar(int, "healthcheck", "retries"),
    )


def _aliases(read: _Reading) -> Iterator[Said[str]]:
    for key in ("hostname", "container_name"):
        if (said := read.text(key)) is not None:
            yield said
    for network in read.at("networks").pairs.values():
        for one in (network.get("aliases") or _NOTHING).items:
            if (said := read.shown(one)) is not None:
                yield said


def _given(value: Value) -> Mapping[str, tuple[Origin, ...]]:
    return {source.text: one.origins for one in value.items if (source := one.get("source")) is not None}
