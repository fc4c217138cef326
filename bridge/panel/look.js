// A quick look at what would come. In: recipes that were planned. Out: previews, newest only.

import { Refused, get, post } from "./api.js";

const WAIT = 20; // s of one question
const SLOT = "panel"; // a newer preview of this page ends the one before

// Why there is none for this engine and model, or "".
export function noPreview(engine, way) {
  if (!engine || !way) return "There is nothing to preview yet.";
  if (engine.remote) {
    return `There is no preview: ${engine.name} is another machine, so that looking would already `
      + "send the pictures and cost what the work costs.";
  }
  const free = way.price.known && !Number(way.price.per_second) && !Number(way.price.minimum)
    && !way.price.rule;
  return free ? "" : `There is no preview: ${engine.name} costs something.`;
}

// `look(wanted or null)`, wanted: {selection, recipe, shot}; `told(preview, error)`, whatever is new.
export function looker(told) {
  let current = new AbortController();
  let open = null; // id of the preview under way
  return async (wanted) => {
    current.abort();
    current = new AbortController();
    const { signal } = current;
    try {
      if (!wanted) {
        await ended();
        return;
      }
      await watch(await post("/v1/previews", { ...wanted, slot: SLOT }, signal), signal);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refused)) throw error;
      told(null, error);
    }
  };

  async function watch(preview, signal) {
    open = preview.id;
    for (let now = preview; ; now = await get(next(now), signal)) {
      signal.throwIfAborted();
      if (now.state === "superseded") return;
      await told(now, null);
      if (now.state !== "working") break;
    }
    open = null;
  }

  async function ended() {
    const id = open;
    open = null;
    if (id) await post(`/v1/previews/${id}/cancel`);
  }
}

function next({ id, revision }) {
  return `/v1/previews/${id}?after=${revision}&wait=${WAIT}`;
}
