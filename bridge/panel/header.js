// The head of the page. In: where we are, the connection, the day's money. Out: words in their places.

import { AGAIN, get } from "./api.js";
import { el, words } from "./dom.js";
import { looker } from "./looks.js";

const LINKS = {
  opening: "Connecting",
  on: "Connected",
  lost: "Connection lost, trying again",
  over: "Not connected",
};
const MONEY = 2000; // ms between looks at what was spent

const byId = (id) => document.getElementById(id);

// `run(work)` says what goes wrong.
export function makeHeader(run) {
  const money = looker(() => run(spent), MONEY);
  return {
    where(name) {
      words(byId("where"), name);
      document.title = name ? `${name} - NLE Bridge` : "NLE Bridge";
    },
    link(state) {
      byId("link").dataset.state = state;
      words(byId("link").lastElementChild, LINKS[state]);
    },
    // Something happened that may have cost something.
    money: () => money(""),
    count(open) {
      words(byId("tab-queue"), open ? `Queue (${open})` : "Queue");
    },
  };
}

async function spent() {
  const today = new Date().toISOString().slice(0, 10); // days are UTC, as budgets count them
  const { total, budgets } = await get(`/v1/spend?by=day&since=${today}&until=${today}`);
  const left = budgets.find((one) => one.budget === "day")?.left;
  const known = [`${total.spent} spent today`];
  if (Number(total.reserved)) known.push(`${total.reserved} reserved`);
  if (Number(total.uncertain)) known.push(`${total.uncertain} uncertain`);
  if (left !== undefined && left !== null) known.push(`${left} left`);
  words(byId("spent"), `Credits: ${known.join(", ")}`);
}

// What a page says whose session is over; nothing on it is lost.
export function overNotice(message) {
  return el("p", {}, el("strong", {}, message), " ", AGAIN,
    " What you typed stays here as long as this page is open.");
}
