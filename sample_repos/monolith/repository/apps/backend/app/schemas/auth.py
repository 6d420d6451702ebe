from pydantic import BaseModel


class Who(BaseModel):
    id: int
