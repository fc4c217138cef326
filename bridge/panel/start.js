// Asking while somebody types, and starting once. In: orders. Out: plans; a job.

import { Refused, pause, post } from "./api.js";

const TYPING = 300; // ms without a change before a plan is asked for
const STARTED = "nle-bridge-start";
const STARTS = 3; // times one start is sent, where its answer is cut off: its key makes it one job

// `plan(order or null, typing)`: the newest one alone is told of, by `drawn(plan, error)`.
export function planner(drawn) {
  let current = new AbortController();
  return async (order, typing = TYPING) => {
    current.abort();
    current = new AbortController();
    if (!order) return;
    const { signal } = current;
    try {
      await pause(typing, signal);
      const plan = await post("/v1/plans", order, signal);
      if (!signal.aborted) drawn(plan, null);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refused)) throw error;
      drawn(null, error);
    }
  };
}

// Kept until it is answered: a page that is loaded again meanwhile sends the same job once more.
export async function startJob(wanted) {
  sessionStorage.setItem(STARTED, JSON.stringify(wanted));
  for (let sent = 1; ; sent += 1) {
    try {
      const job = await post("/v1/jobs", wanted);
      forgetStart();
      return job;
    } catch (error) {
      if (error instanceof Refused && error.status) forgetStart();
      if (error.status !== 0 || sent === STARTS) throw error;
    }
  }
}

export function forgetStart() {
  sessionStorage.removeItem(STARTED);
}

export function unanswered() {
  const kept = sessionStorage.getItem(STARTED);
  return kept ? JSON.parse(kept) : null;
}
