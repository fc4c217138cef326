// What happens in the daemon. In: the last event that was seen. Out: events, each once, in order.
//
// One WebSocket a page. It comes back by itself after a lost connection or a restarted daemon, from
// where it was; only a session that is over ends it.

import { csrf } from "./api.js";

const FIRST = 400; // ms before the first try to come back; each further one waits twice as long
const LONGEST = 15_000; // ms
const STEADY = 5_000; // ms a connection must hold before the next one is tried at once again
const SURE = 150; // ms without a refusal: we are in
const SILENCE = 40_000; // ms; heartbeats come every 15 s
const REFUSED = 1008; // close code: the session is not known

const listeners = new Set();
const watchers = new Set();
let state = "opening";
let after = 0;
let socket = null;
let opened = 0; // time
let tried = 0;
let coming = 0; // timers
let sure = 0;
let silence = 0;

export const live = {
  // `handler(event)`; gives a function that takes it away again
  on: (handler) => added(listeners, handler),
  // `handler("opening" | "on" | "lost" | "over")`, told now and at every change
  state(handler) {
    handler(state);
    return added(watchers, handler);
  },
  // Begin, or begin anew with another session.
  start(last = after) {
    after = Math.max(after, last);
    tried = 0;
    connect();
  },
  // Any answer of the daemon's may be the first to say so.
  over() {
    turn("over");
    drop();
  },
};

function added(handlers, handler) {
  handlers.add(handler);
  return () => handlers.delete(handler);
}

function turn(now) {
  if (now === state) return;
  state = now;
  for (const watcher of [...watchers]) watcher(now);
}

function connect() {
  drop();
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const made = new WebSocket(`${scheme}//${location.host}/v1/events?after=${after}`);
  socket = made;
  made.onopen = () => {
    opened = Date.now();
    made.send(JSON.stringify({ csrf: csrf() }));
    sure = setTimeout(() => turn("on"), SURE);
    listen();
  };
  made.onmessage = (message) => heard(JSON.parse(message.data));
  made.onclose = (closed) => closing(closed.code);
}

function drop() {
  for (const timer of [coming, sure, silence]) clearTimeout(timer);
  if (socket) {
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
  socket = null;
}

// A machine that slept may keep a connection of which the other side knows nothing.
function listen() {
  clearTimeout(silence);
  silence = setTimeout(() => closing(0), SILENCE);
}

function heard(event) {
  listen();
  turn("on");
  if (!(event.seq > after)) return; // a heartbeat
  after = event.seq;
  for (const listener of [...listeners]) listener(event);
}

function closing(code) {
  if (opened && Date.now() - opened > STEADY) tried = 0;
  opened = 0;
  drop();
  if (code === REFUSED) return turn("over");
  turn("lost");
  const wait = Math.min(LONGEST, FIRST * 2 ** tried);
  tried += 1;
  // a part by chance: many pages do not come back at one moment
  coming = setTimeout(connect, wait * (0.5 + Math.random() / 2));
}

// Somebody looks at the page again: now is the time to try.
document.addEventListener("visibilitychange", () => {
  if (document.hidden || state !== "lost" || !coming || socket) return;
  tried = 0;
  connect();
});
