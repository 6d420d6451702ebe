"""Argo CD's own models take what we write."""

from __future__ import annotations

import copy

import pytest
import yaml

from phases.infrastructure.argocd import family
from phases.infrastructure.argocd.options import Options
from tests.unit.infrastructure.landscapes import LANDSCAPE
from tests.unit.infrastructure.variants import CLUSTERS
from tests.validators.tools import node_answer

pytestmark = pytest.mark.validators
_VALIDATE = """
const found = [];
for (const one of JSON.parse(require("fs").readFileSync(0, "utf8"))) {
  try {
    const model = require("@kubernetes-models/argo-cd/argoproj.io/v1alpha1/" + one.kind)[one.kind];
    new model(one).validate();
    found.push("");
  } catch (error) {
    found.push(String(error));
  }
}
console.log(JSON.stringify(found));
"""


def said(*objects: dict) -> list[str]:
    return node_answer("@kubernetes-models/argo-cd", _VALIDATE, list(objects))


def example(**options: object) -> dict[str, dict]:
    made = family.artefacts(LANDSCAPE, Options(**options)).artefacts
    return {artefact.path.removeprefix("infra/ci-cd/argocd/"): yaml.safe_load(artefact.content) for artefact in made}


@pytest.mark.parametrize("options", [{}, {"clusters": CLUSTERS}], ids=["one cluster", "several"])
def test_the_models_take_everything(options) -> None:
    assert set(said(*example(**options).values())) == {""}


BROKEN = [
    ("applications/dev.yaml", lambda one: one["spec"].pop("destination")),
    ("applications/dev.yaml", lambda one: one["spec"].pop("project")),
    ("applications/dev.yaml", lambda one: one["spec"]["syncPolicy"]["automated"].update(prune="yes")),
    ("applications/dev.yaml", lambda one: one["spec"]["source"].pop("repoURL")),
    ("project.yaml", lambda one: one["spec"].update(sourceRepos="all")),
    ("project.yaml", lambda one: one["spec"]["clusterResourceWhitelist"][0].pop("kind")),
    ("applicationsets/production.yaml", lambda one: one["spec"].pop("template")),
]


def test_the_models_see_what_is_broken() -> None:
    files, broken = example(clusters={"production": CLUSTERS["production"]}), []
    for name, breaks in BROKEN:
        one = copy.deepcopy(files[name])
        breaks(one)
        broken.append(one)
    assert [name for (name, _), message in zip(BROKEN, said(*broken), strict=True) if not message] == []
