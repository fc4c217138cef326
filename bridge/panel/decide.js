// What becomes of the take that is B. In: a take, its host. Out: buttons that say before what they do.

import { Lost, Refused, post } from "./api.js";
import { button, el, problem, say, show as put } from "./dom.js";
import { nameOf } from "./pairing.js";
import { STATUS, decisionsFor } from "./takewords.js";

// `decided(take)` is called with the take as it is now.
export function makeDecision({ host, decided }) {
  const title = el("h3", { id: "decide-title" });
  const choices = el("div", { className: "decide-choices" });
  const result = el("div", { className: "decide-result" });
  const node = el("div", { className: "decide", role: "group", "aria-labelledby": "decide-title" },
    title, choices, result);
  let take = null;
  let busy = false;

  function show(now) {
    const other = now?.id !== take?.id;
    if (JSON.stringify(now) === JSON.stringify(take)) return;
    take = now;
    node.hidden = !take;
    if (other) put(result);
    if (!take) return;
    title.textContent = `${nameOf(take)} (B): ${STATUS[take.status] ?? take.status}`;
    put(choices, decisionsFor(take, host).map(choice));
  }

  function choice([decision, label, sentence]) {
    const id = `decide-${decision}`;
    return el("div", {}, button(id, label, () => decide(decision), { "aria-describedby": `${id}-words` }),
      el("span", { id: `${id}-words`, className: "hint" }, sentence));
  }

  async function decide(decision) {
    if (busy) return;
    busy = true;
    const { id } = take;
    put(result, el("p", { className: "quiet" }, "One moment ..."));
    try {
      const answer = await post(`/v1/takes/${encodeURIComponent(id)}/decision`, { decision });
      if (take?.id === id) put(result, el("p", {}, answer.say));
      say(answer.say);
      decided(answer.take);
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Lost)) throw error;
      if (take?.id === id) put(result, problem(error));
      say(error.message);
    } finally {
      busy = false;
    }
  }

  return { node, show };
}
