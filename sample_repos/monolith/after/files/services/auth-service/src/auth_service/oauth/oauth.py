from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from backend_core.base.core.errors import ShopError
from backend_core.base.core.tokens import issue, read
from auth_service.schemas.auth import Token

router = APIRouter(prefix="/auth/oauth", tags=["auth"])


@router.get("/{provider}")
def start(provider: str, request: Request) -> RedirectResponse:
    state = issue(provider=provider)
    there = urlencode({"state": state, "redirect_uri": request.url_for("callback", provider=provider)})
    answer = RedirectResponse(f"https://{provider}.example/authorize?{there}", 303)
    answer.set_cookie("oauth_state", state, httponly=True, samesite="lax", path="/api/auth")
    return answer


@router.get("/{provider}/callback", name="callback")
def callback(provider: str, state: str, request: Request, response: Response) -> Token:
    if request.cookies.get("oauth_state") != state or read(state) is None:
        raise ShopError(400, "this is not what you asked for")
    response.delete_cookie("oauth_state", path="/api/auth")
    return Token(token=state, kind=provider)
