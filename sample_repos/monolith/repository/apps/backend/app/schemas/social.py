from pydantic import BaseModel, ConfigDict, Field


class Text(BaseModel):
    text: str = Field(min_length=1, max_length=200)


class Page(BaseModel):
    """A name that another domain uses too."""

    items: list[str]
    total: int


class Said(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    author: int
    text: str
