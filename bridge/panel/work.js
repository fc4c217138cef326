// The work on one selection: form, preview and plan together, while somebody types, until a job
// starts. In: `{selection, engines, viewer or null, started(job), run(work)}`. Out: the object below.
//
//   makeWork(...) -> {
//     node,          form, preview and plan in reading order; place it as it is
//     changed(),     to be called by the viewer's `changed`: keyframes or range are others
//     moved(),       to be called by the viewer's `moved`: another frame is looked at
//     show(index),   a shot was chosen: viewer and preview show it
//     again(),       asks once more, after a lost connection
//     touched(),     true as soon as something was typed or chosen, or a start is under way
//     focus(),       puts the cursor into the prompt
//     close(),       ends what goes on: plan, preview
//   }
//
// `run` does work and says on the page what goes wrong with it.

import { Refused } from "./api.js";
import { el, say, show } from "./dom.js";
import { makeForm } from "./form.js";
import { noPreview } from "./look.js";
import { planCard, startBar } from "./plan.js";
import { makePreview } from "./preview.js";
import { missing, order } from "./recipe.js";
import { planner, startJob } from "./start.js";

export { forgetStart, planner, startJob, unanswered } from "./start.js";

export function makeWork({ selection, engines, viewer = null, started, run = (work) => work() }) {
  const form = makeForm({ selection, engines, viewer, changed: () => run(typed) });
  const preview = makePreview({ selection, viewer });
  const place = el("div");
  const bar = el("div", { className: "bar", role: "group", "aria-label": "Start" });
  const plan = planner(planned);
  let state = {}; // see plan.js
  let shot = 0; // that is looked at
  let sketch = null; // {recipe, shot} to be previewed, once it is planned
  let kind = form.kind();
  let touched = false;

  function draw(changes) {
    state = { ...state, ...changes };
    show(place, planCard(state));
    show(bar, startBar(state, { start: () => run(start), look: () => run(again) }));
  }

  // What stands in the form now, planned and previewed; `typing`: ms to wait for more.
  async function changed(typing) {
    const values = form.values();
    const waits = missing(values);
    if (values.kind !== kind) turned(values.kind);
    form.refused(null);
    draw({ waits, error: null, busy: true, started: false, before: null, budget: values.budget,
      key: crypto.randomUUID() });
    const { recipe } = order(values);
    const reason = noPreview(form.engine(), values.way) || (waits && "It appears here by itself.");
    if (reason) run(() => preview.off(reason));
    sketch = reason ? null : { recipe, shot: values.kind === "edit" ? shot : null };
    if (sketch) preview.turn(sketch.recipe, sketch.shot);
    await plan(waits ? null : { selection: selection.id, recipe }, typing);
  }

  // The viewer looks at what is made: the shot, or the place of the new one.
  function turned(now) {
    kind = now;
    if (kind === "edit") viewer?.show(shot);
  }

  // What can be planned is previewed: half a word is neither.
  function looked(refused) {
    if (!sketch) return;
    run(() => (refused ? preview.off("It appears here once all above is understood.")
      : preview.want(sketch.recipe, sketch.shot)));
  }

  async function typed() {
    touched = true;
    await changed();
  }

  const again = () => changed(0);

  function planned(found, error) {
    draw({ plan: found, error, busy: false });
    const refused = found?.refused ?? error;
    form.refused(refused?.detail?.unknown ? refused : null);
    looked(refused);
    if (found && ["fill", "extend"].includes(kind)) showGap(found.shots[0]);
    say(error ? error.message : "The plan is ready.");
  }

  // Only the plan knows where the gap begins and how long it is.
  function showGap(gap) {
    if (gap) viewer?.setRange(gap.record_start, gap.frames);
  }

  async function start() {
    if (state.starting) return;
    touched = true;
    draw({ starting: true, before: null });
    const { quote, price } = state.plan;
    const wanted = { selection: selection.id, ...order(form.values()), quote };
    try {
      started(await startJob({ ...wanted, key: `panel-${state.key}` }));
      draw({ starting: false, started: true, key: crypto.randomUUID() });
    } catch (error) {
      draw({ starting: false, error: error instanceof Refused ? error : null });
      if (!(error instanceof Refused)) throw error;
      say(error.message);
      if (error.detail.quote) await lookAgain(price);
    }
  }

  // The plan is another one than was shown: a person looks at the new price and presses again.
  async function lookAgain(before) {
    await changed(0);
    draw({ before });
    say("Something changed since the price was shown. Nothing has started.");
  }

  run(() => changed(0));

  return {
    node: el("div", { className: "work" }, form.node, preview.node, place, bar),
    async changed() {
      form.update();
      await run(typed);
    },
    moved: () => preview.moved(),
    show(index) {
      shot = index;
      form.chosen(selection.shots[index]);
      run(() => changed(0));
    },
    again: () => run(again),
    touched: () => touched || Boolean(state.starting),
    focus: form.focus,
    close() {
      plan(null);
      preview.close();
    },
  };
}

