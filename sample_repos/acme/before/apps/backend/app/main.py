from fastapi import FastAPI
from prometheus_fastapi_instrumentator import Instrumentator

from app.routers import orders, users

app = FastAPI(title="Acme")
app.include_router(orders.router, prefix="/orders")
app.include_router(users.router, prefix="/users")
Instrumentator().instrument(app).expose(app)


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}
