// Elements of the page. In: words and numbers. Out: nodes; whatever they hold is text, never markup.

export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made) made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...filled(children));
  return made;
}

function filled(children) {
  return children.flat(9).filter((child) => child !== null && child !== undefined);
}

// Replace what a place shows; the control that had the focus keeps it where it is still there.
export function show(place, ...children) {
  const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
  place.replaceChildren(...filled(children));
  if (focused) document.getElementById(focused)?.focus();
}

// Say other words; nothing is touched where they are the same.
export function words(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

// A place that is built anew only when what it is made of changed: `draw(facts, build)`.
export function part(place) {
  let drawn;
  return (facts, build) => {
    const now = JSON.stringify(facts);
    if (now === drawn) return;
    drawn = now;
    show(place, build());
  };
}

// A list in step with values: each row is made once, told of other values, moved where it must be.
// `make(item) -> {node, update(item)}`; gives `update(items)`, which gives the rows by key.
export function keyed(place, key, make) {
  const known = new Map();
  return (items) => {
    const named = new Map(items.map((item) => [key(item), item]));
    for (const [name, row] of known) {
      if (named.has(name)) continue;
      row.node.remove();
      known.delete(name);
    }
    let next = place.firstChild;
    for (const [name, item] of named) {
      if (!known.has(name)) known.set(name, make(item));
      const row = known.get(name);
      if (row.node === next) next = next.nextSibling;
      else move(place, row.node, next);
      if (row.item !== item) row.update(item);
      row.item = item;
    }
    return known;
  };
}

// Elsewhere in the page, a node would lose the focus within it.
function move(place, node, before) {
  const focused = node.contains(document.activeElement) ? document.activeElement : null;
  place.insertBefore(node, before);
  focused?.focus({ preventScroll: true });
}

export function card(id, title, ...children) {
  const heading = el("h2", { id: `${id}-title` }, title);
  return el("section", { id, "aria-labelledby": `${id}-title` }, heading, ...children);
}

export function button(id, label, act, properties = {}) {
  return el("button", { type: "button", id, onclick: act, ...properties }, label);
}

export function problem(error) {
  if (!error) return null;
  const hint = error.hint ? el("span", { className: "hint" }, error.hint) : null;
  return el("p", { className: "problem" }, error.message, " ", hint);
}

export function sentences(label, lines) {
  if (!lines.length) return null;
  const items = [...new Set(lines)].map((line) => el("li", {}, line));
  return el("div", { className: "notes" }, el("h3", {}, label), el("ul", {}, items));
}

// Long lists stay closed until somebody asks for them.
export function folded(label, items, open = items.length <= 6) {
  if (!items.length) return null;
  return el("details", { open }, el("summary", {}, label), el("ul", { className: "rows" }, items));
}

// Said to those who cannot see the page change.
export function say(text) {
  words(document.getElementById("said"), text);
}

export function counted(count, word) {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

export function credits(amount) {
  return `${Number(amount.toFixed(2))} ${amount === 1 ? "credit" : "credits"}`;
}

// For reading only: what is worked with are the frames.
export function seconds(frames, rate) {
  const [top, bottom] = rate.split("/").map(Number);
  return `${((frames * (bottom || 1)) / top).toFixed(1)} s`;
}

const CLOCK = new Intl.DateTimeFormat([], { timeStyle: "short" });
const DAY = new Intl.DateTimeFormat([], { dateStyle: "medium", timeStyle: "short" });

// The time of day; with the date where that was not today.
export function when(time) {
  const then = new Date(time);
  const today = then.toDateString() === new Date().toDateString();
  return (today ? CLOCK : DAY).format(then);
}
