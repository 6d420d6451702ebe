"""Objects of Kubernetes as the real kustomize and the real Helm make them of what we generate, and what their schemas say."""

from __future__ import annotations

from pathlib import Path

import yaml

from migrator.artefact import Family
from phases.infrastructure.helm import family as helm
from phases.infrastructure.kubernetes import family as kubernetes
from tests.unit.infrastructure.variants import Variant
from tests.validators.tools import answer, ran

OVERLAYS = ("dev", "staging", "production")
CUSTOM = {"ExternalSecret"}
"""Kinds that no schema of Kubernetes knows."""
_VALIDATE = """
import json, sys, kubernetes_validate
found = []
for one in json.load(sys.stdin):
    try:
        kubernetes_validate.validate(one, "1.33", strict=True)
    except Exception as error:
        found.append(f"{one['kind']}/{one['metadata']['name']}: {type(error).__name__} {str(error)[:300]}")
print(json.dumps(found))
"""
_RENDER = """
import json, sys
from helm_python import chart
given = json.load(sys.stdin)
report = chart.lint(given["chart"], strict=True)
made = {"lint": [one for one in report["messages"] if one["severity"] > 1] + report["errors"], "objects": {}}
with chart.Chart.load(given["chart"]) as one:
    for name, values in given["values"].items():
        try:
            made["objects"][name] = one.render(values=values, name="acme", namespace=one.name + "-" + name)
        except Exception as error:
            made["objects"][name] = {"error": str(error)}
print(json.dumps(made))
"""


class Strict(yaml.SafeLoader):
    """Reads no mapping that has a key twice: Helm's own lint does."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        assert len(set(keys)) == len(keys), f"{node.start_mark}: {keys}"
        return super().construct_mapping(node, deep)


def documents(text: str) -> list[dict]:
    return [one for one in yaml.load_all(text, Strict) if one]


def written(family: Family, variant: Variant, root: Path) -> Path:
    """The folder of everything for Kubernetes, in which a family has written."""
    for artefact in family.artefacts(variant.landscape, variant.options).artefacts:
        path = root / artefact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(artefact.content)
    return root / "infra" / "kubernetes"


def overlays(variant: Variant, root: Path) -> dict[str, list[dict]]:
    """By overlay, what kustomize builds; a warning is an error."""
    return {overlay: built(written(kubernetes, variant, root), overlay) for overlay in OVERLAYS}


def built(folder: Path, overlay: str) -> list[dict]:
    done = ran("kubectl", "kustomize", folder / "overlays" / overlay)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return documents(done.stdout)


def rendered(variant: Variant, root: Path) -> dict[str, list[dict]]:
    """By environment, what Helm renders; a warning of its lint is an error."""
    lint, made = render(written(helm, variant, root) / "helm" / variant.landscape.name)
    assert lint == []
    return made


def render(chart: Path, **values: dict) -> tuple[list, dict[str, list[dict]]]:
    """What Helm's lint has to say, and what it renders of each environment and of further values; where it refuses, one object with an `error`."""
    made = answer("helm_python", _RENDER, {"chart": str(chart), "values": {**environments(chart), **values}})
    return made["lint"], {
        name: [one for path, text in sorted(files.items()) for one in _objects(path, text)] for name, files in made["objects"].items()
    }


def environments(folder: Path) -> dict[str, dict]:
    return {name: yaml.safe_load((folder / f"values-{name}.yaml").read_text(encoding="utf-8")) for name in OVERLAYS}


def _objects(path: str, text: str) -> list[dict]:
    return [{"error": text}] if path == "error" else [] if path.endswith(".txt") else documents(text)


def invalid(objects: list[dict]) -> list[str]:
    """What the schema of Kubernetes 1.33 refuses."""
    return answer("kubernetes_validate", _VALIDATE, [one for one in objects if one["kind"] not in CUSTOM])
