"""Work for later, in the manner of Celery: who asks writes down a name, a worker that knows the name does it."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from backend_core.data.core.database import Session
from backend_core.data.models.job import Job


@dataclass(frozen=True)
class Task:
    name: str
    function: Callable[..., object]

    def __call__(self, *arguments: object) -> object:
        return self.function(*arguments)

    def delay(self, *arguments: object) -> int:
        return send_task(self.name, *arguments)


REGISTRY: dict[str, Task] = {}


def task(name: str) -> Callable[[Callable[..., object]], Task]:
    def known(function: Callable[..., object]) -> Task:
        return REGISTRY.setdefault(name, Task(name, function))

    return known


def send_task(name: str, *arguments: object) -> int:
    with Session.begin() as session:
        job = Job(name=name, arguments=json.dumps(arguments))
        session.add(job)
        session.flush()
        return job.id


def run_jobs() -> list[str]:
    with Session() as session:
        jobs = [(job.id, job.name, job.arguments) for job in session.query(Job).filter_by(done=False).order_by(Job.id)]
    for number, name, arguments in jobs:
        REGISTRY[name](*json.loads(arguments))
        with Session.begin() as session:
            session.get_one(Job, number).done = True
    return [name for _, name, _ in jobs]
