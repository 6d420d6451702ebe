from fastapi import FastAPI

from app.routers import orders, users

app = FastAPI(title="Acme")
app.include_router(orders.router, prefix="/orders")
app.include_router(users.router, prefix="/users")
