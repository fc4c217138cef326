// What goes on over time: planning while somebody types, starting once, following a job.

import { Refused, get, pause, post } from "./api.js";
import { hasEnded } from "./job.js";

const TYPING = 400; // ms without a change before a plan is asked for
const EVENTS = 20; // s of one question
const PLACING = 3; // s between looks at what is being placed
const STARTED = "nle-bridge-start";
const STARTS = 3; // times one start is sent, where its answer is cut off: its key makes it one job

// A planner: `plan(order or null)`; the newest one alone is told of, by `drawn(plan, error)`.
export function planner(drawn) {
  let current = new AbortController();
  return async (order) => {
    current.abort();
    current = new AbortController();
    if (!order) return;
    const { signal } = current;
    try {
      await pause(TYPING, signal);
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

// Draw the job whenever something happened, until nothing more can happen to it.
export async function follow(id, drawn, signal) {
  let after = 0;
  for (;;) {
    const job = await get(`/v1/jobs/${id}`, signal);
    const placements = await placementsOf(id, signal);
    const result = hasEnded(job) ? await get(`/v1/jobs/${id}/result`, signal) : null;
    if (signal.aborted) return;
    drawn({ job, placements, result });
    const placing = placements.some((one) => one.state !== "placed");
    if (hasEnded(job) && !placing && job.status !== "uncertain") return;
    if (hasEnded(job)) {
      await pause(PLACING * 1000, signal);
    } else {
      const wait = placing ? PLACING : EVENTS;
      after = (await get(`/v1/events?after=${after}&wait=${wait}&job=${id}`, signal)).last;
      await pause(300, signal);
    }
  }
}

// Those of an editor; what was selected in a file has nobody who would place it.
async function placementsOf(job, signal) {
  const states = ["waiting", "placed", "refused"];
  const found = await Promise.all(
    states.map((state) => get(`/v1/placements?job=${job}&state=${state}`, signal)),
  );
  return found
    .flatMap((answer) => answer.placements)
    .filter((one) => one.host !== "file")
    .sort((one, other) => one.instruction.record_start - other.instruction.record_start);
}
