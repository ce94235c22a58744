import pytest

from vinculo.measure.charts import palette, scales


@pytest.mark.parametrize(("low", "high"), [(0, 97), (0, 1.25), (-340, 1200), (0, 0), (0, 3e9), (5, 5), (0, 0.004)])
def test_ticks_cover_the_figures_and_are_few(low: float, high: float) -> None:
    found = scales.ticks(low, high)

    assert found[0] <= low
    assert found[-1] >= high
    assert 2 <= len(found) <= 8
    assert found == sorted(set(found))


def test_counts_get_whole_ticks() -> None:
    assert all(tick == int(tick) for tick in scales.whole_ticks(0, 3))


def test_words_stand_at_their_ticks() -> None:
    options = scales.spoken([0, 0.5], lambda value: f'"{value}"')

    assert options["values"] == [0, 0.5]
    assert options["labelExpr"] == r'["\"0\"", "\"0.5\""][indexof([0, 0.5], datum.value)]'


def test_text_turns_light_with_the_last_two_steps() -> None:
    inks = [scales.ink(value, 6) for value in (0.5, 1.5, 2.5, 3.5, 4.5, 5.5)]

    assert inks == [palette.INK] * 4 + [palette.ON_STRONG] * 2
