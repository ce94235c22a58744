"""Terms: what the gift club of the demonstration promises, as plain values: rules, levels, rewards, guarantees."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from vinculo.programs.records.belonging.ballots import Wording
from vinculo.programs.records.guarantees.published import GuaranteeDraft
from vinculo.programs.records.levels.services import NewLevel
from vinculo.programs.records.rewards.catalogue import RewardDraft

CODE, NAME, NAME_ES, ZONE = "gift_club", "Gift Club", "Club de Regalos", "Europe/London"
RETURNS = 14
"""Days in which something may come back: points of purchases are pending until then."""
UNITS: Mapping[str, Mapping[str, Any]] = {
    "points": {
        "name": "Points",
        "name_es": "Puntos",
        "spendable": True,
        "expiry": "age",
        "expiry_months": 6,
        "expiry_rounding": "month",
        "return_policy": "balance",
    },
    "status": {
        "name": "Status",
        "name_es": "Puntos de nivel",
        "spendable": False,
        "qualifying": True,
        "expiry": "none",
    },
}
LEVELS = (
    NewLevel(1, "friend", "Friend", "Amigo", 0),
    NewLevel(2, "silver", "Silver", "Plata", 500),
    NewLevel(3, "gold", "Gold", "Oro", 2_000),
    NewLevel(4, "platinum", "Platinum", "Platino", 8_000),
)
"""Status points of half a year, and the names."""
_ONCE_A_DAY = [{"scope": "member", "period": "day", "times": 1}]
_SPENT: Mapping[str, Any] = {"trigger": "spend", "amount": "per_money", "base": "net", "return_days": RETURNS}
_TIMES: Mapping[str, Any] = {"trigger": "spend", "amount": "multiplier", "exclusive": "levels", "return_days": RETURNS}
RULES: Mapping[str, tuple[tuple[str, str], Mapping[str, Any], tuple[date | None, date | None]]] = {
    "spend": (("A point for each pound", "Un punto por cada libra"), {**_SPENT, "factor": "1"}, (None, None)),
    "status": (
        ("A status point for each pound", "Un punto de nivel por cada libra"),
        {**_SPENT, "factor": "1", "unit": "status", "return_days": 0},
        (None, None),
    ),
    "welcome": (
        ("100 points for the first purchase", "100 puntos por la primera compra"),
        {
            "trigger": "first_purchase",
            "amount": "fixed",
            "factor": "100",
            "grant_class": "welcome",
            "return_days": RETURNS,
        },
        (None, None),
    ),
    "gold_quarter": (
        ("A quarter more for gold", "Una cuarta parte más para el nivel oro"),
        {**_TIMES, "condition": "level = gold", "factor": "1.25"},
        (None, None),
    ),
    "platinum_half": (
        ("Half more for platinum", "La mitad más para el nivel platino"),
        {**_TIMES, "condition": "level = platinum", "factor": "1.5"},
        (None, None),
    ),
    "bestsellers": (
        ("Two points for each piece of what sells best", "Dos puntos por cada unidad de lo más vendido"),
        {
            "trigger": "product",
            "subject": ["85123A", "85099B", "22423", "47566", "84879", "20725"],
            "amount": "per_piece",
            "factor": "2",
            "caps": [{"scope": "member", "period": "month", "points": 200}],
            "grant_class": "promotion",
            "return_days": RETURNS,
        },
        (None, None),
    ),
    "wide_basket": (
        ("30 points for an order of thirty different things", "30 puntos por un pedido de treinta artículos distintos"),
        {
            "trigger": "spend",
            "condition": "order_lines >= 30",
            "amount": "fixed",
            "factor": "30",
            "caps": [{"scope": "member", "period": "week", "times": 1}],
            "grant_class": "promotion",
            "return_days": RETURNS,
        },
        (None, None),
    ),
    "sunday": (
        ("20 points for an order on a Sunday", "20 puntos por un pedido en domingo"),
        {
            "trigger": "spend",
            "condition": "weekday = sun and order_net >= 50",
            "amount": "fixed",
            "factor": "20",
            "caps": _ONCE_A_DAY,
            "grant_class": "promotion",
            "return_days": RETURNS,
        },
        (None, None),
    ),
    "big_basket": (
        (
            "150 points for a basket of 500 pounds, twice a month at most",
            "150 puntos por una cesta de 500 libras, dos veces al mes como máximo",
        ),
        {
            "trigger": "spend",
            "condition": "order_net >= 500",
            "amount": "fixed",
            "factor": "150",
            "caps": [{"scope": "member", "period": "month", "times": 2}],
            "grant_class": "promotion",
            "return_days": RETURNS,
        },
        (None, None),
    ),
    "faithful": (
        ("150 points for buying three months in a row", "150 puntos por comprar tres meses seguidos"),
        {
            "trigger": "streak",
            "subject": ["months:3"],
            "amount": "fixed",
            "factor": "150",
            "grant_class": "promotion",
            "caps": [{"scope": "member", "period": "quarter", "times": 1}],
            "return_days": RETURNS,
        },
        (None, None),
    ),
    "abroad": (
        (
            "30 points for an order from the neighbours overseas",
            "30 puntos por un pedido de los vecinos del continente",
        ),
        {
            "trigger": "geography",
            "subject": ["Germany", "France", "EIRE", "Spain", "Netherlands", "Belgium", "Portugal"],
            "amount": "fixed",
            "factor": "30",
            "caps": _ONCE_A_DAY,
            "grant_class": "promotion",
            "return_days": RETURNS,
        },
        (None, None),
    ),
    "advent": (
        (
            "Half a point more for each pound before Christmas, 40,000 points for all members",
            "Medio punto más por cada libra antes de Navidad, 40.000 puntos entre todos",
        ),
        {
            **_SPENT,
            "factor": "0.5",
            "campaign": "advent",
            "grant_class": "promotion",
            "caps": [{"scope": "program", "period": "year", "points": 40_000}],
        },
        (date(2011, 11, 14), date(2011, 12, 25)),
    ),
    "birthday": (
        ("200 points for a birthday", "200 puntos por el cumpleaños"),
        {"trigger": "birthday", "amount": "fixed", "factor": "200", "grant_class": "birthday"},
        (None, None),
    ),
    "review": (
        ("25 points for a review, one a week", "25 puntos por una reseña, una a la semana"),
        {
            "trigger": "review",
            "amount": "fixed",
            "factor": "25",
            "grant_class": "survey",
            "caps": [{"scope": "member", "period": "week", "times": 1}],
        },
        (None, None),
    ),
}
"""By code: the name in both languages, what the rule says, and from when until when."""
_DAY = 24 * 60
REWARDS: Mapping[str, tuple[RewardDraft, Mapping[str, int]]] = {
    "five_off": (
        RewardDraft(
            "money_off", "£5 off", "5 £ de descuento", points=500, amount_minor=500, cost_minor=500,
            fair_value_minor=500,
            taken="at_once", good_for_minutes=90 * _DAY,
        ),
        {},
    ),
    "ten_off": (
        RewardDraft(
            "money_off", "£10 off", "10 £ de descuento", points=950, amount_minor=1_000, cost_minor=1_000,
            fair_value_minor=1_000, taken="at_once", good_for_minutes=90 * _DAY,
        ),
        {"gold": 900, "platinum": 850},
    ),
    "tenth_off": (
        RewardDraft(
            "percentage", "10 % off an order", "10 % de descuento en un pedido", points=1_200, percentage_bp=1_000,
            cost_minor=1_500, fair_value_minor=1_500, good_for_minutes=30 * _DAY,
        ),
        {},
    ),
    "jumbo_bag": (
        RewardDraft(
            "product", "Jumbo bag, red spots", "Bolsa grande de lunares", points=250, cost_minor=120,
            fair_value_minor=208, stock=2_000, codes="none", taken="at_once",
        ),
        {},
    ),
    "cake_stand": (
        RewardDraft(
            "product", "Regency cake stand", "Expositor de tartas Regency", points=1_300, cost_minor=850,
            fair_value_minor=1_275, stock=300, codes="none", taken="at_once",
        ),
        {"platinum": 1_100},
    ),
    "free_delivery": (
        RewardDraft(
            "service", "Free delivery", "Envío gratis", points=300, cost_minor=350, fair_value_minor=400,
            good_for_minutes=60 * _DAY,
        ),
        {},
    ),
    "workshop": (
        RewardDraft(
            "experience", "An evening of wreath making", "Una tarde de coronas de Navidad", points=4_000,
            cost_minor=3_000, fair_value_minor=4_500, stock=60, good_for_minutes=120 * _DAY,
        ),
        {"platinum": 3_000},
    ),
    "trees": (
        RewardDraft(
            "donation", "£2 for planting trees", "2 £ para plantar árboles", points=200, cost_minor=200,
            fair_value_minor=200, codes="none", taken="at_once",
        ),
        {},
    ),
    "cinema": (
        RewardDraft(
            "partner", "A ticket of the Ritz cinema", "Una entrada del cine Ritz", points=800, partner_code="ritz",
            cost_minor=700, fair_value_minor=950, good_for_minutes=90 * _DAY,
        ),
        {},
    ),
}  # fmt: skip
"""By code: the reward, and its price for those of a level."""
_SIMULATED_EN = "Whether it was kept is simulated."
_SIMULATED_ES = "Si se cumplió es simulado."
GUARANTEES: Mapping[str, GuaranteeDraft] = {
    "answer": GuaranteeDraft(
        "An answer within 24 hours", "Respuesta en 24 horas", "case.opened", "case.answered", "hours", 24,
        f"Write to us, and you have an answer within 24 hours; if not, 150 points are yours. {_SIMULATED_EN}",
        f"Escríbanos y tendrá respuesta en 24 horas; si no, son suyos 150 puntos. {_SIMULATED_ES}", points=150,
    ),
    "delivery": GuaranteeDraft(
        "Delivered on the day we said", "Entrega en el día prometido", "delivery.promised", "order.delivered",
        "on_the_day",
        text_en=f"If your parcel comes later than the day we named, 300 points are yours. {_SIMULATED_EN}",
        text_es=f"Si su paquete llega después del día que dijimos, son suyos 300 puntos. {_SIMULATED_ES}", points=300,
    ),
}  # fmt: skip
_NOTE_EN = "The purchases that count are real; who takes part is simulated."
_NOTE_ES = "Las compras que cuentan son reales; quién participa es simulado."
CHALLENGES: tuple[tuple[str, Wording, Mapping[str, Any]], ...] = (
    (
        "spring",
        Wording("Three orders in spring", "Tres pedidos en primavera", _NOTE_EN, _NOTE_ES),
        {"goal": "orders", "target": 3, "days": (date(2011, 3, 1), date(2011, 5, 31)), "points": 250},
    ),
    (
        "autumn",
        Wording("£600 in autumn", "600 £ en otoño", _NOTE_EN, _NOTE_ES),
        {"goal": "spend", "target": 60_000, "days": (date(2011, 9, 1), date(2011, 11, 30)), "points": 400},
    ),
    (
        "winter",
        Wording("Two orders this winter", "Dos pedidos este invierno", _NOTE_EN, _NOTE_ES),
        {"goal": "orders", "target": 2, "days": (date(2011, 12, 1), date(2012, 2, 29)), "points": 150},
    ),
)
BADGES: Mapping[str, tuple[Wording, str, int | None]] = {
    "year": (Wording("A year with us", "Un año con nosotros", "", ""), "", 1),
    "gold": (Wording("Reached gold", "Llegó a oro", "", ""), "gold", None),
}
"""By code: the words, and the level or the years as a customer it is given for."""
