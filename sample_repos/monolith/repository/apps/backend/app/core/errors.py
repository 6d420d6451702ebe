from fastapi import Request
from fastapi.responses import JSONResponse


class ShopError(Exception):
    """What a customer may read."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


async def shop_error(request: Request, error: ShopError) -> JSONResponse:
    return JSONResponse({"error": error.message, "path": request.url.path}, error.status, {"x-shop-error": type(error).__name__})
