from ai_service.inference import inference


def test_mood() -> None:
    assert inference.mood("a good spoon") == {"cheerful": 0.667, "gloomy": 0.0}
