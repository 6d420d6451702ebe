"""Who listens, by room; it lives as long as the application."""

from collections import defaultdict

from fastapi import WebSocket


class Hub:
    def __init__(self) -> None:
        self._rooms: dict[str, list[WebSocket]] = defaultdict(list)

    def join(self, room: str, socket: WebSocket) -> int:
        self._rooms[room].append(socket)
        return len(self._rooms[room])

    def leave(self, room: str, socket: WebSocket) -> None:
        self._rooms[room].remove(socket)

    async def send(self, room: str, message: dict[str, object]) -> None:
        for socket in list(self._rooms[room]):
            await socket.send_json(message)
