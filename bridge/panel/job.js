// A job under way, or at its end. In: the daemon's job. Out: a card; its buttons call `acts`.

import { button, card, counted, credits, el, problem, sentences } from "./dom.js";

const STATUS = {
  queued: "Waiting for its turn",
  running: "Under way",
  done: "Done",
  partly: "Done in part",
  failed: "Failed",
  cancelled: "Cancelled",
  uncertain: "A decision is needed",
};
const STAGES = {
  waiting: "Waiting",
  extract: "Reading the frames",
  render: "Rendering",
  collect: "Fetching the result",
  conform: "Fitting it to the shot",
  done: "Done",
};
const FAILED = ["failed", "cancelled"];

export function hasEnded(job) {
  return !["queued", "running"].includes(job.status);
}

export function statusOf(job) {
  const done = job.shots.filter((shot) => shot.status === "done").length;
  const of = job.shots.length > 1 ? `, ${done} of ${counted(job.shots.length, "shot")}` : "";
  return `${STATUS[job.status] ?? job.status}${job.status === "running" ? of : ""}`;
}

// `state`: {job, error, busy}; `acts`: {cancel(), retry(shot or null), next()}.
export function jobCard({ job, error, busy }, acts) {
  const failed = job.shots.filter((shot) => FAILED.includes(shot.status));
  const ended = hasEnded(job);
  return card(
    "job",
    statusOf(job),
    job.prompt ? el("p", { className: "quiet" }, job.prompt) : null,
    problem(error),
    problem(job.error),
    el("ul", { className: "rows" }, job.shots.map((shot) => shotRow(shot, job, acts, busy))),
    job.credits > 0 ? el("p", {}, `Paid: ${credits(job.credits)}.`) : null,
    sentences("To know", job.warnings),
    el(
      "p",
      { className: "buttons" },
      ended ? null : button("cancel", "Cancel", acts.cancel, { disabled: busy }),
      ended && failed.length > 1
        ? button("retry", `Try these ${failed.length} again${price(failed)}`, () => acts.retry(null),
          { disabled: busy })
        : null,
      ended ? button("next", "Make another", acts.next, { className: "main" }) : null,
    ),
  );
}

function shotRow(shot, job, acts, busy) {
  const failed = hasEnded(job) && FAILED.includes(shot.status);
  return el(
    "li",
    { className: shot.status },
    el("strong", {}, shot.name || shot.place || "new shot"),
    el("span", {}, words(shot)),
    shot.status === "running" ? bar(shot) : null,
    shot.note ? el("span", { className: "hint" }, shot.note) : null,
    ["done", "cancelled"].includes(shot.status) ? null : problem(shot.error),
    shot.status === "uncertain" ? decision(job) : null,
    failed
      ? button(`retry-${shot.id}`, `Try again${price([shot])}`, () => acts.retry(shot.id),
        { disabled: busy })
      : null,
  );
}

function words(shot) {
  if (shot.status !== "running") return STATUS[shot.status] ?? shot.status;
  const percent = shot.progress === null ? "" : `, ${Math.floor(shot.progress * 100)} %`;
  return `${STAGES[shot.stage] ?? shot.stage}${percent}`;
}

// Without a value it says only that something goes on.
function bar(shot) {
  const label = `Progress of ${shot.name || shot.place || "the new shot"}`;
  const value = shot.progress === null ? {} : { value: shot.progress };
  return el("progress", { max: 1, "aria-label": label, ...value });
}

function price(shots) {
  const sum = shots.reduce((total, shot) => total + (shot.price ?? 0), 0);
  return sum > 0 ? `, for at most ${credits(sum)}` : "";
}

function decision(job) {
  const command = el("code", {}, `nle-bridge jobs resolve ${job.id}`);
  return el("p", {}, "It may have been charged. ", command, " decides it.");
}
