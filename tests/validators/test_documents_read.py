"""Mermaid draws what we draw, and every link of our pages leads somewhere; a twin of each is refused.

Drawing tells more than parsing (D14): what is too large, or a frame around itself, parses.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from migrator.mermaid import Edge, Node, flowchart
from migrator.record import FOLDER
from phases import documentation, infrastructure
from tests.laws.generating import Files, before, contents, planned
from tests.unit.core.test_mermaid import TRAPS
from tests.validators.tools import NODE, node_answer, ran

pytestmark = [pytest.mark.validators, pytest.mark.slow]

_DRAW = """
const { JSDOM } = require('jsdom');
(async () => {
  const { window } = new JSDOM('<!DOCTYPE html><body></body>', { pretendToBeVisual: true });
  Object.assign(global, { window, document: window.document });
  for (const name of ['Element', 'SVGElement', 'HTMLElement', 'Node', 'DOMParser', 'XMLSerializer', 'getComputedStyle', 'MutationObserver']) global[name] ??= window[name];
  // What jsdom lacks of drawing: how large a text is, and style sheets that are made.
  window.SVGElement.prototype.getBBox = () => ({ x: 0, y: 0, width: 80, height: 20 });
  window.SVGElement.prototype.getComputedTextLength = () => 80;
  global.CSSStyleSheet = window.CSSStyleSheet = class { replaceSync() {} insertRule() {} get cssRules() { return []; } };
  const { default: mermaid } = await import('mermaid');
  mermaid.initialize({ startOnLoad: false, suppressErrorRendering: true, htmlLabels: false, flowchart: { htmlLabels: false } });
  const said = {};
  let number = 0;
  for (const [name, text] of Object.entries(JSON.parse(require('fs').readFileSync(0, 'utf8')))) {
    try {
      const { svg } = await mermaid.render(`drawn${number++}`, text);
      said[name] = svg.includes('exceeded') ? 'too large' : '';
    } catch (error) {
      said[name] = String((error && error.message) || error).split('\\n')[0] || 'refused';
    }
  }
  process.stdout.write(JSON.stringify(said));
  process.exit(0);
})();
"""


def drawn(pictures: Mapping[str, str]) -> dict[str, str]:
    """Why each cannot be drawn; nothing for one that is. One process draws all."""
    found = node_answer("mermaid", _DRAW, pictures)
    assert isinstance(found, dict)
    assert found.keys() == pictures.keys()
    return {str(name): str(why) for name, why in found.items()}


@cache
def finished() -> Files:
    """The sample after phases 1, 2, 3 and 5."""
    return contents(planned(before(), (infrastructure.phase, documentation.phase)))


def picture(nodes: list[Node], edges: list[Edge]) -> str:
    return "\n".join(line for line, _ in flowchart(nodes, edges))


def test_all_pictures_are_drawn() -> None:
    pictures = {path: text.decode() for path, text in finished().items() if path.endswith(".mmd")}
    assert len(pictures) == 4
    for number, name in enumerate(TRAPS):
        nodes = [Node(name, (name, name), group=name), *(Node(shape, (name,), shape) for shape in ("store", "queue", "round"))]
        pictures[f"trap {number} {name!r}"] = picture(nodes, [Edge(name, "store", name), Edge("queue", name), Edge("round", "store")])
    several = [Node(str(number), (str(number),)) for number in range(25)]
    pictures["as many as there may be"] = picture(several, [Edge(a.key, b.key) for a in several for b in several])
    found = drawn(pictures)
    assert {name: why for name, why in found.items() if why} == {}


TWINS = [
    ("an id that is a word", lambda text: text.replace("n0", "end")),
    ("a label without quotes", lambda text: text.replace('"', "")),
    ("a frame that is a node of its own", lambda text: text.replace("frame0", "n0")),
    ("too many arrows", lambda text: text + "\n  n1 --> n0" * 501),
    ("too long a text", lambda text: text.replace("a (b)", "x" * 50_000)),
]


def test_a_picture_that_steps_into_a_trap_is_refused() -> None:
    text = picture([Node("a", ("a (b)",), group="frame"), Node("c", ("c",), "store")], [Edge("a", "c", "d (e)")])
    found = drawn({"": text, **{name: spoil(text) for name, spoil in TWINS}})
    assert found.pop("") == ""
    assert {name for name, why in found.items() if why} == {name for name, _ in TWINS}


def links(files: Files, root: Path) -> str:
    """What is said of the pages of phase 5 in a tree."""
    for path, content in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    plugin = NODE / "node_modules" / "remark-validate-links" / "index.js"
    if not plugin.exists():
        pytest.skip("remark-validate-links is not there: make validators-all")
    done = ran(
        "remark", "--no-stdout", "--frail", "--quiet", "--no-color", "--no-config", "--no-ignore", "--use", f"{plugin}=repository:false",
        "docs/architecture", "docs/api", cwd=root,
    )  # fmt: skip
    assert (done.returncode == 0) is not ("warning" in done.stdout + done.stderr), done.stdout + done.stderr
    return done.stdout + done.stderr


def test_every_link_leads_somewhere(tmp_path: Path) -> None:
    assert {path.split("/")[2] for path in finished() if path.startswith("docs/architecture/") and path.count("/") > 2} == {
        "decisions",
        "diagrams",
        "rfcs",
    }
    assert links(finished(), tmp_path) == ""


def test_a_link_that_leads_nowhere_is_seen(tmp_path: Path) -> None:
    """Wherever it leads: to a record, to a page beside it, to code."""
    first = next(path for path in finished() if path.startswith("docs/architecture/decisions/001-"))
    gone = {next(path for path in finished() if path.startswith(f"{FOLDER}/1.01-")), first, "docs/architecture/rfcs/000-template.md"}
    said = links({path: text for path, text in finished().items() if path not in gone}, tmp_path)
    assert said.count("Cannot find file") >= 2
    for path in (first, "docs/architecture/rfcs/000-template.md"):
        assert path.rpartition("/")[2] in said
