"""Delivery: images of what came to the main branch, staging that follows it, production that follows what somebody released."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from migrator.origin import Said, default
from phases.automation.pins import pinned
from phases.automation.workflows.parts import HOME, checkout, head, job, run

if TYPE_CHECKING:
    from migrator.paths import RepoPath
    from phases.automation.targets import Image, Target
    from phases.automation.workflows.options import Options

__all__ = ["EVERYTHING", "main", "production", "registry", "release", "staging"]

EVERYTHING = "everything"
"""What is released where no part of it is chosen."""
_READ = {"contents": "read"}
_WRITE = {"contents": "write"}
_PACKAGES = {"contents": "read", "packages": "write"}
_NAMES = 'echo "registry=${REGISTRY,,}" >> "$GITHUB_OUTPUT"\n'
_VERSION = {"version": {"description": "The tag of the images", "required": True, "type": "string"}}


def registry(options: Options) -> str:
    """Where images are pushed, as an expression or as it was said."""
    return options.registry or "ghcr.io/${{ github.repository }}"


def _login(options: Options) -> dict[str, Any]:
    """The package registry takes the token of the run; of any other the secrets say who pushes."""
    host = registry(options).partition("/")[0]
    own = host == "ghcr.io"
    who, word = ("${{ github.actor }}", "${{ secrets.GITHUB_TOKEN }}") if own else ("${{ secrets.REGISTRY_USER }}", "${{ secrets.REGISTRY_TOKEN }}")
    return {"name": "Log in to the registry", "uses": pinned("docker-login"), "with": {"registry": host, "username": who, "password": word}}


def main(options: Options, images: Sequence[Image], stage: Target | None, more: Mapping[str, Any], local: str) -> Mapping[str, Any]:
    """The main branch: the same checks and some more, then images by the commit, then staging."""
    document = head("Main", {"push": {"branches": [options.branch]}, "workflow_dispatch": {}}, "main-${{ github.ref }}", cancel=False)
    checks: dict[str, Any] = {"name": "Checks", "permissions": _READ, "uses": f"{local}/{HOME}/ci-pr.yml"}
    if options.remote_cache:
        checks["secrets"] = {"TURBO_TOKEN": "${{ secrets.TURBO_TOKEN }}"}
    jobs: dict[str, Any] = {"checks": checks, **more}
    if images:
        jobs["images"] = _images(options, images)
    if images and stage is not None and stage.delivery is not None and options.wants("cd-staging"):
        jobs["staging"] = {
            "name": "Staging",
            "needs": "images",
            "permissions": _WRITE,
            "uses": f"{local}/{HOME}/cd-staging.yml",
            "with": {"version": "${{ github.sha }}"},
            "secrets": {"SLACK_WEBHOOK_URL": "${{ secrets.SLACK_WEBHOOK_URL }}"},
        }
    return {**document, "jobs": jobs}


def _images(options: Options, images: Sequence[Image]) -> Mapping[str, Any]:
    rows = []
    for one in images:
        row: dict[str, Any] = {"image": one.name, "context": one.context.then(lambda path: path or "."), "dockerfile": one.dockerfile}
        row["target"] = one.target if one.target is not None else ""
        row["contexts"] = (
            Said("\n".join(each.value for each in one.contexts), tuple(each for said in one.contexts for each in said.origins))
            if one.contexts
            else ""
        )
        rows.append(row)
    build = {
        "name": "Build and push",
        "uses": pinned("docker-build"),
        "with": {
            "context": "${{ matrix.context }}",
            "file": "${{ matrix.dockerfile }}",
            "target": "${{ matrix.target }}",
            "build-contexts": "${{ matrix.contexts }}",
            "push": True,
            "tags": "${{ steps.names.outputs.registry }}/${{ matrix.image }}:${{ github.sha }}",
            "cache-from": "type=gha,scope=${{ matrix.image }}",
            "cache-to": "type=gha,mode=max,scope=${{ matrix.image }}",
        },
    }
    return job(
        options,
        "Image of ${{ matrix.image }}",
        _PACKAGES,
        [
            checkout(),
            {"name": "Set up Buildx", "uses": pinned("setup-buildx")},
            _login(options),
            run("Names are in lower case", _NAMES, id="names", env={"REGISTRY": registry(options)}),
            build,
        ],
        needs="checks",
        strategy={"fail-fast": False, "matrix": {"include": rows}},
    )


def _slack(local: str, title: str) -> dict[str, Any]:
    return {
        "name": "Tell who waits for it",
        "if": "failure()",
        "uses": f"{local}/.github/actions/notify-slack",
        "with": {"webhook": "${{ secrets.SLACK_WEBHOOK_URL }}", "text": title},
    }


def _called(group: str, name: str, *, callable_: bool) -> dict[str, Any]:
    on: dict[str, Any] = {"workflow_dispatch": {"inputs": _VERSION}}
    if callable_:
        on["workflow_call"] = {"inputs": _VERSION, "secrets": {"SLACK_WEBHOOK_URL": {"required": False}}}
    return head(name, on, group, cancel=False)


def staging(options: Options, target: Target, local: str) -> Mapping[str, Any]:
    """Staging follows the main branch."""
    document = _called("cd-staging", "Staging", callable_=target.delivery is not None)
    steps = [checkout(ref=options.branch), _deploy(options, target, local, push="commit"), _slack(local, "Staging was not updated")]
    if target.delivery is None:
        document["on"] = {"workflow_dispatch": {}}
        steps = [checkout(), _composed(target, local), steps[-1]]
    deploy = job(options, "Deploy to staging", _WRITE if target.delivery is not None else _READ, steps, environment="staging")
    return {**document, "jobs": {"deploy": deploy}}


def production(options: Options, target: Target, local: str) -> Mapping[str, Any]:
    """Production follows what somebody asks for, after the environment's reviewers agreed."""
    document = _called("cd-production", "Production", callable_=False)
    if target.delivery is None:
        document["on"] = {"workflow_dispatch": {}}
        steps = [checkout(), _composed(target, local), _slack(local, "Production was not updated")]
        return {**document, "jobs": {"deploy": job(options, "Deploy to production", _READ, steps, environment="production")}}
    steps = [checkout(ref=options.branch), _deploy(options, target, local, push="pull-request"), _slack(local, "Production was not updated")]
    permissions = {**_WRITE, "pull-requests": "write"}
    return {**document, "jobs": {"deploy": job(options, "Propose it for production", permissions, steps, environment="production")}}


def _deploy(options: Options, target: Target, local: str, push: str) -> dict[str, Any]:
    delivery = target.delivery
    assert delivery is not None  # noqa: S101  who calls has looked
    given: dict[str, Any] = {"environment": target.environment, "version": "${{ inputs.version }}"}
    if target.pinned:
        given["application"] = Said(delivery.application.path, (delivery.application,))
    else:
        given["overlay"] = Said(delivery.overlay, (delivery.application,))
        given["images"] = Said(" ".join(one.value for one in delivery.images), tuple(origin for one in delivery.images for origin in one.origins))
        given["registry"] = registry(options)
    given |= {"branch": options.branch, "push": push, "token": "${{ github.token }}"}
    return {"name": "Deploy", "uses": f"{local}/.github/actions/deploy-service", "with": given}


def _composed(target: Target, local: str) -> dict[str, Any]:
    files = Said(" ".join(one.value for one in target.compose), tuple(origin for one in target.compose for origin in one.origins))
    return {
        "name": "Deploy",
        "uses": f"{local}/.github/actions/deploy-service",
        "with": {"files": files, "host": "${{ vars.DEPLOY_HOST }}", "host-key": "${{ vars.DEPLOY_HOST_KEY }}", "key": "${{ secrets.DEPLOY_KEY }}"},
    }


_PROMOTE = """\
for name in $IMAGES; do
  docker buildx imagetools create --tag "${REGISTRY,,}/${name##*/}:$VERSION" "${REGISTRY,,}/${name##*/}:$GITHUB_SHA"
done
"""
_TAG = """\
case "$VERSION" in
  v[0-9]*.[0-9]*.[0-9]*) ;;
  *) echo "a version looks like v1.2.3"; exit 1 ;;
esac
case "$COMPONENT" in
  everything) tag=$VERSION directory= ;;
{}  *) exit 1 ;;
esac
echo "tag=$tag" >> "$GITHUB_OUTPUT"
echo "directory=$directory" >> "$GITHUB_OUTPUT"
"""
_COMMIT = """\
git config user.name "github-actions[bot]"
git config user.email "41898282+github-actions[bot]@users.noreply.github.com"
git add --all
git diff --cached --quiet || git commit --message "Release $TAG"
git tag "$TAG"
gh auth setup-git
git push origin "HEAD:$BRANCH" "$TAG"
gh release create "$TAG" --title "$TAG" --notes-file "$NOTES" --verify-tag
"""
_IMAGES = """\
cd "$OVERLAY"
for name in $IMAGES; do
  kustomize edit set image "$name=${REGISTRY,,}/${name##*/}:$VERSION"
done
"""


_CHANGESETS = """\
if find .changeset -name '*.md' ! -name README.md | grep --quiet .; then
  npx --yes @changesets/cli@{} version
fi
"""
_PROPOSE = """\
for step in github-release release-pr; do
  npx --yes release-please@17.9.0 "$step" --token "$GH_TOKEN" --repo-url "$GITHUB_REPOSITORY" --target-branch "$GITHUB_REF_NAME"
done
"""


def release(  # noqa: PLR0913, PLR0917  what is released, and by what
    options: Options, components: Mapping[str, Said[RepoPath]], images: Sequence[Image], target: Target | None, tool: str, local: str
) -> Mapping[str, Any]:
    """A release: what changed since the last one is written down, the tag is `v1.2.3` or `v1.2.3-apps-web`, images are the ones that were tested.

    What changesets say becomes versions and changelogs of packages in it; release-please proposes and tags its own after each push.
    """
    choices = [EVERYTHING, *(Said(name, said.origins) for name, said in components.items())]
    inputs = {
        "version": {"description": "v1.2.3", "required": True, "type": "string"},
        "component": {"description": "What is released", "required": True, "type": "choice", "options": choices, "default": EVERYTHING},
    }
    proposing = tool == "release-please"
    starts: dict[str, Any] = {"workflow_dispatch": {"inputs": inputs}} | ({"push": {"branches": [options.branch]}} if proposing else {})
    document = head("Release", starts, "release", cancel=False)
    delivery = target.delivery if target is not None and target.pinned else None
    steps = [
        checkout(**{"fetch-depth": 0}),
        run(
            "Say what it is called", _tagged(components), id="names", env={"VERSION": "${{ inputs.version }}", "COMPONENT": "${{ inputs.component }}"}
        ),
    ]
    if images:
        steps.append(_login(options))
        names = Said(" ".join(one.name.value for one in images), tuple(origin for one in images for origin in one.name.origins))
        env = {"IMAGES": names, "REGISTRY": registry(options), "VERSION": "${{ steps.names.outputs.tag }}"}
        steps.append(run("Give the tested images its name", _PROMOTE, env=env))
    if images and delivery is not None:
        listed = Said(" ".join(one.value for one in delivery.images), tuple(origin for one in delivery.images for origin in one.origins))
        env = {
            "IMAGES": listed,
            "REGISTRY": registry(options),
            "VERSION": "${{ steps.names.outputs.tag }}",
            "OVERLAY": Said(delivery.overlay, (delivery.application,)),
        }
        steps.append(run("Have production ask for them", _IMAGES, env=env))
    if tool == "changesets":
        pinned = default(options.releases.changesets, "option changesets").then(_CHANGESETS.format)
        steps.append(run("Give packages the versions that changesets say", pinned))
    steps.append(
        {
            "name": "Write down what changed",
            "id": "changelog",
            "uses": f"{local}/.github/actions/update-changelog",
            "with": {"tag": "${{ steps.names.outputs.tag }}", "directory": "${{ steps.names.outputs.directory }}"},
        }
    )
    env = {
        "TAG": "${{ steps.names.outputs.tag }}",
        "NOTES": "${{ steps.changelog.outputs.notes }}",
        "BRANCH": options.branch,
        "GH_TOKEN": "${{ github.token }}",
    }
    steps.append(run("Release", _COMMIT, env=env))
    permissions = {**_WRITE, **({"packages": "write"} if images else {})}
    when = {"if": "github.event_name == 'workflow_dispatch'"} if proposing else {}
    jobs = {"release": job(options, "Release", permissions, steps, **when)}
    if proposing:
        asked = run("Tag what was merged, and propose what is next", _PROPOSE, env={"GH_TOKEN": "${{ github.token }}"})
        allowed = {**_WRITE, "pull-requests": "write"}
        jobs["propose"] = job(options, "What release-please proposes", allowed, [asked], **{"if": "github.event_name == 'push'"})
    return {**document, "jobs": jobs}


def _tagged(components: Mapping[str, Said[RepoPath]]) -> Said[str]:
    """What says the tag and the directory of what is released."""
    rows = "".join(f"  {name}) tag=$VERSION-{name} directory={shlex.quote(said.value)} ;;\n" for name, said in components.items())
    return Said(_TAG.replace("{}", rows), tuple(origin for said in components.values() for origin in said.origins))
