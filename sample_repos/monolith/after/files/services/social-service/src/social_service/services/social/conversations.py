from social_service.feeds.feed import write


def said(conversation: int, author: int, text: str) -> dict[str, object]:
    write(author, f"#{conversation}: {text}")
    return {"conversation": conversation, "author": author, "text": text}
