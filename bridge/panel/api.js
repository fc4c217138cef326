// Requests to the daemon. In: method, path, body. Out: its answer; `Refused` or `Lost`.

const KEPT = "nle-bridge-csrf";
const TRIES = 3;
const NOTHING = { code: "clip_not_found", message: "The timeline shows nothing there." };

export const AGAIN = "Open the page again from your editor's menu, or run nle-bridge open.";

// The daemon's own error: code, sentence, hint.
export class Refused extends Error {
  constructor(status, error) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.hint = error.hint ?? "";
    this.detail = error.detail ?? {};
  }
}

// No answer: the daemon is away, or (`over`) this page's session has ended.
export class Lost extends Error {
  constructor(message = "The daemon does not answer.", over = false) {
    super(message);
    this.over = over;
    this.hint = over ? AGAIN : "This page goes on by itself when it is back.";
  }
}

export function pause(milliseconds, signal) {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

export function csrf() {
  return sessionStorage.getItem(KEPT) ?? "";
}

// Pages of one browser share a session: where one is let in anew, the others go on with it.
const others = new BroadcastChannel("nle-bridge");

// Swap the one-time token for a session; without one, go on with the session of before.
export async function enter(launch) {
  if (launch) {
    const headers = { Authorization: `Launch ${launch}` };
    const answer = await fetch("/v1/panel/session", { method: "POST", headers });
    if (answer.status === 401) throw new Lost("This link was used, or is older than a minute.", true);
    const { csrf: fresh } = await read(answer);
    sessionStorage.setItem(KEPT, fresh);
    others.postMessage(fresh);
  }
  if (!csrf()) throw new Lost("This page was not opened by its daemon.", true);
}

// `handler()` where another page of this browser was let in with a session that this one lacks.
export function onEntered(handler) {
  others.onmessage = ({ data }) => {
    if (data === csrf()) return;
    sessionStorage.setItem(KEPT, data);
    handler();
  };
}

export async function get(path, signal) {
  for (let tried = 1; ; tried += 1) {
    try {
      return await ask("GET", path, undefined, signal);
    } catch (error) {
      if (!isCutOff(error)) throw error;
      if (tried === TRIES) throw new Lost();
      await pause(tried * 1000, signal);
    }
  }
}

// A strip of pictures, all equally wide: how many, and the size of the whole. Close the bitmap.
export async function picture(path, signal) {
  const answer = await fetched(path, signal);
  if (answer.status === 204) throw new Refused(204, NOTHING);
  const bitmap = await createImageBitmap(await answer.blob());
  const count = Number(answer.headers.get("X-NLE-Bridge-Count") ?? 1);
  return { bitmap, count, width: bitmap.width, height: bitmap.height };
}

// A file to be kept: its content, and the name that the daemon gives it.
export async function file(path, signal) {
  const answer = await fetched(path, signal);
  const told = answer.headers.get("Content-Disposition") ?? "";
  const [, coded, plain] = /filename\*=UTF-8''([^;]+)|filename="([^"]+)"/i.exec(told) ?? [];
  return { blob: await answer.blob(), name: coded ? decodeURIComponent(coded) : plain ?? "" };
}

async function fetched(path, signal) {
  const answer = await fetch(path, { headers: { "X-NLE-Bridge-CSRF": csrf() }, signal });
  if (!answer.ok) await read(answer);
  return answer;
}

// Never sent again by itself: a person presses again, and the key makes it the same job.
export async function post(path, body, signal) {
  try {
    return await ask("POST", path, body, signal);
  } catch (error) {
    if (!isCutOff(error)) throw error;
    await get("/v1/health", signal);
    const hint = "Press again: it is done once.";
    throw new Refused(0, { code: "cut_off", message: "The answer was cut off.", hint });
  }
}

async function ask(method, path, body, signal) {
  const headers = { "X-NLE-Bridge-CSRF": csrf() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const text = body === undefined ? undefined : JSON.stringify(body);
  return read(await fetch(path, { method, headers, body: text, signal, cache: "no-store" }));
}

async function read(answer) {
  if (answer.status === 401) throw new Lost("This page's session is over.", true);
  const value = await answer.json();
  if (!answer.ok) throw new Refused(answer.status, value);
  return value;
}

// What `fetch` raises where no answer came.
function isCutOff(error) {
  return error instanceof TypeError;
}
