"""Similarity of texts, digit for digit as DuckDB works it out: on the bytes of UTF-8, not on letters."""


def jaro(one: bytes, other: bytes) -> float:
    """Return the Jaro similarity (Jaro 1989): the share of bytes found near their place, less those out of order."""
    reach = max(max(len(one), len(other)) // 2 - 1, 0)
    taken = [False] * len(other)
    matched: list[int] = []
    for place, byte in enumerate(one):
        for candidate in range(max(0, place - reach), min(len(other), place + reach + 1)):
            if not taken[candidate] and other[candidate] == byte:
                taken[candidate] = True
                matched.append(byte)
                break
    if not matched:
        return 0.0
    in_order = [byte for byte, found in zip(other, taken, strict=True) if found]
    moved = sum(a != b for a, b in zip(matched, in_order, strict=True)) // 2
    common = len(matched)
    return (common / len(one) + common / len(other) + (common - moved) / common) / 3


def jaro_winkler_similarity(one: str, other: str) -> float:
    """Return the Jaro similarity, raised for texts that begin alike (Winkler 1990).

    >>> round(jaro_winkler_similarity("martha", "marhta"), 4), jaro_winkler_similarity("ana", "pio")
    (0.9611, 0.0)
    """
    left, right = one.encode(), other.encode()
    found = jaro(left, right)
    if found <= 0.7:
        return found
    prefix = 0
    while prefix < min(4, len(left), len(right)) and left[prefix] == right[prefix]:
        prefix += 1
    return found + prefix * 0.1 * (1 - found)


def damerau_levenshtein(one: str, other: str) -> int:
    """Return the fewest letters lost, added, changed or swapped with a neighbour (Damerau 1964).

    >>> damerau_levenshtein("maria", "maira"), damerau_levenshtein("ana", "anna")
    (1, 1)
    """
    left, right = one.encode(), other.encode()
    last_seen: dict[int, int] = {}
    far = len(left) + len(right)
    rows = [[far] * (len(right) + 2) for _ in range(len(left) + 2)]
    for place in range(len(left) + 1):
        rows[place + 1][1] = place
    for place in range(len(right) + 1):
        rows[1][place + 1] = place
    for i, byte in enumerate(left, start=1):
        last_match = 0
        for j, against in enumerate(right, start=1):
            seen, match = last_seen.get(against, 0), last_match
            cost = byte != against
            if not cost:
                last_match = j
            rows[i + 1][j + 1] = min(
                rows[i][j] + cost,
                rows[i + 1][j] + 1,
                rows[i][j + 1] + 1,
                rows[seen][match] + (i - seen - 1) + 1 + (j - match - 1),
            )
        last_seen[byte] = i
    return rows[-1][-1]
