"""The schema of the cloud's provider for what we write, taken from the bindings that HashiCorp publishes for TypeScript; it is never committed.

Those bindings tell every attribute and block with its type and whether it has to be there. What they do not tell is whether an optional attribute is
computed where it is not given, so all of them are taken to be.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from phases.infrastructure.terraform.hcl import Block
from phases.infrastructure.terraform.modules import cache, compute, database, monitoring, networking

BINDINGS = "@cdktf/provider-aws@21.22.1"
VERSION = "6.25.0"
"""Of the provider that the bindings were made from."""
MODULES = (networking.MODULE, compute.MODULE, database.MODULE, cache.MODULE, monitoring.MODULE)

_ENTRY = re.compile(r'(\w+): \{\s*value: (.*),\s*isBlock: (true|false),\s*type: "(\w+)",\s*storageClassType: "(\w+)",')
_MEMBER = re.compile(r"#(\w+) [^}\n]*\}(?:(?!\*/)[\s\S])*\*/\s*readonly (\w+)(\??):")
_GETTER = re.compile(r"get(String|Number|Boolean|List|StringMap|NumberMap|BooleanMap)Attribute\('(\w+)'\)")
_NESTED = re.compile(r'new (\w+)List\(this, "(\w+)", (true|false)\)')
_TYPES: dict[str, Any] = {
    "string": "string", "number": "number", "boolean": "bool", "String": "string", "Number": "number", "Boolean": "bool",
    "StringMap": ["map", "string"], "NumberMap": ["map", "number"], "BooleanMap": ["map", "bool"], "any": "dynamic",
    "stringMap": ["map", "string"], "numberMap": ["map", "number"], "booleanMap": ["map", "bool"],
}  # fmt: skip


def wanted() -> tuple[list[str], list[str]]:
    """The resources and the data that we write."""
    blocks = [one for module in MODULES for one in module.main]
    data = {"aws_availability_zones", "aws_secretsmanager_secret"}  # of the environments
    return _labels(blocks, "resource"), sorted({*_labels(blocks, "data"), *data})


def _labels(blocks: list[Block], kind: str) -> list[str]:
    return sorted({str(one.labels[0]) for one in blocks if one.kind == kind})


def stamp() -> str:
    """Another one when the schema would be another."""
    told = json.dumps([BINDINGS, wanted(), Path(__file__).read_text(encoding="utf-8")])
    return hashlib.sha256(told.encode()).hexdigest()


def mirror(place: Path, python: Path, platform: str, told: Path) -> Path:
    """A mirror of a registry below a folder, with the provider that knows the schema; the configuration by which Terraform uses it."""
    program = place / "registry.terraform.io" / "hashicorp" / "aws" / VERSION / platform / f"terraform-provider-aws_v{VERSION}"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{python}" "{Path(__file__).with_name("provider.py")}" "{told}"\n', encoding="utf-8")
    program.chmod(0o755)
    configuration = place / "terraform.rc"
    configuration.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{place.as_posix()}"\n  }}\n}}\n', encoding="utf-8")
    return configuration


class _Bindings:
    """The bindings of one resource."""

    def __init__(self, folder: Path) -> None:
        self.code = (folder / "index.js").read_text(encoding="utf-8")
        declared = (folder / "index.d.ts").read_text(encoding="utf-8")
        self.required = {
            name: {snake for snake, _, optional in _MEMBER.findall(body) if not optional}
            for name, body in re.findall(r"export interface (\w+)[^{]*\{([\s\S]*?)\n\}", declared)
        }
        self.classes = dict(re.findall(r"\nclass (\w+) extends [^{]*\{([\s\S]*?)\n\}", self.code))

    def block(self) -> dict[str, Any]:
        """The whole of it."""
        name, body = next((name, body) for name, body in self.classes.items() if "synthesizeHclAttributes" in body)
        attributes = body[body.index("synthesizeHclAttributes") :]
        return self._told(attributes, self.required.get(f"{name}Config", set()), body)

    def _struct(self, function: str) -> dict[str, Any]:
        found = re.search(rf"\nfunction {function}ToHclTerraform\(struct\) \{{([\s\S]*?)\n\}}", self.code)
        assert found, function
        name = function[0].upper() + function[1:]
        return self._told(found[1], self.required[name], self.classes.get(f"{name}OutputReference", ""))

    def _told(self, attributes: str, required: set[str], body: str) -> dict[str, Any]:
        told: dict[str, Any] = {"attributes": [], "blocks": []}
        known = set()
        for name, value, is_block, kind, of in _ENTRY.findall(attributes):
            known.add(name)
            function = re.search(r"(\w+)ToHclTerraform", value)
            if is_block == "true" and function:
                nesting = "single" if kind == "struct" else kind
                most = 1 if nesting == "list" and "listMapper" not in value else 0
                inner = self._struct(function[1])
                told["blocks"].append(
                    {"name": name, "nesting": nesting, "min": int(name in required and kind != "struct"), "max": most, "block": inner}
                )
                continue
            told["attributes"].append(
                self._attribute(name, _TYPES[of] if of in _TYPES else [kind, _TYPES[of.removesuffix("List")]], name in required)
            )
        for kind, name in _GETTER.findall(body):
            if name not in known:
                known.add(name)
                told["attributes"].append(
                    {"name": name, "type": _TYPES.get(kind, ["list", "string"]), "required": False, "optional": False, "computed": True}
                )
        for of, name, is_set in _NESTED.findall(body):
            if name not in known:
                known.add(name)
                inner = self._told("", set(), self.classes[f"{of}OutputReference"])
                kind = ["set" if is_set == "true" else "list", ["object", {one["name"]: one["type"] for one in inner["attributes"]}]]
                told["attributes"].append({"name": name, "type": kind, "required": False, "optional": False, "computed": True})
        return told

    @staticmethod
    def _attribute(name: str, kind: Any, required: bool) -> dict[str, Any]:
        return {"name": name, "type": kind, "required": required, "optional": not required, "computed": not required}


def schema(bindings: Path) -> dict[str, Any]:
    """The schema of the provider for what we write."""
    resources, data = wanted()

    def told(names: list[str], prefix: str = "") -> dict[str, Any]:
        return {name: _Bindings(bindings / (prefix + name.removeprefix("aws_").replace("_", "-"))).block() for name in names}

    provider = _Bindings(bindings / "provider").block()
    provider["attributes"] = [one for one in provider["attributes"] if one["name"] != "alias"]  # which is Terraform's own
    return {"provider": provider, "resources": told(resources), "data": told(data, "data-aws-")}


def install(place: Path) -> Iterator[str]:
    """The schema in a folder; yields what cannot be had."""
    npm = shutil.which("npm")
    if npm is None:
        yield f"npm is missing: {BINDINGS}"
        return
    with tempfile.TemporaryDirectory() as unpacked:
        command = [npm, "install", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund", "--prefix", unpacked, BINDINGS]
        if subprocess.run(command, check=False).returncode:
            yield f"not served: {BINDINGS}"
            return
        told = schema(Path(unpacked) / "node_modules" / "@cdktf" / "provider-aws" / "lib")
    (place / "schema.json").write_text(json.dumps(told), encoding="utf-8")


def main(place: str) -> int:
    """The number of what could not be installed below a folder."""
    problems = list(install(Path(place)))
    sys.stdout.write("".join(f"not installed, {problem}\n" for problem in problems))
    return len(problems)
