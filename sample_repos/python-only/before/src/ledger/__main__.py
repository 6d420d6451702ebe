from ledger.book import balance

print(balance([3, -1]))
