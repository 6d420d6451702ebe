import json
import os

PATH = os.path.join(os.path.dirname(__file__), "..", "..", "data", "texts.json")


def greeting() -> str:
    with open(PATH, encoding="utf-8") as file:
        return json.load(file)["greeting"]
