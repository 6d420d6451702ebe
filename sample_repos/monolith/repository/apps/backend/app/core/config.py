from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    API_PREFIX: str = Field(default="/api", alias="API_PREFIX")
    NAME: str = "Corner shop"
    DATABASE_URL: str = "sqlite://"
    SECRET: str = "only-for-development"
    TOKEN_SECONDS: int = 3600
    FROZEN_AT: float | None = None


settings = Settings()
