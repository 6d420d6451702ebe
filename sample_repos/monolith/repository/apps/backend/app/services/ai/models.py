"""Not tables: what answers questions."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Model:
    name: str
    words: tuple[str, ...]

    def weight(self, text: str) -> float:
        found = [word for word in text.lower().split() if word in self.words]
        return round(len(found) / max(1, len(text.split())), 3)


MODELS = {
    "cheerful": Model("cheerful", ("good", "shiny", "spoon")),
    "gloomy": Model("gloomy", ("bad", "rusty", "knife")),
}
