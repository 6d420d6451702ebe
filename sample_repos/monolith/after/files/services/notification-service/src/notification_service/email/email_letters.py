from fastapi import APIRouter, HTTPException
from fastapi.responses import PlainTextResponse

from notification_service.services.notification.letters import letter, letters

router = APIRouter(prefix="/letters")


@router.get("")
def known() -> list[str]:
    return letters()


@router.get("/{name}", response_class=PlainTextResponse)
def preview(name: str, to: str = "customer", symbol: str = "SPOON") -> str:
    if name not in letters():
        raise HTTPException(404)
    return letter(name, name=to, symbol=symbol)
