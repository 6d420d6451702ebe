from fastapi import APIRouter, Depends, WebSocket, WebSocketDisconnect, WebSocketException

from backend_core.base.core.hub import Hub
from backend_core.domain.core.security import current_user, user_of
from social_service.services.social.conversations import said

router = APIRouter(prefix="/conversations")


@router.post("/{number}")
def write(number: int, text: str, user: int = Depends(current_user)) -> dict[str, object]:
    return said(number, user, text)


@router.websocket("/{number}/talk")
async def talk(socket: WebSocket, number: int, token: str = "") -> None:
    user = user_of(token)
    if user is None:
        raise WebSocketException(1008, "who are you?")
    await socket.accept()
    hub: Hub = socket.app.state.hub
    room = f"conversation {number}"
    await socket.send_json({"here": hub.join(room, socket)})
    try:
        while True:
            message = await socket.receive_json()
            await hub.send(room, said(number, user, message["text"]))
    except WebSocketDisconnect:
        hub.leave(room, socket)
