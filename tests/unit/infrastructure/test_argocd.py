"""Delivery: a project that may no more than it has to, and environments that go their own pace."""

from __future__ import annotations

from dataclasses import replace

import pydantic
import pytest
import yaml

from migrator.artefact import Made
from phases.infrastructure.argocd import family
from phases.infrastructure.argocd.options import Options
from phases.infrastructure.kubernetes import family as kubernetes
from tests.unit.infrastructure.landscapes import LANDSCAPE
from tests.unit.infrastructure.variants import CLUSTERS, VARIANTS


def made(**options: object) -> Made:
    return family.artefacts(LANDSCAPE, Options(**options))


def documents(one: Made) -> dict[str, dict]:
    return {artefact.path.removeprefix("infra/ci-cd/argocd/"): yaml.safe_load(artefact.content) for artefact in one.artefacts}


def disagreements(files: dict[str, dict], paths: set[str], kinds: set[tuple[str, str]]) -> list[str]:
    """Where applications and their project do not agree with each other, or with what they deliver."""
    project = files["project.yaml"]["spec"]
    allowed = {(one["group"], one["kind"]) for one in (*project["clusterResourceWhitelist"], *project["namespaceResourceWhitelist"])}
    found = [f"{kind} may not be delivered" for kind in sorted(kinds - allowed)] + [f"{kind} is never delivered" for kind in sorted(allowed - kinds)]
    for name, one in files.items():
        if one["kind"] == "AppProject":
            continue
        several = one["spec"]["generators"][0]["list"]["elements"] if one["kind"] == "ApplicationSet" else [{}]
        spec = one["spec"]["template"]["spec"] if one["kind"] == "ApplicationSet" else one["spec"]
        for element in several:
            place = {**spec["destination"], **({"server": element["server"]} if element else {})}
            found += [f"{name}: {place} is no destination"] if place not in project["destinations"] else []
        found += [f"{name}: no source"] if spec["source"]["repoURL"] not in project["sourceRepos"] else []
        found += [f"{name}: no project"] if spec["project"] != files["project.yaml"]["metadata"]["name"] else []
        found += [f"{name}: {spec['source']['path']} is not there"] if f"{spec['source']['path']}/kustomization.yaml" not in paths else []
    return found


def delivered() -> tuple[set[str], set[tuple[str, str]]]:
    """Paths of the overlays, and groups and kinds in any of the variants."""
    paths, kinds = set(), {("", "ConfigMap")}
    for variant in VARIANTS:
        for artefact in kubernetes.artefacts(variant.landscape, variant.options).artefacts:
            paths.add(str(artefact.path))
            if artefact.path.endswith(".yaml") and not artefact.path.endswith("kustomization.yaml"):
                for one in yaml.safe_load_all(artefact.content):
                    if isinstance(one, dict):
                        group, slash, _ = one["apiVersion"].partition("/")
                        kinds.add((group if slash else "", one["kind"]))
    return paths, kinds


DELIVERED = delivered()


@pytest.mark.parametrize("options", [{}, {"clusters": CLUSTERS}, {"repository": "https://github.com/acme/acme.git", "namespace": "gitops"}])
def test_project_and_applications_agree_with_each_other_and_the_overlays(options) -> None:
    assert disagreements(documents(made(**options)), *DELIVERED) == []


BROKEN = [
    (lambda files: files["project.yaml"]["spec"]["destinations"].pop(), "is no destination"),
    (lambda files: files["project.yaml"]["spec"].update(sourceRepos=["https://other.example"]), "no source"),
    (lambda files: files["project.yaml"]["spec"]["namespaceResourceWhitelist"].pop(), "may not be delivered"),
    (lambda files: files["project.yaml"]["spec"]["namespaceResourceWhitelist"].append({"group": "", "kind": "Secret"}), "is never delivered"),
    (lambda files: files["applications/dev.yaml"]["spec"]["source"].update(path="infra/kubernetes/overlays/gone"), "is not there"),
    (lambda files: files["applications/dev.yaml"]["spec"].update(project="default"), "no project"),
]


@pytest.mark.parametrize("breaks, says", BROKEN)
def test_what_disagrees_is_seen(breaks, says) -> None:
    files = documents(made())
    breaks(files)
    assert says in str(disagreements(files, *DELIVERED))


def test_production_is_pinned_and_nothing_is_deleted_there_unasked() -> None:
    files = documents(made())
    by = {overlay: files[f"applications/{overlay}.yaml"]["spec"] for overlay in ("dev", "staging", "production")}
    assert [by[overlay]["source"]["targetRevision"] for overlay in by] == ["HEAD", "HEAD", "v0.1.0"]
    assert [by[overlay]["syncPolicy"]["automated"] for overlay in by] == [
        {"prune": True, "selfHeal": True}, {"prune": True, "selfHeal": True}, {"prune": False, "selfHeal": True},
    ]  # fmt: skip
    asked = documents(made(prune={"production": True}, self_heal={"dev": False}))
    assert asked["applications/production.yaml"]["spec"]["syncPolicy"]["automated"]["prune"] is True
    assert asked["applications/dev.yaml"]["spec"]["syncPolicy"]["automated"]["selfHeal"] is False


def test_several_clusters_are_a_set() -> None:
    files = documents(made(clusters=CLUSTERS))
    assert set(files) == {"project.yaml", "applications/dev.yaml", "applications/staging.yaml", "applicationsets/production.yaml"}
    template = files["applicationsets/production.yaml"]["spec"]["template"]
    assert (template["metadata"]["name"], template["spec"]["destination"]["server"]) == ("acme-production-{{.cluster}}", "{{.server}}")


def test_what_nobody_says_is_a_question() -> None:
    assert [decision.subject for decision in made().decisions] == ["repository of Argo CD", "revision in production"]
    assert made(repository="git@github.com:acme/acme.git", revisions={"production": "v1.2.0"}).decisions == ()


@pytest.mark.parametrize(
    "options",
    [{"revisions": {"production": "main"}}, {"revisions": {"production": "HEAD"}}, {"repository": "acme"}, {"clusters": {"prod": ()}}, {"x": 1}],
)
def test_a_wrong_option_is_refused(options) -> None:
    with pytest.raises(pydantic.ValidationError):
        Options(**options)


def test_nothing_to_deliver_is_said() -> None:
    one = family.artefacts(replace(LANDSCAPE, workloads=()), Options())
    assert (one.artefacts, bool(one.absent)) == ((), True)
