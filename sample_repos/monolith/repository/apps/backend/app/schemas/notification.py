from typing import Literal

from pydantic import BaseModel, ConfigDict


class Text(BaseModel):
    """Not what people say to each other, though it has the same name."""

    way: Literal["push", "email", "sms"] = "push"
    text: str


class Notice(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    way: str
    text: str
    seen: bool
