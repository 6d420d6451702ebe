"""Whether code sends traces, and how: by which exporter of OpenTelemetry it is given."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from migrator.facts.calls import calls
from migrator.origin import Origin, Said

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["tracing"]

_NODE = re.compile(rb"""["']@opentelemetry/exporter-trace-otlp-(grpc|http|proto)["']""")
_PYTHON = (b"opentelemetry.exporter.otlp", b"opentelemetry.exporter.jaeger", b"opentelemetry.exporter.zipkin")


def tracing(facts: Facts, modules: Iterable[RepoPath]) -> Said[str] | None:
    """`otlp-grpc`, `otlp-http`, `jaeger` or `zipkin`, where some modules make such an exporter; None where none does."""
    for module in modules:
        source = facts.read(module)
        if b"opentelemetry" not in source:
            continue
        if module.endswith(".py"):
            if any(one in source for one in _PYTHON):
                for call in calls(source, "OTLPSpanExporter", "JaegerExporter", "ZipkinExporter"):
                    otlp = "otlp-http" if b"otlp.proto.http" in source else "otlp-grpc"
                    kind = {"JaegerExporter": "jaeger", "ZipkinExporter": "zipkin"}.get(call.last, otlp)
                    return Said(kind, (Origin(module, call.line),))
        elif (found := _NODE.search(source)) is not None:
            kind = "otlp-grpc" if found[1] == b"grpc" else "otlp-http"
            return Said(kind, (Origin(module, source.count(b"\n", 0, found.start()) + 1),))
    return None
