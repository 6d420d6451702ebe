"""What composite actions ask, and the commands that they run: inputs come to them as variables, never into their text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["CHANGELOG", "COMPOSE", "GITOPS", "SLACK"]

_Parts = tuple[Mapping[str, Any], list[Mapping[str, Any]], Mapping[str, Any]]


def _input(description: str, default: str | None = None) -> Mapping[str, Any]:
    return {"description": description, "required": True} if default is None else {"description": description, "required": False, "default": default}


def _step(name: str, text: str, environment: Mapping[str, str], **more: str) -> Mapping[str, Any]:
    return {"name": name, **more, "shell": "bash", "env": dict(environment), "run": text}


_SET = """\
if [ -n "$APPLICATION" ]; then
  REVISION=$VERSION yq --inplace '(select(.kind == "Application") | .spec.source.targetRevision) = strenv(REVISION)' "$APPLICATION"
else
  cd "$OVERLAY"
  for name in $IMAGES; do
    kustomize edit set image "$name=${REGISTRY,,}/${name##*/}:$VERSION"
  done
fi
"""
_PUSH = """\
git config user.name "github-actions[bot]"
git config user.email "41898282+github-actions[bot]@users.noreply.github.com"
if git diff --quiet; then
  echo "$ENVIRONMENT has this version already"
  exit 0
fi
gh auth setup-git
title="Deploy $VERSION to $ENVIRONMENT"
if [ "$PUSH" = commit ]; then
  git commit --all --message "$title"
  git push origin "HEAD:$BRANCH"
else
  git switch --create "deploy/$ENVIRONMENT-$VERSION"
  git commit --all --message "$title"
  git push --force origin "deploy/$ENVIRONMENT-$VERSION"
  gh pr create --base "$BRANCH" --head "deploy/$ENVIRONMENT-$VERSION" --title "$title" --body "Argo CD follows once this is merged."
fi
"""
GITOPS: _Parts = (
    {
        "environment": _input("Which environment it is"),
        "version": _input("The tag of the images, or the tag that is released"),
        "application": _input("The application of Argo CD that runs a released tag", ""),
        "overlay": _input("The overlay whose images get the tag", ""),
        "images": _input("The names of images in the overlay", ""),
        "registry": _input("Where images are pushed", ""),
        "branch": _input("The branch that Argo CD follows"),
        "push": _input("commit, or pull-request"),
        "token": _input("What may write to the repository"),
    },
    [
        _step(
            "Name the version",
            _SET,
            {
                "APPLICATION": "${{ inputs.application }}",
                "OVERLAY": "${{ inputs.overlay }}",
                "IMAGES": "${{ inputs.images }}",
                "REGISTRY": "${{ inputs.registry }}",
                "VERSION": "${{ inputs.version }}",
            },
        ),
        _step(
            "Let Argo CD see it",
            _PUSH,
            {
                "ENVIRONMENT": "${{ inputs.environment }}",
                "VERSION": "${{ inputs.version }}",
                "BRANCH": "${{ inputs.branch }}",
                "PUSH": "${{ inputs.push }}",
                "GH_TOKEN": "${{ inputs.token }}",
            },
        ),
    ],
    {},
)
_UP = """\
install --directory --mode=700 ~/.ssh
printf '%s\\n' "$KEY" > ~/.ssh/id_ed25519
chmod 600 ~/.ssh/id_ed25519
printf '%s\\n' "$HOST_KEY" >> ~/.ssh/known_hosts
arguments=()
for file in $FILES; do
  arguments+=(--file "$file")
done
docker compose "${arguments[@]}" up --detach --build --wait
"""
COMPOSE: _Parts = (
    {
        "files": _input("Compose files that are run together"),
        "host": _input("Where they are run: user@host"),
        "host-key": _input("The line of known_hosts for it"),
        "key": _input("The private key that may log in"),
    },
    [
        _step(
            "Bring it up",
            _UP,
            {
                "FILES": "${{ inputs.files }}",
                "DOCKER_HOST": "ssh://${{ inputs.host }}",
                "HOST_KEY": "${{ inputs.host-key }}",
                "KEY": "${{ inputs.key }}",
            },
        )
    ],
    {},
)
_TELL = """\
message="$TEXT: $GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"
if [ -z "$WEBHOOK" ]; then
  echo "::notice::$message"
  exit 0
fi
jq --null-input --arg text "$message" '{text: $text}' | curl --fail --silent --show-error --header "Content-Type: application/json" --data @- "$WEBHOOK"
"""
SLACK: _Parts = (
    {"webhook": _input("The address of an incoming webhook; empty to say it in the log only", ""), "text": _input("What happened")},
    [_step("Say it", _TELL, {"WEBHOOK": "${{ inputs.webhook }}", "TEXT": "${{ inputs.text }}"})],
    {},
)
_CHANGES = """\
paths=()
pattern='v[0-9]*.[0-9]*.[0-9]*'
if [ -n "$DIRECTORY" ]; then
  paths=(-- "$DIRECTORY")
  pattern="v*-${TAG#*-}"
fi
since=$(git describe --tags --abbrev=0 --match "$pattern" 2> /dev/null || true)
notes="$RUNNER_TEMP/notes.md"
{
  echo "## $TAG ($(date -u +%Y-%m-%d))"
  echo
  git log --no-merges --format='- %s (%h)' "${since:+$since..}HEAD" "${paths[@]}"
} > "$notes"
touch CHANGELOG.md
{
  echo '# Changelog'
  echo
  cat "$notes"
  echo
  sed '1{/^# /d;}' CHANGELOG.md | sed '/./,$!d'
} > "$RUNNER_TEMP/changelog.md"
mv "$RUNNER_TEMP/changelog.md" CHANGELOG.md
echo "notes=$notes" >> "$GITHUB_OUTPUT"
"""
CHANGELOG: _Parts = (
    {"tag": _input("The tag that is released"), "directory": _input("What is released; empty for all of it", "")},
    [_step("Collect it", _CHANGES, {"TAG": "${{ inputs.tag }}", "DIRECTORY": "${{ inputs.directory }}"}, id="collect")],
    {"notes": {"description": "The file with what changed", "value": "${{ steps.collect.outputs.notes }}"}},
)
