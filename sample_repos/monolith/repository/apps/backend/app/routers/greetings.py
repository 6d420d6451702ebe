from fastapi import APIRouter

from app.services.texts import greeting

router = APIRouter(prefix="/greetings")


@router.get("")
def hello() -> str:
    return greeting()
