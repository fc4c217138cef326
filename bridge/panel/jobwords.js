// Words about a job. In: its line of the queue, or all of it. Out: sentences, and its place.

import { counted, credits } from "./dom.js";

export const STATUS = {
  queued: "Waiting for its turn",
  running: "Under way",
  done: "Done",
  partly: "Done in part",
  failed: "Failed",
  cancelled: "Cancelled",
  uncertain: "A decision is needed",
};
const SURE = 3; // s a job must have run, and
const LEAST = 0.03; // as much of it must be done, before its end is guessed

export function isOpen(job) {
  return job.status === "queued" || job.status === "running";
}

// Open ones first, each the newest first.
export function byPlace(one, other) {
  return isOpen(other) - isOpen(one) || other.at - one.at || (one.id < other.id ? 1 : -1);
}

// The line of a whole job, where the one of before is known.
export function lineOf(job, before) {
  const ended = (...states) => job.shots.filter((shot) => states.includes(shot.status)).length;
  const { status, changed, credits: paid } = job;
  const counts = { shots_done: ended("done"), shots_failed: ended("failed") };
  return { ...before, status, changed, credits: paid, ...counts, progress: null, position: null };
}

export function nameOf(line) {
  return line.prompt || { edit: "Edit", generate: "New shot" }[line.kind] || line.kind;
}

export function statusWords(line) {
  const { status, shots, shots_done: done, shots_failed: failed, position } = line;
  const all = counted(shots, "shot");
  if (status === "queued") return position > 1 ? `Number ${position} in its queue` : STATUS.queued;
  if (status === "running") return shots > 1 ? `${done} of ${all} done${lost(failed)}` : STATUS.running;
  if (status === "done") return `Done, ${all}`;
  if (status === "partly") return `${done} of ${all} done${lost(failed)}`;
  return STATUS[status] ?? status;
}

function lost(failed) {
  return failed ? `, ${failed} failed` : "";
}

// How long it has run, and how long it may still take at that pace.
export function timeWords(line, now) {
  if (line.status !== "running" || !line.started) return "";
  const elapsed = Math.max(0, (now - Date.parse(line.started)) / 1000);
  const { progress } = line;
  if (!(progress >= LEAST) || elapsed < SURE) return clock(elapsed);
  const left = Math.round((elapsed * (1 - progress)) / progress);
  return left ? `${clock(elapsed)}, about ${clock(left)} left` : clock(elapsed);
}

function clock(seconds) {
  const whole = Math.round(seconds);
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`;
}

export function price(shots) {
  const sum = shots.reduce((total, shot) => total + (shot.price ?? 0), 0);
  return sum > 0 ? `, for at most ${credits(sum)}` : "";
}
