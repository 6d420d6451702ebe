import logging
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse

from app.core.broker import broker
from app.core.config import settings
from app.core.database import create_tables
from app.core.timing import TimingMiddleware
from app.routers import ai, auth, health, market_data, social
from app.routers.portfolio import api as portfolio

logger = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(app: FastAPI):
    logger.info("starting")
    create_tables()
    await broker.start()
    yield
    await broker.stop()


app = FastAPI(title=settings.NAME, lifespan=lifespan)

app.add_middleware(TimingMiddleware)
app.add_middleware(CORSMiddleware, allow_origins=["http://localhost:3000"], allow_credentials=True)

app.include_router(health.router)
app.include_router(auth.router, prefix=settings.API_PREFIX)
app.include_router(market_data.router, prefix=settings.API_PREFIX)
app.include_router(portfolio, prefix=settings.API_PREFIX + "/v1")
app.include_router(social.router, prefix=f"{settings.API_PREFIX}/v1")
app.include_router(ai.router, prefix=settings.API_PREFIX)


@app.exception_handler(ZeroDivisionError)
async def divided(request: Request, error: ZeroDivisionError) -> JSONResponse:
    return JSONResponse({"detail": "divided by zero"}, status_code=500)


@app.get("/")
def root() -> dict[str, str]:
    return {"name": settings.NAME}


if __name__ == "__main__":
    import uvicorn

    uvicorn.run("app.main:app", port=8000)
