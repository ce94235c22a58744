import pytest

from vinculo.measure.charts import palette

DARK_PAPER = palette.DARK[palette.PAPER]


def test_every_light_value_has_one_role_only() -> None:
    assert len(palette.DARK) == 9 + len(palette.RAMP)
    assert len(set(palette.DARK.values())) == len(palette.DARK)


@pytest.mark.parametrize("colour", [palette.INK, palette.MUTED, palette.ACCENT, palette.LOSS])
def test_text_can_be_read_in_light_and_dark(colour: str) -> None:
    assert palette.contrast(colour, palette.PAPER) >= 4.5
    assert palette.contrast(palette.DARK[colour], DARK_PAPER) >= 4.5


@pytest.mark.parametrize("step", range(len(palette.RAMP)))
def test_text_can_be_read_on_every_step_of_the_scale(step: int) -> None:
    cell = palette.RAMP[step]
    ink = palette.INK if step < 4 else palette.ON_STRONG

    assert palette.contrast(ink, cell) >= 4.5
    assert palette.contrast(palette.DARK[ink], palette.DARK[cell]) >= 4.5


def test_the_scale_gets_stronger_step_by_step() -> None:
    light = [palette.contrast(step, palette.PAPER) for step in palette.RAMP]
    dark = [palette.contrast(palette.DARK[step], DARK_PAPER) for step in palette.RAMP]

    assert light == sorted(light)
    assert dark == sorted(dark)


def test_dark_rules_recolour_fills_and_strokes() -> None:
    rules = palette.dark_rules()

    assert f'svg [fill="{palette.ACCENT}"] {{ fill: {palette.DARK[palette.ACCENT]}; }}' in rules
    assert f'svg [stroke="{palette.RULE}"] {{ stroke: {palette.DARK[palette.RULE]}; }}' in rules
