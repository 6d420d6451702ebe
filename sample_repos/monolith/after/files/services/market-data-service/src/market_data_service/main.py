"""The market-data-service of this repository: its own routes, served as the whole application serves them."""

import logging
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import JSONResponse

from backend_core.base.core.config import settings
from backend_core.base.core.errors import ShopError, shop_error
from backend_core.base.core.request_id import RequestIdMiddleware
from backend_core.base.core.timing import TimingMiddleware
from backend_core.base.services.quotes_cache import quotes_cache
from backend_core.data.core.database import create_tables
from market_data_service.handlers import candles, market_data

logger = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(app: FastAPI):
    logger.info("starting")
    create_tables()
    await quotes_cache.open()
    yield
    await quotes_cache.close()


app = FastAPI(title=settings.NAME, version="3.2", lifespan=lifespan)

app.add_middleware(GZipMiddleware, minimum_size=500)
app.add_middleware(TimingMiddleware)
app.add_middleware(RequestIdMiddleware, header="x-request-id")
app.add_middleware(CORSMiddleware, allow_origins=["http://localhost:3000"], allow_credentials=True, expose_headers=["x-request-id"])
app.add_exception_handler(ShopError, shop_error)

app.include_router(market_data.router, prefix=settings.API_PREFIX)
app.include_router(candles.router, prefix=settings.API_PREFIX + "/market")


@app.exception_handler(ZeroDivisionError)
async def divided(request: Request, error: ZeroDivisionError) -> JSONResponse:
    return JSONResponse({"detail": "divided by zero"}, status_code=500)


@app.middleware("http")
async def unsniffed(request: Request, call_next):
    response = await call_next(request)
    response.headers["x-content-type-options"] = "nosniff"
    return response


@app.get("/health", include_in_schema=False, operation_id="service_health")
async def service_health() -> dict[str, str]:
    return {"status": "ok", "service": "market-data-service"}
