// Before the button: price, length, what leaves the machine. In: a plan, or why there is none.

import { button, card, counted, credits, el, folded, problem, seconds, sentences } from "./dom.js";

// `state`: {plan, error, waits, busy, starting, started, before, budget}
// `before`: the price that was shown when a start was refused because it is another one now.
export function planCard({ plan, error, waits, busy }) {
  const shown = seen({ plan, error, waits });
  return card("plan", "Before it starts",
    shown ? facts(plan, busy) : el("p", { className: "quiet" },
      waits || error ? "Nothing is planned yet." : "Looking at the frames ..."));
}

// The button, with its price, and what keeps it from being pressed. `acts`: {start(), look()}.
export function startBar(state, acts) {
  const { plan, error, waits, busy, starting } = state;
  const shown = seen(state);
  const stops = shown ? stopped(state) : null;
  const ready = shown && !stops && !busy && !starting;
  return [
    waits ? el("p", { className: "quiet" }, waits) : problem(error),
    problem(stops),
    shown && !busy ? notice(state) : null,
    shown && plan.sent_to ? el("p", { className: "hint" }, `Sent ${leaves(plan)}.`) : null,
    error && !waits && !shown
      ? button("look", "Look again", acts.look, { disabled: busy })
      : button("start", label(state), acts.start,
        { className: state.started ? "" : "main", disabled: !ready }),
  ];
}

// A plan to be shown. The answer to a start was cut off: the same may be asked for once more.
function seen({ plan, error, waits }) {
  return plan && !waits && (!error || error.status === 0);
}

function label({ plan, starting, started, waits }) {
  if (starting) return "Starting ...";
  const again = started ? "Start once more" : "Start";
  if (!plan || waits || plan.refused) return again;
  return plan.price > 0 ? `${again}, for at most ${credits(plan.price)}` : `${again}, free`;
}

// Why a plan that was made cannot be started.
function stopped({ plan, budget }) {
  const { refused } = plan;
  if (refused?.detail.unknown) {
    return { message: "The engine does not understand the prompt.", hint: "The words it means stand below the prompt." };
  }
  if (refused) return refused;
  if (budget && plan.price > Number(budget)) {
    return { message: `This may cost more than its budget of ${credits(Number(budget))}.`,
      hint: "Raise the budget, or ask for less." };
  }
  return null;
}

function notice({ plan, started, before }) {
  if (started) return el("p", { className: "good" }, "It has started: see the queue.");
  if (before === undefined || before === null) return null;
  const was = before === plan.price ? "The price is the same, what would be made is not."
    : `It was ${price(before)} and is ${price(plan.price)} now.`;
  return el("p", { className: "problem" }, "Something changed since the price was shown. ", was,
    " Nothing has started: press again if that is right.");
}

function price(amount) {
  return amount > 0 ? credits(amount) : "free";
}

function facts(plan, stale) {
  return el(
    "div",
    { className: stale ? "stale" : "" },
    el(
      "dl",
      {},
      line("Price", plan.price > 0 ? `${credits(plan.price)} at most` : "nothing"),
      line("Length", length(plan)),
      line("Made by", [plan.engine, plan.model, plan.door].filter(Boolean).join(", ")),
      line("Leaves this machine", leaves(plan)),
    ),
    plan.shots.length > 1 || plan.shots.some((shot) => shot.segments.length > 1)
      ? folded("Shot by shot", plan.shots.map(shotRow), false) : null,
    sentences("Left out", plan.left_out.map((one) => `${one.place}: ${one.error.message}`)),
    sentences("To know", warnings(plan)),
  );
}

function line(label, value) {
  return el("div", {}, el("dt", {}, label), el("dd", {}, value));
}

function length(plan) {
  const sum = (count) => plan.shots.reduce((total, shot) => total + count(shot), 0);
  const frames = sum((shot) => shot.frames);
  const handles = sum((shot) => shot.delivered_frames - shot.frames);
  const parts = sum((shot) => shot.segments.length);
  const rate = plan.shots[0]?.rate ?? "1";
  return [
    `${counted(plan.shots.length, "shot")}: ${counted(frames, "frame")}, ${seconds(frames, rate)}`,
    handles ? `and ${counted(handles, "frame")} of handles` : "",
    parts > plan.shots.length ? `in ${counted(parts, "part")}` : "",
  ].filter(Boolean).join(", ");
}

function leaves(plan) {
  if (!plan.sent_to) return "nothing";
  return `to ${plan.sent_to.engine}: ${plan.sent_to.what.join(", ")}`;
}

function nameOf(shot) {
  return shot.name || shot.place || "new shot";
}

function shotRow(shot) {
  const paid = shot.price > 0 ? `, ${credits(shot.price)}` : "";
  const parts = shot.segments.length > 1 ? shot.segments.map((part) => partRow(part, shot)) : [];
  return el("li", {}, el("strong", {}, nameOf(shot)),
    el("span", {}, `${counted(shot.frames, "frame")}${paid}`), parts.length ? el("ol", {}, parts) : null);
}

function partRow(part, shot) {
  const sent = part.seconds ? `${part.seconds} s` : seconds(part.sent, shot.render_rate ?? shot.rate);
  const paid = part.price > 0 ? `, ${credits(part.price)}` : "";
  return el("li", { className: "hint" }, `${counted(part.keep_frames, "frame")} of it: ${sent}`
    + `${part.door ? `, by ${part.door}` : ""}${paid}`);
}

function warnings(plan) {
  const ofShots = plan.shots.flatMap((shot) => shot.warnings.map((words) => `${nameOf(shot)}: ${words}`));
  // what is refused is said by itself
  const others = plan.warnings.filter((words) => !plan.refused || !words.includes(plan.refused.message));
  return [...others, ...ofShots];
}
