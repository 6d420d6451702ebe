from fastapi import APIRouter

router = APIRouter()


@router.get("/me")
def me() -> dict[str, str]:
    from app.core.config import DATABASE_URL

    return {"database": DATABASE_URL}
