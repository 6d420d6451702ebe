from fastapi import APIRouter

from app.core.clock import now
from app.services import pricing

router = APIRouter()


@router.get("/{order_id}")
def read(order_id: int) -> dict[str, object]:
    return {"id": order_id, "total": pricing.total([order_id]), "at": now().isoformat()}
