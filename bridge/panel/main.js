// The page: what it shows, one view at a time. In: the address's fragment. Out: a finished job.

import { Lost, Refused, enter, get, post } from "./api.js";
import { chooseCards } from "./choose.js";
import { el, problem, say, show } from "./dom.js";
import { makeForm } from "./form.js";
import { jobCard, statusOf } from "./job.js";
import { planCard } from "./plan.js";
import { resultCard } from "./placements.js";
import { missing, order } from "./recipe.js";
import { selectionCard } from "./selection.js";
import { follow, forgetStart, planner, startJob, unanswered } from "./work.js";

const SHOWN = "nle-bridge-shown";
const main = document.getElementById("main");
const overview = document.getElementById("overview");
let going = new AbortController(); // of the view that is shown

async function begin() {
  const told = new URLSearchParams(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
  if (told.has("t")) {
    remember({ selection: told.get("s") });
    forgetStart();
  }
  await enter(told.get("t"));
  const kept = unanswered();
  if (kept) return showJob((await startJob(kept)).id, kept.selection);
  const { selection, job } = JSON.parse(sessionStorage.getItem(SHOWN) ?? "{}");
  if (job) return showJob(job, selection);
  return selection ? showSelection(selection) : showOverview();
}

function remember(shown) {
  sessionStorage.setItem(SHOWN, JSON.stringify(shown));
}

// A new view: what the one before was doing ends.
function turn(shown, where, ...cards) {
  going.abort();
  going = new AbortController();
  remember(shown);
  document.getElementById("where").textContent = where;
  document.title = where ? `${where} - NLE Bridge` : "NLE Bridge";
  overview.hidden = !shown.selection && !shown.job;
  show(main, ...cards);
  return going.signal;
}

async function showOverview() {
  const { selections } = await get("/v1/selections?limit=10");
  const { jobs } = await get("/v1/jobs?limit=10");
  const acts = {
    selection: (id) => run(() => showSelection(id)),
    job: (id) => run(() => showJob(id)),
  };
  turn({}, "", chooseCards({ selections, jobs }, acts));
}

async function showSelection(id) {
  const selection = await get(`/v1/selections/${encodeURIComponent(id)}`);
  const { engines } = await get("/v1/engines");
  const place = el("div");
  const form = makeForm(selection, engines, () => run(changed));
  const where = [selection.host_state?.project, selection.facts.name].filter(Boolean).join(" / ");
  const cards = [selectionCard(selection), el("div", {}, form.card, place)];
  turn({ selection: id }, where, cards).addEventListener("abort", () => plan(null));
  document.getElementById("prompt").focus();

  let state = {};
  const draw = (changes) => {
    state = { ...state, ...changes };
    show(place, planCard(state, { start: () => run(start), look: () => run(changed) }));
  };
  const plan = planner((found, error) => {
    draw({ plan: found, error, busy: false });
    say(error ? error.message : "The plan is ready.");
  });
  async function changed() {
    const waits = missing(form.values());
    draw({ waits, error: null, busy: true, key: crypto.randomUUID() });
    await plan(waits ? null : { selection: id, recipe: order(form.values()).recipe });
  }
  async function start() {
    if (state.starting) return;
    draw({ starting: true });
    const wanted = { selection: id, ...order(form.values()), quote: state.plan.quote };
    try {
      await showJob((await startJob({ ...wanted, key: `panel-${state.key}` })).id, id);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      draw({ starting: false, error });
      say(error.message);
    }
  }
  await changed();
}

async function showJob(id, selection = null) {
  const place = el("div");
  const signal = turn({ job: id, selection }, "Job", place);
  let state = { placements: [] };
  const draw = (changes) => {
    state = { ...state, ...changes };
    const acts = { cancel, retry, next };
    show(place, jobCard(state, acts), resultCard(state, again));
    document.title = `${statusOf(state.job)} - NLE Bridge`;
    document.getElementById("where").textContent = state.job.timeline_name;
    say(statusOf(state.job));
  };
  const act = (path, body) => run(async () => {
    draw({ busy: true, error: null });
    try {
      await post(path, body);
      await showJob(id, selection);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      draw({ busy: false, error });
    }
  });
  const cancel = () => act(`/v1/jobs/${id}/cancel`);
  const retry = (shot) => act(`/v1/jobs/${id}/retry`, shot ? { shot } : {});
  const again = (placement) => act(`/v1/placements/${placement}/again`);
  const next = () => run(() => (selection ? showSelection(selection) : showOverview()));
  await follow(id, draw, signal);
}

// Whatever goes wrong is said on the page; that a view ended is no error.
async function run(work) {
  try {
    await work();
  } catch (error) {
    if (error.name === "AbortError") return;
    going.abort();
    overview.hidden = !(error instanceof Refused);
    show(main, el("div", { role: "alert" }, problem(known(error))));
  }
}

function known(error) {
  if (error instanceof Refused || error instanceof Lost) return error;
  console.error(error);
  return { message: "This page made a mistake.", hint: "Load it again." };
}

overview.addEventListener("click", () => run(() => showOverview()));
// another link was put into this very page
window.addEventListener("hashchange", () => location.reload());
run(begin);
