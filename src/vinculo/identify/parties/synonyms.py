"""Synonyms: what columns of customer and product files are called, in English, Spanish and Portuguese, best first."""

from functools import cache

from vinculo.identify.cleaning import texts
from vinculo.warehouse.reading.columns import synonyms

CUSTOMERS: dict[str, str] = {
    "source_key": """
        customer id, id cliente, customer number, customer no, codigo cliente, cod cliente, numero cliente, no cliente,
        num cliente, customer code, client id, cliente id, id, codigo, code, member id, id socio, no socio, num socio,
        numero socio, codigo socio, account id, contact id, id contacto, user id, id usuario, donor id, master id,
        numero, cod, socio, customer, cliente, cid, client code, external id, referencia, ref, customer key""",
    "kind": """
        kind, customer kind, tipo cliente, customer type, tipo persona, type, tipo, person or company, es empresa,
        clase""",
    "standing": "standing, situacion, actual or prospect, estado cliente, customer status, estado, status",
    "name": """
        full name, nombre completo, name, nombre y apellidos, nombre apellidos, apellidos y nombre, apellidos nombre,
        customer name, nombre cliente, contact name, nombre contacto, client name, nome completo, nombre, contacto,
        nome, titular, nombre o razon social, nombre razon social, display name""",
    "given_name": """
        given name, first name, nombre pila, firstname, forename, nome proprio, nombre, nombres, primeiro nome,
        given""",
    "family_names": "family names, apellidos, surnames, apelidos, sobrenomes, los apellidos, apellidos cliente",
    "family_name": """
        family name, last name, surname, primer apellido, apellido 1, apellido, lastname, apellido1, apellido paterno,
        sobrenome, apelido, 1er apellido, 1 apellido""",
    "second_family_name": """
        second family name, segundo apellido, apellido 2, apellido2, second surname, apellido materno, 2o apellido,
        2 apellido""",
    "organisation": """
        organisation, organization, company, razon social, empresa, company name, nombre empresa, business name,
        organizacion, nombre comercial, razao social, entidad, sociedad, account name""",
    "email": """
        email, e mail, correo electronico, correo, mail, email address, direccion email, direccion correo electronico,
        email 1, correo e, customer email, email cliente, email principal""",
    "email_2": "email 2, second email, correo 2, otro email, email secundario, email alternativo, other email",
    "phone": """
        phone, telefono, telephone, phone number, tel, telf, tlf, numero telefono, telefone, telefono 1, phone 1, tfno,
        telefono fijo, fijo, telefono cliente, landline, home phone""",
    "phone_2": """
        mobile, movil, telefono movil, mobile phone, celular, cell, cell phone, telefono 2, phone 2, telemovel,
        whatsapp, telefono celular, otro telefono""",
    "tax_id": """
        tax id, nif, dni, cif, nif cif, cif nif, dni nif, nie, tax number, rfc, cuit, rut, cpf, cnpj, vat number, vat,
        id fiscal, identificacion fiscal, numero identificacion fiscal, documento, documento identidad, nit, ruc,
        contribuinte, dni nie, dni cif, vat id""",
    "birth_on": """
        birth date, date birth, fecha nacimiento, birthday, nacimiento, f nacimiento, cumpleanos, dob, data nascimento,
        fecha nac, birthdate""",
    "language": "language, idioma, lengua, preferred language, idioma preferido, lang, lingua",
    "country": "country, pais, country code, codigo pais, country name, pais residencia, nacion, country region",
    "lines": """
        address, direccion, street, calle, domicilio, address line 1, direccion 1, address 1, street address, via,
        morada, endereco, direccion postal, address1, rua, nombre via, direccion completa""",
    "lines_2": """
        address line 2, direccion 2, address 2, piso, puerta, piso puerta, resto direccion, complemento, address2,
        apartment, apt, portal, floor""",
    "street_number": "street number, numero calle, numero via, house number, num calle",
    "postcode": """
        postcode, codigo postal, cp, postal code, zip, zip code, c p, cod postal, post code, c postal, d p, cep""",
    "city": "city, ciudad, poblacion, localidad, municipio, town, cidade, localidade, place, pueblo",
    "region": """
        region, provincia, state, province, comunidad, county, estado provincia, comunidad autonoma, distrito,
        departamento, state province, concelho""",
    "acquisition_channel": """
        acquisition channel, canal captacion, source, origen, canal, lead source, channel, canal alta, como nos conocio,
        origen cliente, medio captacion, procedencia, acquired through, utm source, canal entrada""",
    "acquired_on": """
        acquired on, fecha alta, alta, customer since, cliente desde, created at, registration date, fecha registro,
        signup date, sign up date, date created, created, fecha creacion, fecha captacion, joined, member since,
        socio desde, f alta, data registo, data cadastro, registered at, created on, date joined, fecha inscripcion""",
    "consent": """
        consent, consentimiento, acepta publicidad, newsletter, acepta comunicaciones, marketing consent, opt in, rgpd,
        gdpr, lopd, accepts marketing, permiso, suscrito, boletin, optin, publicidad, acepta newsletter,
        comunicaciones comerciales""",
    "consent_email": """
        consent email, acepta email, accepts email marketing, email consent, consentimiento email, acepta correo
        electronico, consentimiento correo electronico, email opt in, optin email, publicidad email""",
    "consent_phone": """
        consent phone, acepta llamadas, accepts calls, phone consent, consentimiento telefono, acepta telefono,
        consentimiento llamadas, phone opt in, optin telefono, publicidad telefono""",
    "consent_post": """
        consent post, acepta correo postal, accepts post, postal consent, consentimiento correo postal, acepta carta,
        consentimiento postal, post opt in, publicidad postal""",
    "consent_sms": """
        consent sms, acepta sms, accepts sms, sms consent, consentimiento sms, sms opt in, optin sms, publicidad sms""",
    "consent_on": """
        consent date, fecha consentimiento, consent on, fecha rgpd, fecha lopd, fecha aceptacion, consented at,
        opt in date, fecha opt in, fecha permiso""",
    "consent_origin": """
        consent origin, origen consentimiento, consent source, canal consentimiento, medio consentimiento,
        opt in source, fuente consentimiento""",
    "interest": """
        interest, interes, interesado en, interested in, producto interes, necesidad, interesse, product interest,
        demanda, solicitud""",
    "stage": """
        stage, etapa, lead stage, etapa lead, fase, lead status, estado lead, pipeline stage, deal stage, fase venta,
        etapa oportunidad, estado oportunidad, fase comercial, estagio""",
}
PRODUCTS: dict[str, str] = {
    "source_key": """
        product id, sku, codigo producto, stock code, id producto, codigo articulo, cod producto, cod articulo,
        referencia, ref, item id, product code, item code, id articulo, code, codigo, ean, upc, isbn, asin, cod, id,
        item no, article no, reference, codigo barras, barcode, variant sku, handle, articulo id, product, item""",
    "name": """
        product name, name, description, descripcion, nombre, nombre producto, denominacion, item name, nombre articulo,
        descripcion producto, descripcion articulo, title, titulo, product, producto, articulo, product title, concepto,
        nome, descricao, item description""",
    "category": """
        category, categoria, familia, product category, department, departamento, seccion, family, categoria producto,
        category path, ruta categoria, tipo producto, product type, grupo, linea, product line, type, categories,
        commodity""",
    "category_2": """
        subcategory, subcategoria, subfamilia, sub category, sub categoria, category 2, categoria 2, subgrupo,
        segunda categoria, sub commodity, product subcategory, subseccion""",
    "category_3": "category 3, categoria 3, subsubcategory, subsubcategoria, tipo",
    "list_price": """
        list price, price, precio, pvp, precio venta, precio tarifa, tarifa, unit price, retail price, precio unitario,
        preco, sale price, rrp, msrp, pvp recomendado, variant price, regular price, precio catalogo""",
    "unit_cost": """
        unit cost, cost, coste, costo, precio coste, precio costo, coste unitario, cost price, precio compra,
        costo unitario, custo, purchase price, cost per item, coste compra, cogs""",
    "currency": "currency, moneda, divisa, currency code, moeda, codigo moneda",
}


RELATIONS: dict[str, str] = {
    "first": """
        person, persona, first, primero, contact, contacto, de, from, id persona, person id, codigo persona, quien,
        numero persona, subsidiary, filial, cliente 1, customer 1, recomendador, referrer, pessoa""",
    "second": """
        organisation, organizacion, organization, company, empresa, second, segundo, a, to, account, cuenta, entidad,
        id organizacion, organisation id, codigo empresa, cliente 2, customer 2, matriz, parent, recomendado,
        referred""",
    "relation": """
        relation, relacion, tipo relacion, relation kind, relationship, kind, tipo, vinculo, parentesco, relacao""",
    "post": "post, cargo, puesto, job title, title, position, posicion, funcion, rol, role",
    "decision": "decision, decision role, papel decision, papel, rol decision, poder decision, part in decisions",
    "main_contact": "main contact, contacto principal, principal, primary contact, es principal, main",
    "begins_on": """
        from date, desde, since, fecha inicio, begins on, start date, inicio, begin, fecha desde, valid from, fecha""",
    "ends_on": "to date, hasta, until, fecha fin, ends on, end date, fin, fecha hasta, valid to, baja, fecha baja",
    "share_percent": "share, participacion, share percent, porcentaje, percent, cuota, percentage, ownership, capital",
    "note": "note, nota, notas, notes, comment, comentario, observaciones, remarks",
}
_TAXED = frozenset(("tax", "vat"))
LISTED: dict[str, dict[str, str]] = {"customers": CUSTOMERS, "products": PRODUCTS, "relations": RELATIONS}


@cache
def phrases(kind: str, target: str) -> tuple[tuple[str, ...], ...]:
    """Return the synonyms of a target as tuples of words, best first."""
    return tuple(tuple(phrase.split()) for phrase in " ".join(LISTED[kind][target].split()).split(", "))


def targets(kind: str) -> tuple[str, ...]:
    """Return the targets of a kind of file."""
    return tuple(LISTED[kind])


@cache
def likeness(kind: str, header: str, target: str) -> float:
    """Return from 0 to 1 how surely a header names a target.

    >>> likeness("customers", "Correo electrónico", "email") > 0.9, likeness("customers", "Ventas", "email")
    (True, 0.0)
    >>> likeness("customers", "Tax ID", "tax_id"), likeness("customers", "Tax ID", "source_key") < 0.45
    (1.0, True)
    """
    own = synonyms.words(header)
    if kind == "customers" and _TAXED & set(plain := tuple(texts.plain(header).split())):
        # Beside an amount these words say nothing; beside a number they say whose number it is.
        own = plain
    joined = "".join(own)
    best = 0.0
    for rank, phrase in enumerate(phrases(kind, target)):
        if joined == "".join(phrase):
            return round(1.0 - 0.3 * rank / len(phrases(kind, target)), 4)
        if set(phrase) < set(own):
            best = max(best, 0.75 * len(phrase) / len(own))
    return round(best, 4)
