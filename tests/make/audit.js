// What a page owes to whoever reads it by ear or by keyboard, or sees little; returns the faults, each in one line.
() => {
  const faults = [];
  const tell = (what, element) => faults.push(`${what}: ${element.outerHTML.replace(/\s+/g, " ").slice(0, 110)}`);
  // What is hidden from readers by ear, such as the second bar of a pair, is not asked for a name.
  const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !element.closest("[aria-hidden=true]");
  const all = (wanted) => [...document.querySelectorAll(wanted)].filter(seen);
  const named = (element) => {
    const by = (element.getAttribute("aria-labelledby") || "").split(/\s+/).map((id) => id && document.getElementById(id)).filter(Boolean);
    const title = element.querySelector(":scope title");
    return [element.getAttribute("aria-label"), ...by.map((each) => each.textContent), element.textContent,
      element.getAttribute("title"), element.getAttribute("alt"), title && title.textContent].some((text) => text && text.trim());
  };

  if (!document.documentElement.lang) faults.push("no language");
  if (!document.title.trim()) faults.push("no title");
  if (all("h1").length !== 1) faults.push(`${all("h1").length} first headings`);
  if (all("main").length !== 1) faults.push("not one main part");
  let level = 0;
  for (const heading of all("h1, h2, h3, h4, h5, h6")) {
    const now = Number(heading.tagName[1]);
    if (now > level + 1) tell(`a heading of level ${now} after one of level ${level}`, heading);
    level = now;
    if (!named(heading)) tell("an empty heading", heading);
  }
  for (const link of all("a[href], button, summary")) if (!named(link)) tell("no name", link);
  for (const field of all("input:not([type=hidden]), select, textarea")) {
    const labelled = [...(field.labels || [])].some((label) => label.textContent.trim());
    if (!labelled && !field.getAttribute("aria-label") && !field.getAttribute("aria-labelledby")) tell("no label", field);
    if (field.getAttribute("aria-invalid") === "true" && !field.getAttribute("aria-describedby")) tell("an error that is not told", field);
  }
  for (const image of all("img")) if (!image.hasAttribute("alt")) tell("no text instead", image);
  for (const drawing of all("svg")) {
    if (drawing.getAttribute("aria-hidden") !== "true" && !named(drawing)) tell("a drawing without a name", drawing);
  }
  const links = [...document.querySelectorAll("svg a")].filter((link) => seen(link.closest("svg")));
  const address = (link) => link.getAttribute("href") || link.getAttribute("xlink:href");
  const spoken = links.filter((link) => !link.closest("[aria-hidden=true]"));
  for (const link of spoken) if (!named(link) || !address(link)) tell("a mark without a name or an address", link);
  for (const link of links) if (!spoken.some((other) => address(other) === address(link))) tell("a mark that only the mouse reaches", link);
  for (const table of all("table")) if (!table.querySelector("th")) tell("a table without heads", table);
  for (const wide of all(".scroll")) if (wide.scrollWidth > wide.clientWidth + 1 && wide.tabIndex < 0 && !wide.querySelector("a[href], button, input, select")) tell("scrolls and cannot be reached by keyboard", wide);
  for (const part of all("nav, section")) {
    if (part.tagName === "NAV" && !part.getAttribute("aria-label") && !part.getAttribute("aria-labelledby")) tell("a navigation without a name", part);
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) faults.push(`the id ${id} twice`);
  for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls"]) {
    for (const element of document.querySelectorAll(`[${attribute}]`)) {
      for (const id of element.getAttribute(attribute).split(/\s+/)) if (id && !document.getElementById(id)) tell(`${attribute} leads nowhere`, element);
    }
  }
  for (const element of document.querySelectorAll("[tabindex]")) if (Number(element.getAttribute("tabindex")) > 0) tell("an order of focus of its own", element);

  // Contrast by WCAG 2.2, 1.4.3: 4.5 to 1, or 3 to 1 for large letters.
  const parsed = (colour) => {
    const found = colour.match(/rgba?\(([\d.]+)[, ]+([\d.]+)[, ]+([\d.]+)(?:[,/ ]+([\d.]+))?\)/);
    return found ? [...found.slice(1, 4).map(Number), found[4] === undefined ? 1 : Number(found[4])] : null;
  };
  const over = (top, below) => [0, 1, 2].map((place) => top[place] * top[3] + below[place] * (1 - top[3])).concat(1);
  const behind = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const colour = parsed(getComputedStyle(each).backgroundColor);
      if (colour && colour[3] > 0) { layers.push(colour); if (colour[3] === 1) break; }
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  // A figure in a chart stands on the mark that lies under its middle.
  const under = (element) => {
    element.scrollIntoView({ block: "center", inline: "center" });
    const box = element.getBoundingClientRect();
    const marks = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2).filter((each) => each.matches("path, rect, circle"));
    const fill = marks.map((mark) => [parsed(getComputedStyle(mark).fill), getComputedStyle(mark)]).find(([colour]) => colour && colour[3] > 0);
    if (!fill) return behind(element);
    return over([...fill[0].slice(0, 3), fill[0][3] * Number(fill[1].fillOpacity) * Number(fill[1].opacity)], behind(element));
  };
  const light = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, two) => { const [low, high] = [light(one), light(two)].sort((a, b) => a - b); return (high + 0.05) / (low + 0.05); };
  const told = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !seen(element) || element.closest("script, style, title, desc, option, .unseen, .skip, :disabled, [aria-disabled=true]")) continue;
    const style = getComputedStyle(element), inside = element.closest("svg");
    const colour = parsed(inside ? style.fill : style.color);
    if (!colour) continue;
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ground = inside ? under(element) : behind(element), found = ratio(over(colour, ground), ground);
    const key = `${style.color}${ground}${large}`;
    if (found < (large ? 3 : 4.5) && !told.has(key)) { told.add(key); tell(`contrast ${found.toFixed(2)} of “${walker.currentNode.textContent.trim().slice(0, 30)}”`, element); }
  }
  // 1.4.11: what shows the edge of a field, 3 to 1.
  for (const field of all("input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), select, textarea, button:not(.plain), .button")) {
    const style = getComputedStyle(field), edge = parsed(style.borderTopColor), ground = behind(field.parentElement);
    const fill = parsed(style.backgroundColor);
    if (field.disabled || !edge || parseFloat(style.borderTopWidth) === 0) continue;
    if (Math.max(ratio(over(edge, ground), ground), fill ? ratio(over(fill, ground), ground) : 0) < 3) tell("an edge that is hard to see", field);
  }
  return faults;
}
