"""The environments: which modules each has, with the values that the landscape gives."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from migrator.facts.landscape.model import Kind
from migrator.origin import Origin, Said, default
from migrator.paths import RepoPath
from phases.infrastructure.environments import ENVIRONMENTS, given, needed, runs, secret_key, settings
from phases.infrastructure.terraform.hcl import Block, Call, Comment, block, hcl_artefact
from phases.infrastructure.terraform.module import FAMILY, Output, ref, versions

if TYPE_CHECKING:
    from migrator.artefact import Artefact
    from migrator.facts.landscape.model import Build, Landscape, Workload
    from phases.infrastructure.terraform.engines import Managed
    from phases.infrastructure.terraform.options import Options

__all__ = ["Root", "identifier", "image_names", "sizes"]

_BESIDE = frozenset({Kind.PROXY, Kind.MONITORING, Kind.TOOL})
"""What the cluster does not run: others install it, or it is for developers."""
_LONGEST = 40
"""Of a name that ElastiCache takes."""


@lru_cache(maxsize=1)
def _sizes() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files(__package__) / "sizes.toml").read_text(encoding="utf-8"))


def sizes(options: Options, environment: str) -> dict[str, Said[object]]:
    """What an environment has of everything, by name."""
    chosen = options.sizes[environment].model_dump(exclude_none=True) if environment in options.sizes else {}
    why = {name: f"sizes.{environment}.{name} of the plan file" for name in chosen}
    return {
        name: default(chosen.get(name, value), why.get(name, "nothing says how much is asked of it")) for name, value in _sizes()[environment].items()
    }


def identifier(label: str) -> str:
    """A label as part of an identifier."""
    return label.replace("-", "_")


def _cut(name: str, longest: int = _LONGEST) -> str:
    """A name as the cloud takes it: it begins with a letter, no two hyphens meet, and it is not too long; another one for another name."""
    name = re.sub("-+", "-", name if name[0].isalpha() else f"app-{name}")
    return name if len(name) <= longest else f"{name[: longest - 5].rstrip('-')}-{hashlib.sha256(name.encode()).hexdigest()[:4]}"


def _same(build: Build) -> object:
    """What two images share that are one."""
    arguments = tuple((name, value and value.value) for name, value in sorted(build.arguments.items()))
    return build.context.value, build.dockerfile and build.dockerfile.value, build.target and build.target.value, arguments


def image_names(landscape: Landscape) -> list[Said[str]]:
    """The name of each image that the repository builds: after what is asked by people or programs, if that runs it, and last after a job."""
    alike: dict[object, list[Workload]] = {}
    for workload in landscape.workloads:
        if workload.build is not None:
            alike.setdefault(_same(workload.build), []).append(workload)
    first = [
        min(several, key=lambda one: (one.kind.value not in {Kind.WEB, Kind.API}, one.kind.value == Kind.JOB, one.label))
        for several in alike.values()
    ]
    # the registry takes no two hyphens in a row
    return [Said(re.sub("-+", "-", f"{landscape.name}/{one.label}"), one.origins) for one in sorted(first, key=lambda one: one.label)]


@dataclass(frozen=True, slots=True)
class Root:
    """A folder of `environments/`."""

    landscape: Landscape
    options: Options
    environment: str
    """`dev`, `staging` or `production`."""
    managed: tuple[Managed, ...]
    """What the cloud runs here in the place of workloads."""

    def files(self) -> Iterator[Artefact]:
        """Its files."""
        for name, blocks in {"main.tf": self._main(), "outputs.tf": self._outputs(), "versions.tf": self._versions()}.items():
            yield hcl_artefact(RepoPath(f"{self.options.directory}/environments/{self.environment}/{name}"), FAMILY, blocks)

    @property
    def _long(self) -> str:
        return ENVIRONMENTS[self.environment]

    @property
    def _keeps_images(self) -> bool:
        """Whether the registries of all environments are here."""
        return self.environment == self.options.registries and any(workload.built for workload in self.landscape.workloads)

    def secrets(self) -> dict[str, tuple[Origin, ...]]:
        """The names of secrets that are needed here, and who says so."""
        found: dict[str, tuple[Origin, ...]] = {}
        ours = {one.workload.name for one in self.managed}
        for workload, setting, _ in settings(self.landscape, self._long):
            # the password of what the cloud runs is made and kept by the cloud; what is not run in the cluster needs none there
            if needed(setting) and workload.name not in ours and workload.kind.value not in _BESIDE:
                found[setting.name] = (*found.get(setting.name, ()), *setting.givers, *setting.readers)
        return dict(sorted(found.items()))

    def _versions(self) -> Iterator[Block | Comment]:
        state, options = self.options.state, self.options
        locked: dict[str, object] = {"use_lockfile": True} if state.lock == "lockfile" else {"dynamodb_table": state.table}
        backend = {
            "bucket": state.bucket or None,
            "key": f"{self.landscape.name}/{self.environment}/terraform.tfstate",
            "region": state.region or options.region,
            "encrypt": True,
            "kms_key_id": state.key_arn or None,
        }
        yield versions(options, options.provider_version, (block("backend", "s3", **backend, **locked),))  # type: ignore[arg-type]
        yield block("provider", options.provider, region=options.region)

    def _main(self) -> Iterator[Block | Comment]:
        size, name = sizes(self.options, self.environment), _cut(f"{self.landscape.name}-{self.environment}", 32)
        yield block("locals", name=name, tags={"environment": self.environment, "managed-by": "terraform", "repository": self.landscape.name})
        yield block(
            "data",
            "aws_availability_zones",
            "available",
            state="available",
            inner=[block("filter", name="opt-in-status", values=["opt-in-not-required"])],
        )
        secrets = self.secrets()
        if secrets:
            yield block(
                "data", "aws_secretsmanager_secret", "this",
                comment="Made and filled by people; their values never come into the state.",
                for_each={name: Said(secret_key(self.landscape, self._long, name), origins) for name, origins in secrets.items()},
                name=ref("each.value"),
            )  # fmt: skip
        network = {one: size[one] for one in ("cidr_block", "single_nat_gateway", "log_retention_days")}
        zones = Call("slice", (ref("data.aws_availability_zones.available.names"), 0, size["zones"]))
        yield self._module("networking", {**network, "availability_zones": zones})
        yield self._compute(size, secrets=bool(secrets))
        for one in self.managed:
            yield self._held(one, size)
        yield self._monitoring()

    @staticmethod
    def _module(name: str | Said[str], values: Mapping[str, object], source: str = "", called: object = None) -> Block:
        common = {"source": f"../../modules/{source or name}", "name": called or ref("local.name"), "tags": ref("local.tags")}
        return Block("module", (name,), {**common, **{name: value for name, value in values.items() if value is not None}})

    def _compute(self, size: dict[str, Said[object]], *, secrets: bool) -> Block:
        passwords = [ref(f"{_address(one)}.password_secret_arn") for one in self.managed if one.engine.module == "database"]
        keys = [ref(f"{_address(one)}.key_arn") for one in self.managed if one.engine.module == "database"]
        named = ref("[for secret in data.aws_secretsmanager_secret.this : secret.arn]") if secrets else None
        arns = Call("concat", (named, passwords)) if named and passwords else named or passwords or None
        values = {
            "subnet_ids": ref("module.networking.private_subnet_ids"),
            "kubernetes_version": default(self.options.kubernetes_version, "nothing says which version a cluster has"),
            **{name: size[name] for name in ("instance_types", "minimum_nodes", "maximum_nodes")},
            "images": image_names(self.landscape) if self._keeps_images else None,
            "keeps_volumes": self._volumes(),
            "secret_arns": arns,
            "secret_key_arns": keys or None,
        }
        return self._module("compute", values)

    def _volumes(self) -> Said[bool] | None:
        """Whether something keeps its state in the cluster here, and what says so."""
        ours = {one.workload.name for one in self.managed}
        keeping = [one for one in self.landscape.workloads if one.keeps_state and one.name not in ours and runs(self.landscape, one, self._long)]
        return Said(value=True, origins=tuple(origin for one in keeping for origin in one.kind.origins)) if keeping else None

    def _held(self, one: Managed, size: dict[str, Said[object]]) -> Block:
        workload, engine, version = one.workload, one.engine, one.versions[self.environment]
        called = Said(_cut(f"{self.landscape.name}-{self.environment}-{workload.label}"), workload.origins)
        common: dict[str, object] = {
            "vpc_id": ref("module.networking.vpc_id"),
            "subnet_ids": ref("module.networking.private_subnet_ids"),
            "client_security_group_id": ref("module.compute.client_security_group_id"),
            "engine": workload.image.then(lambda _: engine.engine) if workload.image else engine.engine,
            "engine_version": version,
            "port": _port(workload, engine.port),
        }
        if engine.module == "cache":
            more: dict[str, object] = {"node_type": size["cache_type"], "replicas": size["cache_replicas"], "snapshot_days": size["backup_days"]}
        else:
            more = {
                "parameter_group_family": version.then(
                    lambda text: f"{engine.family}{text if engine.family != 'postgres' else text.partition('.')[0]}"
                ),
                "database_name": database_name(self.landscape, one, self._long),
                "instance_class": size["database_class"],
                "allocated_gigabytes": size["database_gigabytes"],
                "maximum_gigabytes": size["database_limit_gigabytes"],
                **{name: size[name] for name in ("multi_az", "backup_days", "performance_insights")},
            }
        return self._module(_named(one), {**common, **more}, engine.module, called)

    def _monitoring(self) -> Block:
        of = {
            kind: {
                Said(one.workload.label, one.workload.origins): ref(f"{_address(one)}.identifier")
                for one in self.managed
                if one.engine.module == kind
            }
            for kind in ("database", "cache")
        }
        measured = [one.metrics.path for one in self.landscape.workloads if one.metrics is not None and runs(self.landscape, one, self._long)]
        values: dict[str, object] = {
            "databases": of["database"] or None,
            "caches": of["cache"] or None,
            "emails": default(list(self.options.alarm_emails), "the plan file's alarm_emails") if self.options.alarm_emails else None,
            "collects_metrics": Said(value=True, origins=tuple(origin for path in measured for origin in path.origins)) if measured else None,
        }
        return self._module("monitoring", values)

    def _outputs(self) -> Iterator[Block]:
        yield Output("cluster_name", "The cluster.", "module.compute.cluster_name").block()
        if self._keeps_images:
            yield Output("image_urls", "Where images are pushed, by name.", "module.compute.image_urls").block()
        for one in self.managed:
            yield Output(_named(one, "_address"), "The host to connect to.", f"{_address(one)}.address").block()
            if one.engine.module == "database":
                about = "The secret with the administrator's password; never the password."
                yield Output(_named(one, "_password_secret_arn"), about, f"{_address(one)}.password_secret_arn").block()


def _named(one: Managed, end: str = "") -> Said[str]:
    """What a module's call is called, and what begins so."""
    return Said(f"{one.engine.module}_{identifier(one.workload.label)}{end}", one.workload.origins)


def _address(one: Managed) -> str:
    return f"module.{_named(one)}"


def _port(workload: Workload, usual: int) -> Said[int]:
    return workload.ports[0].number if workload.ports else default(usual, "the port that it has everywhere")


def database_name(landscape: Landscape, one: Managed, environment: str) -> Said[str]:
    """The database's name as its settings give it; else that of the repository."""
    for setting in one.workload.settings:
        if setting.name in one.engine.names:
            differs, value = given(landscape, one.workload, f"environment.{setting.name}", environment)
            value = value if differs else setting.value
            if value is not None and value.value.isascii() and value.value.replace("_", "a").isalnum() and value.value[0].isalpha():
                return value
    name = "".join(letter if letter.isalnum() else "_" for letter in landscape.name)
    return default((name if name[0].isalpha() else f"app_{name}")[:63], "its settings say no name that the cloud takes")
