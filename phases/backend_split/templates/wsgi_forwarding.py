"""Routes that other services answer: the request goes there and the answer comes back, both as streams."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from urllib.parse import quote

import httpx
from flask import Flask, Response, request

__all__ = ["Forwarding"]

logger = logging.getLogger(__name__)

_HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect"}
)  # fmt: skip
_FORWARDED = frozenset({"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-prefix"})
_OF_THE_SERVER = frozenset({"date", "server"})
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
Headers = list[tuple[str, str]]


class Forwarding:
    """What all routes that are answered elsewhere share: connections, and where the services are (`SERVICE_AUTH_URL` for `auth-service`)."""

    def __init__(self, *, connect_timeout: float = 2.0, timeout: float = 60.0, transport: httpx.BaseTransport | None = None) -> None:
        self._client = httpx.Client(timeout=httpx.Timeout(timeout, connect=connect_timeout), transport=transport, trust_env=False)

    def register(self, app: Flask, service: str, routes: Iterable[tuple[tuple[str, ...], str, str]]) -> None:
        """Give an application routes (methods, rule, endpoint) that a service answers."""

        def view(**_: object) -> Response:
            return self.answer(service)

        for methods, rule, endpoint in routes:
            app.add_url_rule(rule, endpoint=endpoint, view_func=view, methods=list(methods))

    def answer(self, service: str) -> Response:
        """What a service answers to the request; 503 when it is not there, 504 when it takes too long, 502 when its answer is none."""
        title = service.removesuffix("-service").upper().replace("-", "_")
        base = os.environ.get(f"SERVICE_{title}_URL", "").split(",")[0].strip().rstrip("/")
        if not base:
            return _problem(service, 503, f"has no address: SERVICE_{title}_URL is not set")
        query = request.query_string.decode("latin-1")
        address = f"{base}{quote(request.path, safe=_SAFE)}{'?' if query else ''}{query}"
        asked = self._client.build_request(request.method, address, headers=_asking(), content=_body())
        try:
            found = self._client.send(asked, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            return _problem(service, 503, "is not available")
        except httpx.TimeoutException:
            return _problem(service, 504, "did not answer in time")
        except httpx.TransportError as error:
            logger.warning("%s broke off: %r", service, error)
            return _problem(service, 502, "did not answer as HTTP asks")
        response = Response(found.iter_raw(), found.status_code, direct_passthrough=True)
        response.headers.clear()
        for key, value in _end_to_end(found.headers.multi_items(), _OF_THE_SERVER):
            response.headers.add(key, value)
        response.call_on_close(found.close)
        return response


_SAFE = "/:@!$&'()*+,;=~"
"""What a path may hold as it is."""


def _asking() -> Headers:
    """The headers of the request, and who asked for what: the service sees the client's host, as it did in one application."""
    before = request.headers.get("X-Forwarded-For")
    client = request.remote_addr or ""
    return [
        *_end_to_end(((key, value) for key, value in request.headers.items()), _FORWARDED),
        ("X-Forwarded-For", f"{before}, {client}" if before else client),
        ("X-Forwarded-Proto", request.scheme),
        ("X-Forwarded-Host", request.host),
        *([("X-Forwarded-Prefix", request.script_root)] if request.script_root else []),
    ]


def _body() -> Iterable[bytes] | None:
    if request.method in _BODILESS and not request.content_length and "chunked" not in request.headers.get("Transfer-Encoding", ""):
        return None
    return _chunks()


def _chunks() -> Iterator[bytes]:
    while chunk := request.stream.read(1 << 16):
        yield chunk


def _end_to_end(headers: Iterable[tuple[str, str]], without: frozenset[str]) -> Headers:
    """Headers that are for both ends: not those of one connection, nor those that `Connection` names."""
    listed = list(headers)
    named = {word.strip().lower() for key, value in listed if key.lower() == "connection" for word in value.split(",")}
    return [(key, value) for key, value in listed if key.lower() not in _HOP_BY_HOP | without | named]


def _problem(service: str, status: int, what: str) -> Response:
    logger.warning("%s %s", service, what)
    return Response(f'{{"error": "{service} {what}"}}\n', status, mimetype="application/json")
