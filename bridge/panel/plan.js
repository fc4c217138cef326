// Before the button: price, length, what leaves the machine. In: a plan, or why there is none.

import { button, card, counted, credits, el, folded, problem, seconds, sentences } from "./dom.js";

// `state`: {plan, error, waits, busy, starting}; `acts`: {start(), look()}.
export function planCard(state, acts) {
  const { plan, error, waits, busy, starting } = state;
  // the answer to a start was cut off: the same start may be asked for once more
  const again = plan && error?.status === 0;
  const shown = plan && !waits && (!error || again);
  const ready = shown && !busy && !starting;
  const label = starting ? "Starting ..." : plan && plan.price > 0
    ? `Start, for at most ${credits(plan.price)}` : "Start";
  return card(
    "plan",
    "Before it starts",
    waits ? el("p", { className: "quiet" }, waits) : problem(error),
    !waits && !error && !plan ? el("p", { className: "quiet" }, "Looking at the frames ...") : null,
    shown ? facts(plan, busy) : null,
    error && !again && !waits
      ? button("look", "Look again", acts.look, { disabled: busy })
      : button("start", label, acts.start, { className: "main", disabled: !ready }),
  );
}

function facts(plan, stale) {
  const frames = plan.shots.reduce((sum, shot) => sum + shot.frames, 0);
  const rate = plan.shots[0]?.rate ?? "1";
  const length = `${counted(frames, "frame")}, ${seconds(frames, rate)}`;
  return el(
    "div",
    { className: stale ? "stale" : "" },
    el(
      "dl",
      {},
      line("Price", plan.price > 0 ? `${credits(plan.price)} at most` : "nothing"),
      line("Length", `${counted(plan.shots.length, "shot")}: ${length}`),
      line("Made by", `${plan.engine}, ${plan.model}`),
      line("Leaves this machine", leaves(plan)),
    ),
    plan.shots.length > 1 ? folded("Shot by shot", plan.shots.map(shotRow), false) : null,
    sentences("Left out", plan.left_out.map((one) => `${one.place}: ${one.error.message}`)),
    sentences("To know", warnings(plan)),
  );
}

function line(label, value) {
  return el("div", {}, el("dt", {}, label), el("dd", {}, value));
}

function leaves(plan) {
  if (!plan.sent_to) return "nothing";
  return `to ${plan.sent_to.engine}: ${plan.sent_to.what.join(", ")}`;
}

function shotRow(shot) {
  const price = shot.price > 0 ? `, ${credits(shot.price)}` : "";
  return el("li", {}, el("strong", {}, shot.name || shot.place || "new shot"),
    ` ${counted(shot.frames, "frame")}${price}`);
}

function warnings(plan) {
  const ofShots = plan.shots.flatMap((shot) =>
    shot.warnings.map((words) => `${shot.name || shot.place || "new shot"}: ${words}`));
  return [...plan.warnings, ...ofShots];
}
