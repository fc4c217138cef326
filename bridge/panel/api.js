// Requests to the daemon. In: method, path, body. Out: its answer; `Refused` or `Lost`.

const KEPT = "nle-bridge-csrf";
const TRIES = 3;

export const AGAIN = "Press AI Edit Selection in Resolve again, or run nle-bridge open.";

// The daemon's own error: code, sentence, hint.
export class Refused extends Error {
  constructor(status, error) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.hint = error.hint ?? "";
  }
}

// The daemon is gone, or another one has taken its place.
export class Lost extends Error {
  constructor(message = "This page lost its daemon.") {
    super(`${message} ${AGAIN}`);
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

// Swap the one-time token for a session; without one, go on with the session of before.
export async function enter(launch) {
  if (launch) {
    const headers = { Authorization: `Launch ${launch}` };
    const answer = await fetch("/v1/panel/session", { method: "POST", headers });
    if (answer.status === 401) throw new Lost("This link was used, or is older than a minute.");
    sessionStorage.setItem(KEPT, (await read(answer)).csrf);
  }
  if (!sessionStorage.getItem(KEPT)) throw new Lost("This page was not opened by its daemon.");
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
  const headers = { "X-NLE-Bridge-CSRF": sessionStorage.getItem(KEPT) ?? "" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const text = body === undefined ? undefined : JSON.stringify(body);
  return read(await fetch(path, { method, headers, body: text, signal, cache: "no-store" }));
}

async function read(answer) {
  if (answer.status === 401) throw new Lost();
  const value = await answer.json();
  if (!answer.ok) throw new Refused(answer.status, value);
  return value;
}

// What `fetch` raises where no answer came.
function isCutOff(error) {
  return error instanceof TypeError;
}
