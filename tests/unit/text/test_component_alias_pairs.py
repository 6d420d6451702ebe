"""The aliases of components.json: they follow what they lead to, through the compiler's `paths`."""

from __future__ import annotations

import json

import pytest

from tests.unit.text.monorepo import after

APP = {
    "apps/frontend/tsconfig.json": json.dumps({"compilerOptions": {"paths": {"@/*": ["./src/*"], "~ui/*": ["../../packages/ui/src/*"]}}}),
    "apps/frontend/src/lib/utils.ts": "",
    "apps/frontend/src/components/ui/button.tsx": "",
    "apps/frontend/src/hooks/use.ts": "",
    "packages/ui/src/card.tsx": "",
}


def aliases(**entries: str) -> str:
    return json.dumps({"style": "new-york", "tailwind": {"css": "src/styles/main.css"}, "aliases": entries})


PAIRS = [
    ("a module", "utils", "@/lib/utils", {"apps/frontend/src/lib/utils.ts": "apps/frontend/src/shared/cn.ts"}, "@/shared/cn"),
    ("a folder", "ui", "@/components/ui", {"apps/frontend/src/components/ui": "apps/frontend/src/ui"}, "@/ui"),
    ("the folder above", "ui", "@/components/ui", {"apps/frontend/src/components": "apps/frontend/src/parts"}, "@/parts/ui"),
    ("to where another alias leads", "ui", "@/components/ui", {"apps/frontend/src/components/ui": "packages/ui/src/web"}, "~ui/web"),
    ("back from there", "ui", "~ui/card", {"packages/ui/src/card.tsx": "apps/frontend/src/card.tsx"}, "@/card"),
    ("hooks", "hooks", "@/hooks", {"apps/frontend/src/hooks": "apps/frontend/src/lib/hooks"}, "@/lib/hooks"),
]
SAME = [
    ("the application moves", "utils", "@/lib/utils", {"apps/frontend": "apps/web"}),
    ("what another alias leads to moves", "utils", "@/lib/utils", {"packages/ui": "libs/ui"}),
    ("what is not there yet", "ui", "@/ui", {"apps/frontend/src/components": "apps/frontend/src/parts"}),
    ("a library", "utils", "clsx", {"apps/frontend/src/lib": "apps/frontend/src/shared"}),
    ("relative", "utils", "./src/lib/utils", {"apps/backend": "services/api"}),
    ("a path from the root", "utils", "apps/frontend/src/lib", {"apps/frontend": "apps/web"}),
    ("no alias leads there", "ui", "@/components/ui", {"apps/frontend/src/components": "libs/parts"}),
]


@pytest.mark.parametrize(("key", "old", "moves", "new"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS])
def test_an_alias_follows(key, old, moves, new):
    assert after("apps/frontend/components.json", aliases(**{key: old}), moves, APP).decode() == aliases(**{key: new})


@pytest.mark.parametrize(("key", "text", "moves"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_an_alias_stays(key, text, moves):
    assert after("apps/frontend/components.json", aliases(**{key: text}), moves, APP).decode() == aliases(**{key: text})
