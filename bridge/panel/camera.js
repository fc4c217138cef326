// The camera's moves, one row each. In: what to do on a change. Out: its node, the moves as texts.

import { button, el, words } from "./dom.js";
import { DIRECTIONS, EASINGS, USUAL, faultOf, textOf, unitOf, wordsOf } from "./moves.js";

const OWN = "own";
const MOST_MOVES = 16;
let made = 0; // rows, for ids

export function makeCamera(changed) {
  const rows = [];
  const list = el("ul", { className: "moves" });
  const own = button("camera-own", "Say it in words", () => add({ own: "" }), { className: "chip" });
  const more = button("camera-add", "Add a camera move", () => add(usual("zoom", "in")),
    { className: "chip" });
  const node = el("fieldset", { className: "camera" }, el("legend", {}, "Camera"), list,
    el("p", { className: "chips" }, more, own));

  function add(move) {
    if (rows.length >= MOST_MOVES) return;
    const row = makeRow(move, () => {
      rows.splice(rows.indexOf(row), 1);
      row.node.remove();
      more.focus();
      changed();
    });
    rows.push(row);
    list.append(row.node);
    row.node.querySelector("select, input").focus();
    changed();
  }

  const moves = () => (node.hidden ? [] : rows.map((row) => row.move));

  return {
    node,
    // Words of one's own are for engines that read any.
    update(takes, closed) {
      node.hidden = !takes;
      own.hidden = closed;
    },
    moves,
    values: () => moves().map(textOf),
    fault: () => moves().map(faultOf).find(Boolean) ?? "",
  };
}

function usual(move, direction) {
  return { move, direction, amount: USUAL[move], easing: "ease-in-out" };
}

function makeRow(move, removed) {
  made += 1;
  const id = `camera-${made}`;
  const said = el("span", { className: "hint", id: `${id}-said` });
  const row = { move, node: el("li", { className: "move" }) };
  const tell = (changes) => {
    Object.assign(move, changes);
    const fault = faultOf(move);
    words(said, fault || wordsOf(move));
    said.classList.toggle("problem", Boolean(fault));
  };
  const away = button(`${id}-away`, "Remove", removed, { className: "quiet" });
  away.setAttribute("aria-label", "Remove this move");
  row.node.append(...(move.own === undefined ? parts(id, move, tell) : [ownWords(id, move, tell)]),
    el("span", { className: "told" }, said, away));
  if (move.own === undefined) words(said, wordsOf(move));
  return row;
}

function ownWords(id, move, tell) {
  const oninput = (event) => tell({ own: event.target.value });
  return el("input", { id: `${id}-${OWN}`, type: "text", maxLength: 200, oninput, value: move.own,
    "aria-label": "What the camera does", placeholder: "slow push in, handheld" });
}

function parts(id, move, tell) {
  const kinds = Object.entries(DIRECTIONS).flatMap(([name, ways]) => ways.map((way) => `${name} ${way}`));
  const unit = el("span", { className: "unit" }, unitOf(move.move));
  const amount = el("input", {
    id: `${id}-amount`, type: "text", inputMode: "decimal", value: move.amount, maxLength: 8,
    "aria-label": "Amount", oninput: (event) => tell({ amount: event.target.value }),
  });
  amount.setAttribute("aria-describedby", `${id}-said`);
  const what = el("select", { id: `${id}-what`, "aria-label": "Move", oninput(event) {
    const [name, direction] = event.target.value.split(" ");
    if (unitOf(name) !== unitOf(move.move)) amount.value = USUAL[name];
    words(unit, unitOf(name));
    tell({ move: name, direction, amount: amount.value });
  } }, kinds.map((kind) => el("option", { value: kind }, labelOf(kind))));
  what.value = `${move.move} ${move.direction}`;
  const easing = el("select", { id: `${id}-easing`, "aria-label": "How it gathers and loses speed",
    oninput: (event) => tell({ easing: event.target.value }) },
  Object.entries(EASINGS).map(([name, does]) => el("option", { value: name }, does)));
  easing.value = move.easing;
  return [what, el("span", { className: "amount" }, amount, unit), easing];
}

function labelOf(kind) {
  const label = kind.replace("ccw", "counterclockwise").replace("cw", "clockwise");
  return label[0].toUpperCase() + label.slice(1);
}
