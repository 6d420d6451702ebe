from pydantic import BaseModel, ConfigDict


class Credentials(BaseModel):
    name: str
    password: str


class Who(BaseModel):
    id: int
    name: str = ""


class Token(BaseModel):
    token: str
    kind: str = "bearer"


class Login(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    agent: str
    ended: bool
