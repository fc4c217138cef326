// A new timeline with chosen takes of several shots. In: the takes. Out: a card; the file's path.

import { Lost, Refused, csrf, post } from "./api.js";
import { button, card, counted, el, problem, say, sentences, show as put } from "./dom.js";
import { nameOf } from "./pairing.js";

const MODES = {
  above: "On a new track above the originals",
  take: "As takes inside the original clips",
  replace: "In place of the originals, which are kept",
  append: "At the end of the timeline",
};

// `acts`: {every(), none(), unmark(id)}: choose one take a shot, none, one less.
export function makeCutting(selection, acts) {
  const chosen = el("ul", { className: "rows" });
  const none = el("p", { className: "quiet" },
    "Tick \"Timeline\" at one take or more, of as many shots as you like.");
  const mode = el("select", { id: "cutting-mode" },
    Object.entries(MODES).map(([value, label]) => el("option", { value }, label)));
  const field = el("div", { className: "field" },
    el("label", { htmlFor: "cutting-mode" }, "How they come in"), mode);
  const write = button("cutting-write", "", start, { className: "main" });
  const clear = button("cutting-none", "Choose none", acts.none, { className: "quiet" });
  const every = button("cutting-every", "Choose one for every shot", acts.every, { className: "quiet" });
  const result = el("div", { role: "status" });
  const node = card("cutting", "New timeline", none, chosen, field,
    el("p", { className: "hint" }, "Writes a new file. The timeline of before is not touched."),
    el("p", { className: "buttons" }, write, every, clear), result);
  let takes = [];
  let busy = false;
  every.hidden = !selection.shots.length;
  show([]);

  // In the order of the timeline.
  function show(marked) {
    takes = [...marked].sort((one, other) => one.record_start - other.record_start);
    const some = takes.length > 0;
    none.hidden = some;
    field.hidden = clear.hidden = write.hidden = !some;
    write.textContent = `Write a new timeline with ${counted(takes.length, "take")}`;
    put(chosen, takes.map(row));
  }

  function row(take) {
    const place = selection.shots[take.shot_number]?.name || take.clip || take.place || "New shot";
    const label = `${place}, ${nameOf(take)}`;
    return el("li", { className: "cutting-take" }, label, " ",
      button(`unmark-${take.id}`, "Leave out", () => acts.unmark(take.id),
        { className: "quiet", "aria-label": `Leave out ${label}` }));
  }

  async function start() {
    if (busy) return;
    busy = true;
    put(result, el("p", { className: "quiet" }, "Writing ..."));
    try {
      const wanted = { takes: takes.map(({ id }) => id), mode: mode.value };
      const path = `/v1/selections/${encodeURIComponent(selection.id)}/timeline`;
      put(result, written(await post(path, wanted)));
    } catch (error) {
      put(result, problem(known(error)));
    } finally {
      busy = false;
    }
  }

  function written({ id, timeline, warnings }) {
    const told = el("span", { className: "hint" });
    const act = (work, words) => async () => {
      try {
        await work();
        told.textContent = words;
        say(words);
      } catch (error) {
        told.textContent = known(error).message;
      }
    };
    return [
      el("p", {}, "The new timeline was written: ", el("code", {}, timeline)),
      sentences("To know", warnings),
      el("p", { className: "buttons" },
        button("cutting-copy", "Copy the path",
          act(() => navigator.clipboard.writeText(timeline), "The path was copied.")),
        button("cutting-download", "Download", act(() => download(id, timeline), "Downloaded.")), told),
    ];
  }

  return { node, show };
}

// A link cannot carry the session's second half: the file comes as a request of the page does.
async function download(id, timeline) {
  const answer = await fetch(`/v1/timelines/${encodeURIComponent(id)}`,
    { headers: { "X-NLE-Bridge-CSRF": csrf() } });
  if (!answer.ok) throw new Refused(answer.status, await answer.json());
  const href = URL.createObjectURL(await answer.blob());
  el("a", { href, download: timeline.split(/[\\/]/).at(-1) }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

function known(error) {
  if (error instanceof Refused || error instanceof Lost) return error;
  if (error.name === "NotAllowedError") {
    return { message: "The browser does not let this page copy. Mark the path and copy it." };
  }
  if (error instanceof TypeError) return new Lost();
  throw error;
}
