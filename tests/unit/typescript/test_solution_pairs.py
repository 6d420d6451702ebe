"""A tsconfig that only refers to others (`npm create vite`): what its files are compiled with is said elsewhere."""

from __future__ import annotations

import json

import pytest

from tests.conftest import facts_of

APP = {"compilerOptions": {"strict": True, "jsx": "react-jsx"}, "include": ["src"]}
NODE = {"compilerOptions": {"types": ["node"]}, "include": ["vite.config.ts"]}
PATHS = {"paths": {"@/*": ["./src/*"]}}
WITH_PATHS = {**APP, "compilerOptions": {**APP["compilerOptions"], **PATHS}}  # type: ignore[dict-item]
BOTH = [{"path": "./tsconfig.node.json"}, {"path": "./tsconfig.app.json"}]


def compiled(solution: dict[str, object], **others: object) -> tuple[str, set[str], list[str]]:
    files = {f"tsconfig.{name}.json": json.dumps(said) for name, said in others.items()}
    found = facts_of({"tsconfig.json": json.dumps(solution), "src/a.ts": "", **files}).atlas.node.tsconfig_of("src/a.ts")
    assert found is not None
    return found.path, set(found.options), [alias.pattern for alias in found.aliases]


SOLUTIONS = [
    ({"files": [], "references": BOTH[1:]}, {"app": APP}, ("tsconfig.json", {"strict", "jsx"}, [])),
    ({"files": [], "references": BOTH}, {"app": WITH_PATHS, "node": NODE}, ("tsconfig.app.json", {"strict", "jsx", "paths"}, ["@/*"])),
    ({"files": [], "references": BOTH[1:], "compilerOptions": PATHS}, {"app": APP}, ("tsconfig.json", {"strict", "jsx", "paths"}, ["@/*"])),
    (
        {"files": [], "references": BOTH[1:], "compilerOptions": PATHS},
        {"app": WITH_PATHS},
        ("tsconfig.app.json", {"strict", "jsx", "paths"}, ["@/*"]),
    ),
    ({"files": [], "references": [*BOTH[1:], *BOTH[:1]]}, {"app": APP, "node": NODE}, ("tsconfig.json", {"strict", "jsx"}, [])),
]
NONE = [
    ({"compilerOptions": PATHS, "references": BOTH[1:]}, {"app": WITH_PATHS}, ("tsconfig.json", {"paths"}, ["@/*"])),
    ({"include": ["src"], "files": [], "references": BOTH[1:], "compilerOptions": PATHS}, {"app": WITH_PATHS}, ("tsconfig.json", {"paths"}, ["@/*"])),
    ({"files": [], "references": BOTH[1:]}, {}, ("tsconfig.json", set(), [])),
    ({"files": [], "references": []}, {"app": WITH_PATHS}, ("tsconfig.json", set(), [])),
    ({"references": BOTH[1:]}, {"app": APP}, ("tsconfig.json", set(), [])),
    ({"files": ["src/a.ts"], "compilerOptions": PATHS, "references": BOTH[1:]}, {"app": WITH_PATHS}, ("tsconfig.json", {"paths"}, ["@/*"])),
]


@pytest.mark.parametrize("solution, others, expected", SOLUTIONS + NONE)
def test_a_solution_is_compiled_as_what_it_refers_to(solution, others, expected) -> None:
    assert compiled(solution, **others) == expected
