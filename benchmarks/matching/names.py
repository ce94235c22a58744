"""Names for made-up people: given names, surnames, streets and towns, the frequent ones first."""

from itertools import product

from vinculo.identify.cleaning import names as cleaning

_FREQUENT_GIVEN = """
antonio maria manuel jose francisco carmen david ana juan javier daniel laura carlos isabel jesus cristina alejandro
marta miguel lucia rafael elena pedro pilar pablo paula angel rosa sergio teresa fernando sara jorge raquel luis
beatriz alberto patricia alvaro silvia diego rocio adrian irene raul julia ivan angela enrique sofia ruben concepcion
ramon alba vicente mercedes oscar andrea andres nuria joaquin sonia santiago eva victor susana eduardo natalia mario
yolanda roberto monica jaime encarnacion
"""
_FREQUENT_FAMILY = """
garcia rodriguez gonzalez fernandez lopez martinez sanchez perez gomez martin jimenez hernandez ruiz diaz moreno munoz
alvarez romero gutierrez alonso torres navarro dominguez ramos vazquez ramirez gil serrano morales molina blanco suarez
castro ortega delgado ortiz marin rubio nunez medina castillo sanz cortes iglesias santos garrido guerrero lozano cruz
cano flores prieto mendez herrera pena leon marquez cabrera gallego calvo vidal campos reyes vega fuentes carrasco diez
aguilar caballero nieto santana pascual herrero montero hidalgo lorenzo gimenez ibanez vargas santiago duran benitez
ferrer arias mora carmona crespo roman vicente rojas pastor soto saez velasco moya soler esteban parra bravo gallardo
rivera pardo merino franco rivas espinosa silva lara izquierdo ruano casado arroyo redondo camacho segura luque otero
rey vera rios galan montes sierra contreras carrillo marcos soriano marti bermudez heredia gracia bernal palacios
varela vila valero pereira roldan mateo exposito guerra robles benito macias andres guillen pons menendez villar
santamaria miranda mesa escudero salas aguilera bueno jurado rico beltran acosta conde trujillo salazar alarcon
aparicio rueda roca plaza quintana puig simon zamora villanueva tapia ballesteros blazquez bermejo aranda avila
"""
_ENGLISH_FAMILY = """
smith jones taylor brown williams wilson johnson davies robinson wright thompson evans walker white roberts green hall
wood jackson clarke edwards hughes harris lewis cooper king baker turner hill ward cook morris bell carter phillips
mitchell patel shaw bennett allen young collins watson parker price
"""
_ENGLISH_GIVEN = """
james john robert michael william richard thomas charles christopher daniel matthew anthony mark paul steven andrew
mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy emily emma olivia charlotte amelia
"""
_FIRST_OF_TWO = [
    "jose",
    "maria",
    "juan",
    "ana",
    "francisco",
    "luis",
    "rosa",
    "miguel",
    "carlos",
    "antonio",
    "manuel",
    "jesus",
    "pedro",
    "marta",
    "victor",
    "laura",
]
_SECOND_OF_TWO = """
luis jose carmen antonio manuel angel maria pilar carlos teresa javier isabel dolores miguel jesus ignacio belen
mercedes angeles elena mar eugenia pedro alberto fernando rosario victoria cruz soledad rafael
"""
_STEMS = "ab al ar bal bar bel ber cal car cas cor es fer gal gar lar lor mal mar mir mon or pal par pel pol rib"
_MIDDLES = "a ba be da de di ga la le li lla ma na ne ra re ri ro sa ta te ti za"
_ENDS = "da dero ga les llo mar nas no que ra res rez ro rra sa tes ta vas yo zar"
_KINDS = ("Calle", "Calle", "Calle", "Avenida", "Plaza", "Paseo", "Ronda", "Carretera")
TOWNS = tuple(
    town.split(":")
    for town in [
        "Madrid:280",
        "Barcelona:080",
        "Valencia:460",
        "Sevilla:410",
        "Zaragoza:500",
        "Málaga:290",
        "Murcia:300",
        "Palma:070",
        "Bilbao:480",
        "Alicante:030",
        "Córdoba:140",
        "Valladolid:470",
        "Vigo:362",
        "Gijón:332",
        "Granada:180",
        "Oviedo:330",
        "Elche:032",
        "Badalona:089",
        "Cartagena:302",
        "Jerez:114",
        "Sabadell:082",
        "Móstoles:289",
        "Pamplona:310",
        "Almería:040",
        "Burgos:090",
        "Albacete:020",
        "Santander:390",
        "Castellón:120",
        "Logroño:260",
        "Badajoz:060",
        "Salamanca:370",
        "Huelva:210",
        "Lleida:250",
        "Tarragona:430",
        "León:240",
        "Cádiz:110",
        "Jaén:230",
        "Ourense:320",
        "Girona:170",
        "Lugo:270",
        "Cáceres:100",
        "Melilla:520",
        "Guadalajara:190",
        "Toledo:450",
        "Pontevedra:360",
        "Palencia:340",
        "Zamora:490",
        "Ciudad_Real:130",
        "Cuenca:160",
        "Huesca:220",
        "Segovia:400",
        "Soria:420",
        "Teruel:440",
        "Ávila:050",
    ]
)
DOMAINS = (
    "gmail.com",
    "hotmail.com",
    "gmail.com",
    "yahoo.es",
    "outlook.com",
    "telefonica.net",
    "icloud.com",
    "gmail.com",
)
NICKNAMES = {
    "jose": ("pepe", "josé"),
    "francisco": ("paco", "fran", "curro"),
    "manuel": ("manolo", "manu"),
    "antonio": ("toño", "toni"),
    "maria": ("mª", "mari"),
    "dolores": ("lola",),
    "concepcion": ("concha", "conchi"),
    "javier": ("javi",),
    "rafael": ("rafa",),
    "jesus": ("chus",),
    "ignacio": ("nacho",),
    "enrique": ("quique",),
    "alejandro": ("alex", "jandro"),
    "daniel": ("dani",),
    "rosario": ("charo",),
    "mercedes": ("merche",),
    "pilar": ("pili",),
    "isabel": ("isa",),
    "cristina": ("cris",),
    "teresa": ("tere", "maite"),
    "fernando": ("nando",),
    "roberto": ("rober",),
    "eduardo": ("edu",),
    "beatriz": ("bea",),
    "patricia": ("patri",),
    "william": ("bill", "will"),
    "robert": ("bob", "rob"),
    "elizabeth": ("liz", "beth"),
    "michael": ("mike",),
    "james": ("jim",),
}


def given_names(how_many: int = 930) -> list[str]:
    """Return given names, single and double, the frequent ones first."""
    doubles = (f"{one} {two}" for two, one in product(_SECOND_OF_TWO.split(), _FIRST_OF_TWO) if one != two)
    known = [*_FREQUENT_GIVEN.split(), *doubles, *sorted(cleaning.frequent_given_names())]
    return list(dict.fromkeys(known))[:how_many]


def english_given_names() -> list[str]:
    """Return English given names, the frequent ones first."""
    return _ENGLISH_GIVEN.split()


def family_names(how_many: int = 1380) -> list[str]:
    """Return surnames: real ones that are frequent first, then made-up ones that sound like them."""
    made = ("".join(parts) for parts in product(_STEMS.split(), _MIDDLES.split(), _ENDS.split()))
    spread = [name for place, name in enumerate(made) if place % 9 == 0]
    return list(dict.fromkeys([*_FREQUENT_FAMILY.split(), *spread]))[:how_many]


def english_family_names() -> list[str]:
    """Return English surnames, the frequent ones first."""
    return _ENGLISH_FAMILY.split()


def streets(how_many: int = 4000) -> list[str]:
    """Return names of streets: most towns have the same first ones."""
    after = [name.title() for name in family_names()]
    usual = ["Mayor", "Real", "Nueva", "del Sol", "de la Iglesia", "San Juan", "del Carmen", "de la Constitución"]
    return [f"{kind} {name}" for name, kind in product([*usual, *after], dict.fromkeys(_KINDS))][:how_many]
