// Elements of the page. In: words and numbers. Out: nodes; whatever they hold is text, never markup.

export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made) made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(9).filter((child) => child !== null && child !== undefined));
  return made;
}

// Replace what a place shows; the control that had the focus keeps it where it is still there.
export function show(place, ...children) {
  const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
  place.replaceChildren(...children.flat(9).filter((child) => child !== null));
  if (focused) document.getElementById(focused)?.focus();
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
export function say(words) {
  const place = document.getElementById("said");
  if (place.textContent !== words) place.textContent = words;
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
