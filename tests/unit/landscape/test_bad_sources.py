"""Whatever stands in the files: what they support is said, nothing stops, no name is taken twice, and no secret is told."""

from __future__ import annotations

import random

import pytest

from migrator.facts.landscape import landscape
from migrator.report.landscape_models import LandscapeOut
from migrator.report.landscapes import mermaid
from tests.conftest import facts_of
from tests.unit.landscape.trees import COMPOSE, tree

FILES = {
    **tree(COMPOSE),
    "nginx/nginx.conf": "upstream a { server api:8000; }\nserver { server_name x.acme.org; location /a { proxy_pass http://a; } }\n",
    "Caddyfile": "a.org {\n reverse_proxy api:8000\n}\n",
    "web/package.json": '{"scripts": {"start": "next start"}, "dependencies": {"next": "15"}}',
    "web/app/page.tsx": "export default 1",
    "prometheus.yml": "scrape_configs:\n  - job_name: a\n    static_configs: [{targets: ['api:8000']}]\n",
    "main.tf": 'resource "a" "b" {\n}\n',
    "traefik/d.yml": "http: {services: {a: {loadBalancer: {servers: [{url: 'http://api:1'}]}}}}\n",
}
ODD = [*"{}[]\":'$\n\\#&*!|>-", "\x00", "é", "${", "- ", "<<: *x"]
INSTEAD = ["", "[]", "null", "- a", "x", "{}", "FROM", "\ufeff"]


def broken(seed: int) -> dict[str, str]:
    """The files, some of them cut, shuffled, replaced or with something odd in them."""
    chance = random.Random(seed)  # noqa: S311  a choice that can be made again
    files = dict(FILES)
    for _ in range(chance.randint(1, 3)):
        path = chance.choice(list(files))
        text = files[path]
        lines = text.split("\n")
        at = chance.randint(0, len(text))
        match chance.randint(0, 4):
            case 0:
                text = text[:at]
            case 1:
                del lines[chance.randrange(len(lines))]
                text = "\n".join(lines)
            case 2:
                text = text[:at] + chance.choice(ODD) + text[at:]
            case 3:
                text = chance.choice(INSTEAD)
            case _:
                chance.shuffle(lines)
                text = "\n".join(lines)
        files[path] = text
    return files


@pytest.mark.parametrize("start", range(0, 80, 10))
def test_broken_files_stop_nothing(start: int) -> None:
    for seed in range(start, start + 10):
        found = landscape(facts_of(broken(seed)))
        names = [one.name for one in found.workloads]
        assert len(set(names)) == len(names)
        assert len({one.label for one in found.workloads}) == len(names)
        assert {name for link in found.links for name in (link.source, link.target)} <= set(names)
        shown = repr(found) + mermaid(found) + LandscapeOut.of(found, "x").model_dump_json()
        assert "hunter2-pw" not in shown
        assert "s3cr3t-redis" not in shown


def test_a_compose_file_that_cannot_be_read_is_a_decision_with_its_place() -> None:
    found = landscape(facts_of({**FILES, "docker-compose.yml": "services: [\n"}))
    (decision,) = [one for one in found.decisions if one.origins and one.origins[0].path == "docker-compose.yml"]
    assert decision.outcome == "dropped"
    assert {one.name for one in found.workloads} >= {"api", "web"}


def test_an_unknown_key_is_a_decision_with_its_line() -> None:
    found = landscape(facts_of({"compose.yml": "services:\n  web:\n    image: nginx:1.27\n    imagge: x\n"}))
    assert any("imagge" in one.subject + one.message and one.origins[0].line == 4 for one in found.decisions)
