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


_TYPED = """
const ts = require("typescript"), given = JSON.parse(require("fs").readFileSync(0, "utf8"));
const file = require("path").join(process.cwd(), "delivered.ts"), kinds = [...new Set(given.map((one) => one.kind))];
const imports = kinds.map((kind) => `import type { I${kind} } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1/${kind}';`).join(" ");
const source = [imports, ...given.map((one, at) => `export const made${at}: I${one.kind} = ${JSON.stringify(one)};`)].join(String.fromCharCode(10));
const modern = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext };
const options = { strict: true, noEmit: true, skipLibCheck: true, types: [], ...modern };
const host = ts.createCompilerHost(options), read = host.getSourceFile.bind(host), there = host.fileExists.bind(host);
host.getSourceFile = (name, ...rest) => name === file ? ts.createSourceFile(name, source, options.target) : read(name, ...rest);
host.fileExists = (name) => name === file || there(name);
const found = ts.getPreEmitDiagnostics(ts.createProgram([file], options, host));
console.log(JSON.stringify([...new Set(found.map((one) => one.file.getLineAndCharacterOfPosition(one.start).line - 1))].sort((a, b) => a - b)));
"""
"""Which of some objects have keys that the types of the models do not know: the models themselves take any."""


def test_every_key_is_one_that_is_known() -> None:
    made = [*example().values(), *example(clusters=CLUSTERS).values()]
    broken = []
    for kind, keys in {"Application": ("spec", "syncPolicy"), "AppProject": ("spec",), "ApplicationSet": ("spec", "template", "spec")}.items():
        one = copy.deepcopy(next(each for each in made if each["kind"] == kind))
        at = one
        for key in keys:
            at = at[key]
        at["automatic"] = {}
        broken.append(one)
    assert node_answer("@kubernetes-models/argo-cd", _TYPED, [*made, *broken]) == list(range(len(made), len(made) + len(broken)))
