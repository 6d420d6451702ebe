"""Helm renders the chart to the very objects that kustomize builds, and its schema refuses what is misspelt."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from phases.infrastructure.helm import family as helm
from tests.unit.infrastructure.agreeing import WAVE, disagreements, named, template
from tests.unit.infrastructure.variants import VARIANTS
from tests.validators.clusters import OVERLAYS, invalid, overlays, render, rendered, written
from tests.validators.tools import ran

pytestmark = pytest.mark.validators


def alike(objects: list[dict]) -> dict[str, dict]:
    """Objects by their names, without what each tool does in its own way.

    Kustomize gives a generated ConfigMap a suffix that changes with its content, Helm gives pods a checksum; a Job is a hook of Argo CD here and
    of Helm there; a release makes no namespace of its own; tests are Helm's alone.
    """
    objects = copy.deepcopy(
        [one for one in objects if one["kind"] != "Namespace" and one["metadata"].get("annotations", {}).get("helm.sh/hook") != "test"]
    )
    suffixed = {
        name: name.rpartition("-")[0] for name in named(objects, "ConfigMap") if name.rpartition("-")[0] and len(name.rpartition("-")[2]) == 10
    }
    for one in objects:
        metadata = one["metadata"]
        if one["kind"] == "ConfigMap":
            metadata["name"] = suffixed.get(metadata["name"], metadata["name"])
        if one["kind"] == "Job":
            metadata["annotations"] = {WAVE: metadata["annotations"][WAVE]}
        if pod := template(one):
            pod["metadata"].pop("annotations", None)
            for volume in pod["spec"]["volumes"]:
                if "configMap" in volume:
                    volume["configMap"]["name"] = suffixed.get(volume["configMap"]["name"], volume["configMap"]["name"])
            for container in [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]:
                for source in container.get("envFrom", []):
                    if "configMapRef" in source:
                        source["configMapRef"]["name"] = suffixed.get(source["configMapRef"]["name"], source["configMapRef"]["name"])
    return {f"{one['kind']}/{one['metadata']['name']}": one for one in objects}


def own(objects: list[dict]) -> list[dict]:
    """Without what only a test brings along."""
    return [one for one in objects if one.get("metadata", {}).get("annotations", {}).get("helm.sh/hook") != "test"]


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> dict[str, list[dict]]:
    return rendered(VARIANTS[0], tmp_path_factory.mktemp("example"))


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_chart_and_overlays_are_the_same_objects(variant, tmp_path) -> None:
    by_kustomize, by_helm = overlays(variant, tmp_path), rendered(variant, tmp_path)
    for overlay in OVERLAYS:
        built, made = alike(by_kustomize[overlay]), alike(by_helm[overlay])
        assert sorted(built) == sorted(made)
        for name, one in built.items():
            assert made[name] == one


def test_a_difference_is_seen(example) -> None:
    other = copy.deepcopy(example["production"])
    named(other, "Deployment")["api"]["spec"]["template"]["spec"]["containers"][0]["args"].append("--reload")
    assert alike(other) != alike(example["production"])


def test_what_is_rendered_is_valid_and_agrees(example) -> None:
    for overlay in OVERLAYS:
        assert disagreements(own(example[overlay])) == []
    assert invalid([one for overlay in OVERLAYS for one in example[overlay]]) == []


def test_the_test_may_go_where_it_asks(example) -> None:
    """The deny of everything holds for a test too."""
    for objects in (example[overlay] for overlay in OVERLAYS):
        hooks = [one for one in objects if one["metadata"].get("annotations", {}).get("helm.sh/hook") == "test"]
        pod = named(hooks, "Pod")["connection-test"]
        asked = {tuple(container["command"][-2:]) for container in pod["spec"]["containers"]}
        served = {
            (name, str(port["port"])) for name, one in named(objects, "Service").items() if "ports" in one["spec"] for port in one["spec"]["ports"]
        }  # fmt: skip
        assert asked == served
        policies = named(hooks, "NetworkPolicy")
        assert policies["connection-test"]["spec"]["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
        assert policies["from-connection-test"]["spec"]["podSelector"] == {}


REFUSED = {
    "a misspelt key": {"ingres": {}},
    "a misspelt key of a workload": {"workloads": {"api": {"replica": 2}}},
    "a misspelt workload": {"workloads": {"apii": {"enabled": False}}},
    "a tag that moves": {"workloads": {"api": {"image": {"tag": "latest"}}}},
    "no tag": {"workloads": {"api": {"image": {"tag": ""}}}},
    "root": {"workloads": {"api": {"user": {"id": 0}}}},
    "no pods": {"workloads": {"api": {"replicas": 0}}},
    "an amount that is none": {"workloads": {"api": {"resources": {"limits": {"memory": "1GB"}}}}},
    "a port that is none": {"workloads": {"api": {"metrics": {"port": 99999}}}},
    "an environment that is none": {"environment": "prod"},
    "a setting that is no text": {"workloads": {"api": {"config": {"WORKERS": 2}}}},
    "a host that is none": {"workloads": {"api": {"ingress": {"host": "not a host"}}}},
    "waiting for nothing": {"workloads": {"api": {"waits": [{"name": "gone", "port": 1}]}}},
    "no workloads": {"workloads": None},
}
TAKEN = {
    "nothing": {},
    "another tag": {"workloads": {"api": {"image": {"tag": "1.2.3"}}}},
    "what all charts share": {"global": {"imageRegistry": "example.org"}},
    "a setting that is taken away": {"workloads": {"api": {"config": {"LOG_LEVEL": None}}}},
}


def test_the_schema_refuses_what_is_wrong_and_takes_what_is_right(tmp_path) -> None:
    _, made = render(written(helm, VARIANTS[0], tmp_path) / "helm" / "acme", **REFUSED, **TAKEN)
    assert [name for name in REFUSED if "error" not in made[name][0]] == []
    assert [name for name in TAKEN if "error" in made[name][0]] == []
    found = next(one for one in made["a setting that is taken away"] if one["kind"] == "ConfigMap" and one["metadata"]["name"] == "api")
    assert "LOG_LEVEL" not in found["data"]


def test_the_schema_is_one(tmp_path) -> None:
    path = written(helm, VARIANTS[0], tmp_path) / "helm" / "acme" / "values.schema.json"
    assert ran("check-jsonschema", "--check-metaschema", path).returncode == 0
    document = json.loads(path.read_text(encoding="utf-8"))
    document["properties"]["partOf"]["type"] = "text"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert ran("check-jsonschema", "--check-metaschema", path).returncode != 0


@pytest.mark.parametrize(
    "old, new",
    [
        ("- name: {{ .name }}\n          containerPort", "- containerPort"),
        ("name: {{ .as | default .name }}", "name: A_b"),
        ("serviceAccountName: {{ $name }}", "serviceAccountName: {{ $unit.name }}"),
        (".unit.image.repository", ".unit.images.repository"),
        ("automountServiceAccountToken: false\n  enable", "automountServiceAccountToken: false\n  automountServiceAccountToken: false\n  enable"),
    ],
    ids=["a name less", "a name that none may have", "a value that is not there", "a table that is not there", "a key twice"],
)
def test_a_broken_template_is_seen(tmp_path, old, new) -> None:
    folder, changed = written(helm, VARIANTS[0], tmp_path) / "helm" / "acme", 0
    for path in (folder / "templates").rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        changed += old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    assert changed
    assert complaints(folder)


def test_nothing_is_seen_in_templates_as_they_are(tmp_path) -> None:
    assert complaints(written(helm, VARIANTS[0], tmp_path) / "helm" / "acme") == []


def complaints(chart: Path) -> list[object]:
    """What is wrong with what a chart renders in production."""
    try:
        lint, made = render(chart)
    except AssertionError as error:  # a key that is there twice
        return [error]
    objects = own(made["production"])
    return [*lint, *(one for one in objects if "error" in one)] or [*disagreements(objects), *invalid(objects)]
