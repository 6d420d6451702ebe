import logging
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Depends, FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from app.core.broker import broker
from backend_core.base.core.config import settings
from backend_core.data.core.database import create_tables
from backend_core.base.core.errors import ShopError, shop_error
from backend_core.base.core.hub import Hub
from backend_core.base.core.request_id import RequestIdMiddleware
from backend_core.domain.core.security import require_staff
from backend_core.base.core.timing import TimingMiddleware
from app.routers import admin, greetings, health
from analytics_service.handlers import events
from notification_service.handlers import alerts
from notification_service.email import email_letters
from ai_service.handlers import ai
from social_service.comments.routers import comments
from social_service.handlers import conversations
from social_service.follows import follow
from market_data_service.handlers import candles
from auth_service.handlers import auth
from notification_service.handlers import notifications
from ai_service.recommendations.routers import recommendations
from social_service.handlers import social
from portfolio_service.handlers import watchlist
from market_data_service.handlers import market_data
from auth_service.oauth import oauth
from auth_service.session import sessions
from analytics_service.handlers.analytics import router as analytics_router
from portfolio_service.handlers.portfolio import api as portfolio
from backend_core.base.services.quotes_cache import quotes_cache

logger = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(app: FastAPI):
    logger.info("starting")
    create_tables()
    app.state.hub = Hub()
    await quotes_cache.open()
    await broker.start()
    yield
    await broker.stop()
    await quotes_cache.close()


app = FastAPI(title=settings.NAME, version="3.2", lifespan=lifespan)

app.add_middleware(GZipMiddleware, minimum_size=500)
app.add_middleware(TimingMiddleware)
app.add_middleware(RequestIdMiddleware, header="x-request-id")
app.add_middleware(CORSMiddleware, allow_origins=["http://localhost:3000"], allow_credentials=True, expose_headers=["x-request-id"])
app.add_exception_handler(ShopError, shop_error)

app.include_router(health.router)
app.include_router(auth.router, prefix=settings.API_PREFIX)
app.include_router(oauth.router, prefix=settings.API_PREFIX)
app.include_router(sessions.router, prefix=settings.API_PREFIX, tags=["auth"])
app.include_router(market_data.router, prefix=settings.API_PREFIX)
app.include_router(candles.router, prefix=settings.API_PREFIX + "/market")
app.include_router(portfolio, prefix=settings.API_PREFIX + "/v1")
app.include_router(portfolio, prefix=settings.API_PREFIX + "/v2", tags=["new"])
app.include_router(watchlist.router, prefix=settings.API_PREFIX + "/v1")
app.include_router(social.router, prefix=f"{settings.API_PREFIX}/v1")
app.include_router(follow.router, prefix=f"{settings.API_PREFIX}/v1")
app.include_router(comments.router, prefix=f"{settings.API_PREFIX}/v1")
app.include_router(conversations.router, prefix=f"{settings.API_PREFIX}/v1")
app.include_router(ai.router, prefix=settings.API_PREFIX)
app.include_router(recommendations.router, prefix=settings.API_PREFIX)
app.include_router(notifications.router, prefix=settings.API_PREFIX)
app.include_router(alerts.router, prefix=settings.API_PREFIX)
app.include_router(email_letters.router, prefix=settings.API_PREFIX)
app.include_router(analytics_router, prefix=settings.API_PREFIX, dependencies=[Depends(require_staff)])
app.include_router(events.router, prefix=settings.API_PREFIX)
app.include_router(greetings.router, prefix=settings.API_PREFIX)
app.include_router(admin.router, prefix=settings.API_PREFIX, dependencies=[Depends(require_staff)], include_in_schema=False)

app.mount("/static", StaticFiles(directory=Path(__file__).parent.parent / "static"), name="static")


@app.exception_handler(ZeroDivisionError)
async def divided(request: Request, error: ZeroDivisionError) -> JSONResponse:
    return JSONResponse({"detail": "divided by zero"}, status_code=500)


@app.middleware("http")
async def unsniffed(request: Request, call_next):
    response = await call_next(request)
    response.headers["x-content-type-options"] = "nosniff"
    return response


@app.get("/")
def root() -> dict[str, str]:
    return {"name": settings.NAME}


if __name__ == "__main__":
    import uvicorn

    uvicorn.run("app.main:app", port=8000)
