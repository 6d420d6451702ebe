"""What kind of file a path is: whether it runs, sets something up, or is read by people."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from migrator.paths import name

__all__ = ["RUNS", "Kind", "is_foreign", "kind_of", "patterns", "runs"]

Kind = Literal["code", "scripts", "CI", "images", "platforms", "settings", "documents", "data"]


def patterns(text: str) -> re.Pattern[str]:
    """A pattern over several lines that no case matters to."""
    return re.compile(text, re.IGNORECASE | re.VERBOSE)


_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "CI",
        patterns(
            r"""(^|/)\.github/(workflows|actions)/ | (^|/)action\.ya?ml$ | (^|/)\.gitlab-ci[^/]*\.ya?ml$ | (^|/)\.(circleci|buildkite|gitlab/ci|woodpecker|semaphore)/
            | (^|/)azure-pipelines[^/]*\.ya?ml$ | (^|/)(jenkinsfile|earthfile)[^/]*$ | (^|/)bitbucket-pipelines\.ya?ml$
            | (^|/)\.?(travis|appveyor|drone|woodpecker|cirrus|cloudbuild|codemagic|buildspec)[^/]*\.ya?ml$"""
        ),
    ),
    (
        "images",
        patterns(
            r"""(^|/)([^/]+\.)?(dockerfile|containerfile)([.-][^/]+)?$ | (^|/)(docker-)?compose[^/]*\.ya?ml$ | (^|/)[^/]*\.?compose\.ya?ml$ | dockerignore$
            | (^|/)docker-bake[^/]*$ | (^|/)(skaffold|tilt)[^/]*$ | (^|/)tiltfile$ | (^|/)\.devcontainer(/|\.json$) | (^|/)project\.toml$ | (^|/)supervisord?[^/]*\.conf$"""
        ),
    ),
    (
        "platforms",
        patterns(
            r"""(^|/)(vercel|now|app|firebase|serverless|amplify|railway|netlify|staticwebapp\.config)\.(json|ya?ml|toml)$ | (^|/)(netlify|fly|railway|wrangler|nixpacks)[^/]*\.(toml|jsonc?)$
            | (^|/)(render|serverless|amplify|template|samconfig|apprunner|app\.platform|koyeb|zeabur)[^/]*\.(ya?ml|toml)$ | (^|/)(procfile|caprover|captain-definition)[^/]*$
            | (^|/)\.(do|platform|ebextensions|elasticbeanstalk|platform\.app\.yaml)(/|$) | \.(tf|tfvars|hcl|nomad|bicep)$ | (^|/)(_redirects|_headers)$
            | (^|/)(k8s|kubernetes|helm|charts|manifests|ansible|nginx|systemd|terraform)/.*\.(ya?ml|conf|service|timer|json|tpl|j2)$ | (^|/)(nginx|caddyfile|traefik)[^/]*$ | \.(service|timer)$
            | (^|/)(ecosystem\.config|pm2)[^/]*$ | (^|/)[^/]*uwsgi[^/]*\.(ini|ya?ml|xml)$"""
        ),
    ),
    (
        "scripts",
        patterns(
            r"""\.(sh|bash|zsh|fish|ksh|ps1|psm1|psd1|bat|cmd|mk|just|nu)$ | (^|/)(gnu)?makefile[^/]*$ | (^|/)\.?justfile$ | (^|/)(rakefile|taskfile[^/]*|dodo\.py|fabfile\.py|noxfile\.py|tasks\.py)$
            | (^|/)package\.json$ | (^|/)\.husky/[^/]+$ | (^|/)\.?(lefthook|pre-commit-config)[^/]*\.ya?ml$ | (^|/)\.(envrc|bashrc|zshrc)$ | (^|/)tox\.ini$"""
        ),
    ),
    (
        "settings",
        patterns(
            r"(^|/)(requirements|constraints)[^/]*\.(txt|in)$ | (^|/)requirements/[^/]+\.(txt|in)$ | (^|/)manifest\.in$ | (^|/)(codeowners|robots\.txt|cmakelists\.txt)$"
        ),
    ),
    (
        "documents",
        patterns(
            r"\.(md|mdx|markdown|rst|txt|adoc|asciidoc|org|tex|textile|mmd|mermaid)$ | (^|/)(licen[cs]e|notice|authors|readme|contributing|changelog|todo)[^/.]*$"
        ),
    ),
    (
        "data",
        patterns(
            r"""\.(csv|tsv|jsonl|ndjson|geojson|log|svg|xml|xlf|po|pot|snap|ambr|diff|patch|lock|ipynb|har|map|pem|sqlx?|dump|bak|orig)$ | (^|/)(package-lock|npm-shrinkwrap)\.json$
            | (^|/)(pnpm-lock\.yaml|__snapshots__/|fixtures?/.*\.json|testdata/|cassettes/|data/.*\.(json|ya?ml))"""
        ),
    ),
    (
        "code",
        patterns(
            r"""\.(py|pyi|pyx|[cm]?[jt]sx?|vue|svelte|astro|css|scss|sass|less|html?|jinja2?|j2|mako|ejs|hbs|njk|pug|go|rs|rb|php|java|kt|kts|scala|swift|cs|fs|vb|c|cc|cpp|h|hpp|m|mm|ex|exs|erl
            |clj|hs|lua|pl|r|jl|dart|sol|proto|graphql|gql|prisma|wgsl|glsl|zig|nim|groovy|gradle)$"""
        ),
    ),
)
"""The first that matches; what none matches are settings."""
_SHEBANG = b"#!"


@lru_cache(maxsize=1 << 16)
def _told(path: str) -> Kind | None:
    return next((kind for kind, pattern in _KINDS if pattern.search(path)), None)


def kind_of(path: str, source: bytes = b"") -> Kind:
    """What kind of file a path is; a content without a telling name may begin like a script."""
    found = _told(path)
    if found is None and "." not in name(path) and source.startswith(_SHEBANG):
        return "scripts"
    return found or "settings"


RUNS = ("scripts", "CI", "images", "platforms")
"""Kinds of files that run by themselves: what is open there breaks when nobody looks."""


def runs(path: str) -> bool:
    """Whether a path is of a kind that runs."""
    return kind_of(path) in RUNS


_FOREIGN = frozenset({"node_modules", "bower_components", "site-packages", "vendor", ".venv", "venv"})


def is_foreign(path: str) -> bool:
    """Whether a path lies in a folder of what others wrote, which somebody committed."""
    return not _FOREIGN.isdisjoint(path.split("/")[:-1])
