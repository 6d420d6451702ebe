from fastapi import APIRouter

from app.services.texts import greeting

router = APIRouter(prefix="/ai")


@router.get("/hello")
def hello() -> str:
    return greeting()
