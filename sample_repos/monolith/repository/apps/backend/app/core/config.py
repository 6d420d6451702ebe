from pydantic import Field
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    API_PREFIX: str = Field(default="/api", alias="API_PREFIX")
    NAME: str = "Corner shop"
    DATABASE_URL: str = "sqlite://"


settings = Settings()
