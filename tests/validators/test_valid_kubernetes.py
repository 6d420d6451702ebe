"""Kustomize builds each overlay, each object is what the schema of Kubernetes wants, and those that name each other agree."""

from __future__ import annotations

import copy

import pytest
import yaml

from tests.unit.infrastructure.agreeing import containers, disagreements, named, template
from tests.unit.infrastructure.variants import VARIANTS
from tests.validators.clusters import OVERLAYS, built, invalid, kubernetes, overlays, written

pytestmark = pytest.mark.validators


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> dict[str, list[dict]]:
    return overlays(VARIANTS[0], tmp_path_factory.mktemp("example"))


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_overlays_are_built_valid_and_agree(variant, tmp_path) -> None:
    made = overlays(variant, tmp_path)
    assert [f"{name}: {found}" for name, objects in made.items() for found in disagreements(objects)] == []
    assert invalid([one for objects in made.values() for one in objects]) == []


SCHEMA = [
    ("Deployment/api", lambda one: one["spec"].update(replicaz=2), "replicaz"),
    ("Deployment/api", lambda one: one["spec"]["template"]["spec"]["containers"][0].pop("name"), "name"),
    ("Ingress/web", lambda one: one["spec"]["rules"][0]["http"]["paths"][0].pop("pathType"), "pathType"),
    ("HorizontalPodAutoscaler/api", lambda one: one["spec"].update(targetCPUUtilizationPercentage=80), "targetCPUUtilizationPercentage"),
    ("CronJob/nightly-report", lambda one: one.update(apiVersion="batch/v1beta9"), "SchemaNotFoundError"),
    ("Service/api", lambda one: one["spec"]["ports"][0].update(port="8000"), "8000"),
]
AGREEMENT = [
    ("Service/api", lambda one: one["spec"]["ports"][0].update(targetPort="web"), "Service/api: port web"),
    ("Service/api", lambda one: one["spec"]["ports"][0].update(port=8080), "Service/api: port http"),
    ("Ingress/web", lambda one: one["spec"]["rules"][0].update(host="other.example"), "no certificate"),
    ("Ingress/web", lambda one: one["spec"]["rules"][0]["http"]["paths"][0].update(pathType="Foo"), "pathType Foo"),
    ("Ingress/web", lambda one: one["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"].update(name="gone"), "no backend"),
    ("HorizontalPodAutoscaler/api", lambda one: one["spec"]["scaleTargetRef"].update(name="gone"), "scales nothing"),
    ("HorizontalPodAutoscaler/api", lambda one: one["spec"].update(minReplicas=9), "more at least"),
    ("Deployment/api", lambda one: one["spec"].update(replicas=2), "replicas of its own"),
    ("PodDisruptionBudget/api", lambda one: one["spec"]["selector"].update(matchLabels={"a": "b"}), "chooses nothing"),
    ("Deployment/api", lambda one: one["spec"]["selector"].update(matchLabels={"a": "b"}), "its own pods"),
    (
        "Deployment/api",
        lambda one: one["spec"]["template"]["spec"]["containers"][0]["livenessProbe"]["httpGet"].update(port="gone"),
        "asks port gone",
    ),
    ("Deployment/api", lambda one: one["spec"]["template"]["spec"]["containers"][0]["livenessProbe"].update(tcpSocket={"port": 1}), "2 handlers"),
    ("Deployment/api", lambda one: one["spec"]["template"]["spec"]["containers"][0].update(image="acme/api"), "image acme/api"),
    ("Deployment/api", lambda one: one["spec"]["template"]["spec"].update(serviceAccountName="gone"), "no ServiceAccount"),
    ("Deployment/api", lambda one: one["spec"]["template"]["spec"].update(volumes=[]), "no volume tmp"),
    ("ExternalSecret/api", lambda one: one["spec"]["target"].update(name="api-5b2c"), "no settings api"),
    ("NetworkPolicy/api", lambda one: one["spec"]["podSelector"].update(matchLabels={"a": "b"}), "chooses nothing"),
    ("ServiceAccount/api", lambda one: one["metadata"]["annotations"].update({"argocd.argoproj.io/sync-wave": "5"}), "in the wave of"),
]


def broken(objects: list[dict], name: str, change) -> list[dict]:
    made = copy.deepcopy(objects)
    kind, _, own = name.partition("/")
    change(named(made, kind)[own])
    return made


@pytest.mark.parametrize("name, change, says", SCHEMA)
def test_the_schema_sees_what_is_broken(example, name, change, says) -> None:
    assert says in str(invalid(broken(example["production"], name, change)))


@pytest.mark.parametrize("name, change, says", AGREEMENT)
def test_the_check_sees_what_disagrees(example, name, change, says) -> None:
    assert says in str(disagreements(broken(example["production"], name, change)))


@pytest.mark.parametrize(
    "path, old, new",
    [
        ("base/kustomization.yaml", "deployments/api.yaml", "deployments/gone.yaml"),
        ("base/kustomization.yaml", "kind: Kustomization\n", "kind: Kustomization\ncommonLabels: {a: b}\n"),  # of which it only warns
        ("overlays/dev/ingress/api.yaml", "/spec/rules/0/host", "/spec/rules/7/host"),
        ("overlays/staging/kustomization.yaml", "name: worker", "name: nobody"),
        ("overlays/dev/kustomization.yaml", "behavior: merge", "behavior: create"),
        ("overlays/production/kustomization.yaml", "fieldPath: metadata.labels.environment", "fieldPath: metadata.labels.nothing"),
    ],
)
def test_kustomize_sees_what_is_broken(tmp_path, path, old, new) -> None:
    file = written(kubernetes, VARIANTS[0], tmp_path) / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(AssertionError):
        [built(tmp_path / "infra" / "kubernetes", overlay) for overlay in OVERLAYS]


# what was decided, seen in the result -----------------------------------------------------------------------------------


def test_what_is_generated_gets_a_suffix_and_what_names_a_secret_does_not(example) -> None:
    for objects in example.values():
        sources = template(named(objects, "Deployment")["api"])["spec"]["containers"][0]["envFrom"]
        assert sources[0]["configMapRef"]["name"].startswith("api-")
        assert sources[1] == {"secretRef": {"name": "api"}}


def test_each_place_has_its_own(example) -> None:
    def seen(overlay: str) -> tuple:
        objects = example[overlay]
        config = next(one["data"] for one in objects if one["kind"] == "ConfigMap" and "LOG_LEVEL" in one["data"])
        secret = named(objects, "ExternalSecret")["api"]["spec"]["data"][0]["remoteRef"]["key"]
        deployment = named(objects, "Deployment")["api"]
        return (
            config["LOG_LEVEL"], secret, named(objects, "Ingress")["web"]["spec"]["tls"][0]["hosts"], deployment["spec"].get("replicas"),
            "api" in named(objects, "HorizontalPodAutoscaler"), "api" in named(objects, "PodDisruptionBudget"), "db" in named(objects, "StatefulSet"),
            [one["name"] for one in template(deployment)["spec"].get("initContainers", [])],
        )  # fmt: skip

    assert seen("dev") == ("debug", "acme/development/DATABASE_URL", ["dev.web.acme.invalid"], None, False, False, True, ["wait-for-db"])
    assert seen("staging") == ("info", "acme/staging/DATABASE_URL", ["staging.web.acme.invalid"], 2, False, True, False, [])
    assert seen("production") == ("info", "acme/production/DATABASE_URL", ["web.acme.invalid"], None, True, True, False, [])


def test_pods_are_as_people_expect_them(example) -> None:
    for objects in example.values():
        for one in objects:
            pod = template(one)
            if pod is None:
                continue
            assert pod["metadata"]["labels"]["app.kubernetes.io/part-of"] == "acme"
            assert pod["spec"]["automountServiceAccountToken"] is False
            assert pod["spec"]["enableServiceLinks"] is False
            assert pod["spec"]["securityContext"]["runAsNonRoot"]
            assert pod["spec"]["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
            for container in containers(pod):
                assert container["securityContext"] == {
                    "allowPrivilegeEscalation": False,
                    "readOnlyRootFilesystem": True,
                    "capabilities": {"drop": ["ALL"]},
                }
                assert set(container["resources"]) == {"requests", "limits"}


def test_odd_values_come_through_unchanged(tmp_path) -> None:
    variant = next(one for one in VARIANTS if one.name == "odd values")
    wanted = {one.name: one.value.value for one in variant.landscape.workload("api").settings}
    for objects in overlays(variant, tmp_path).values():
        found = [one["data"] for one in objects if one["kind"] == "ConfigMap" and "QUOTED" in one["data"]]
        assert [{key: one[key] for key in wanted} for one in found] == [wanted]


def test_files_are_read_alike_by_another_reader(tmp_path) -> None:
    for file in written(kubernetes, VARIANTS[0], tmp_path).rglob("*.yaml"):
        assert list(yaml.safe_load_all(file.read_text(encoding="utf-8")))


def test_a_file_that_its_object_lacks_is_seen(tmp_path) -> None:
    variant = next(one for one in VARIANTS if one.name == "files of the repository")
    objects = overlays(variant, tmp_path)["dev"]
    assert disagreements(objects) == []
    next(one for one in objects if one["kind"] == "ConfigMap" and "app.conf" in one.get("data", {}))["data"].pop("app.conf")
    assert "no file app.conf" in str(disagreements(objects))
