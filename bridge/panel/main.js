// The page. In: the address's fragment, events. Out: the views, assembled; whatever goes wrong, said.

import { Lost, Refused, enter, get, onEntered } from "./api.js";
import { chooseCard, hostOf } from "./choose.js";
import { makeDesk } from "./desk.js";
import { button, el, problem, show } from "./dom.js";
import { makeHeader, overNotice } from "./header.js";
import { startKeys } from "./keys.js";
import { live } from "./live.js";
import { makeQueue } from "./queue.js";
import { makeTabs } from "./tabs.js";
import { forgetStart, startJob, unanswered } from "./work.js";

const SHOWN = "nle-bridge-shown";
const AGAIN = 3000; // ms until a page that could not begin tries once more
const byId = (id) => document.getElementById(id);
const tabs = makeTabs();
const header = makeHeader(run);
const queue = makeQueue({ run, selection: goTo, count: header.count });
let desk = null; // of the selection that is shown
let shown = null; // its id
let opened = false; // this page was let in
let listening = false; // it hears of what happens
let missed = false; // things may have happened that this page did not hear of
let turned = 0; // views there were: what comes late for one of before is dropped

async function begin() {
  const told = new URLSearchParams(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
  if (told.has("t")) {
    sessionStorage.setItem(SHOWN, told.get("s") ?? "");
    forgetStart();
  }
  show(byId("queue-body"), queue.nodes);
  await enter(told.get("t"));
  await open();
}

async function open() {
  opened = true;
  const selection = sessionStorage.getItem(SHOWN);
  const view = run(() => (selection ? showSelection(selection) : showChoice()));
  const { last } = await queue.refresh();
  listening = true;
  live.start(last);
  header.money();
  await resend();
  await view;
}

// A start whose answer never came: the same one again, which makes one job.
async function resend() {
  const kept = unanswered();
  if (kept) started(await startJob(kept));
}

function turn(id, where) {
  desk?.close();
  desk = null;
  shown = id;
  sessionStorage.setItem(SHOWN, id ?? "");
  header.where(where);
  byId("overview").disabled = !id;
  show(byId("news"));
}

async function showChoice() {
  const mine = (turned += 1);
  const { selections } = await get("/v1/selections?limit=20");
  if (mine !== turned) return;
  turn(null, "");
  byId("work").className = "";
  show(byId("work"), chooseCard(selections, goTo));
}

async function showSelection(id) {
  const mine = (turned += 1);
  const engines = get("/v1/engines").then((answer) => answer.engines);
  engines.catch(() => {}); // said where it is waited for
  const selection = await get(`/v1/selections/${encodeURIComponent(id)}`);
  if (mine !== turned) return;
  const project = selection.host_state?.project ?? selection.project;
  turn(id, [project, selection.facts.name].filter(Boolean).join(" / "));
  desk = makeDesk(selection, engines, { run, started });
  byId("work").className = "desk";
  show(byId("work"), desk.nodes);
}

// Somebody asked for it.
function goTo(id) {
  tabs.choose("work");
  if (!missed) tell();
  if (id && id === shown) return show(byId("news"));
  run(() => (id ? showSelection(id) : showChoice()));
}

function started(job) {
  tabs.choose("queue");
  run(() => queue.unfold(job.id, tabs.narrow()));
}

function heard(event) {
  if (event.job) queue.mark(event.job);
  if (/^(job|shot)_(?!progress)/.test(event.what)) header.money();
  if (event.what === "selection") selected(event.data);
}

// Shown at once where nothing would be lost; else somebody is asked.
function selected({ id, host }) {
  if (id === shown) return;
  if (host !== "file" && !desk?.touched()) return run(() => showSelection(id));
  if (!shown) return run(showChoice);
  show(byId("news"), el("p", {}, `New selection ${hostOf({ host })}. `,
    button("news-show", "Show it", () => goTo(id)),
    button("news-stay", "Stay here", () => show(byId("news")), { className: "quiet" })));
}

function linked(state) {
  header.link(state);
  if (state === "over") tell(overNotice("This page's session is over."));
  if (state === "lost" || state === "over") missed = true;
  if (state === "on" && missed) caughtUp();
}

function caughtUp() {
  missed = false;
  tell();
  queue.markAll();
  header.money();
  desk?.again();
  run(resend);
}

function tell(...nodes) {
  show(byId("trouble"), nodes);
}

// Whatever goes wrong is said above what is shown; that a view ended is no error.
async function run(work) {
  try {
    await work();
  } catch (error) {
    if (error.name === "AbortError") return;
    if (error instanceof Lost) lost(error);
    else if (error instanceof Refused) tell(problem(error));
    else mistaken(error);
  }
}

function lost(error) {
  if (!error.over) {
    tell(problem(error));
    if (!listening) setTimeout(() => run(open), AGAIN);
    return;
  }
  live.over();
  if (!opened) show(byId("work"));
  tell(overNotice(error.message));
}

function mistaken(error) {
  console.error(error);
  tell(problem({ message: "This page made a mistake.", hint: "Load it again." }));
}

byId("overview").addEventListener("click", () => goTo(null));
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  tabs.go("work");
});
startKeys({
  s: () => tabs.go("work"),
  q: () => tabs.go("queue"),
  p: () => {
    tabs.choose("work");
    desk?.focus();
  },
});
live.on(heard);
live.state(linked);
onEntered(() => (opened ? live.start() : run(open)));
// another link was put into this very page
window.addEventListener("hashchange", () => location.reload());
run(begin);
