"""What is to be known of a monolith of Flask before it is split: what has no parts, and what its services will not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.errors import Finding
from migrator.facts.serving import mounted
from migrator.paths import RepoPath, parent
from migrator.wording import listed
from phases.backend_split.backend import service_name

if TYPE_CHECKING:
    from phases.backend_split.partition.modules import Partition

__all__ = ["no_remarks", "remarks"]

_LOADS = re.compile(rb"\.(?:user_loader|request_loader)\b")
_LOGIN = re.compile(rb"\b(?:login_required|current_user|LoginManager)\b")
_BESIDE = {"static": "`url_for('static')` of a service names what the gateway serves", "translations": "services have no translations of their own"}
"""Folders that Flask and its extensions find beside the application, and what that means for services."""


def no_remarks(_partition: Partition) -> tuple[Finding, ...]:
    """Of a framework about which nothing has to be said."""
    return ()


def remarks(partition: Partition) -> Iterator[Finding]:
    """What has to be said before anything moves."""
    facts, name = partition.facts, partition.backend.application
    if not mounted(facts, name):
        message = "registers no blueprint, so its routes cannot leave it: give each part a `Blueprint` that the application registers, and plan again"
        yield Finding("absent", name.module, message)
        return
    if partition.owned:
        yield from _logins(partition)
        for folder, what in _BESIDE.items():
            place = RepoPath(f"{parent(name.module)}/{folder}".lstrip("/"))
            if facts.tree.is_dir(place):
                yield Finding("stays", place, f"is found beside the application and stays with the gateway: {what}", severity="info")


def _logins(partition: Partition) -> Iterator[Finding]:
    """What tells who is logged in, where only one service has it and others ask."""
    facts = partition.facts
    asking = {title for title, mine in partition.owned.items() if any(_LOGIN.search(facts.read(module)) for module in mine)}
    for owner, mine in partition.owned.items():
        for module in mine:
            if (others := sorted(asking - {owner})) and _LOADS.search(facts.read(module)):
                message = f"tells Flask-Login who somebody is, and goes to {service_name(owner)}: {listed([*map(service_name, others)])} would know nobody; "
                yield Finding("login", module, f"{message}put the loader beside the model of users, which all share")
