from fastapi import APIRouter, Depends, WebSocket

from backend_core.base.core.hub import Hub
from backend_core.domain.core.security import current_user, user_of
from notification_service.schemas.notification import Notice, Text
from notification_service.services.notification.sending import see, send, unseen

router = APIRouter(prefix="/notifications")


@router.get("", response_model=list[Notice])
def mine(user: int = Depends(current_user)):
    return unseen(user)


@router.post("", status_code=201)
def notify(text: Text, user: int = Depends(current_user)) -> dict[str, int]:
    return {"id": send(user, text.text, text.way)}


@router.websocket("/listen")
async def listen(socket: WebSocket) -> None:
    user = user_of(socket.headers.get("authorization", "").removeprefix("Bearer "))
    if user is None:
        await socket.close(4401)
        return
    await socket.accept()
    hub: Hub = socket.app.state.hub
    hub.join(f"user {user}", socket)
    for notice in unseen(user):
        await socket.send_json({"id": notice.id, "text": notice.text})
    async for number in socket.iter_json():
        await socket.send_json({"seen": see(user, number)})
    hub.leave(f"user {user}", socket)
