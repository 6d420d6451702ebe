"""A script that the application uses."""

RATE = 0.01


def fee(amount: float) -> float:
    return round(amount * RATE, 2)


if __name__ == "__main__":
    print(fee(100))
