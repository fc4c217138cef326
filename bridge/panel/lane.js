// Who may ask when. In: what would fetch something. Out: its answer, or an AbortError for what
// nobody waits for any more.

const PATIENCE = 300; // ms that a request goes on which a newer wish waits for
const FEW = 2; // requests at once for what is only looked at in passing

// One request at a time, and the newest wish comes next; those in between are never sent.
export class Lane {
  #running = null;
  #waiting = null;

  get idle() {
    return !this.#running;
  }

  // `task(signal)`. Who asks for the same `key` as somebody before gets the same answer.
  ask(key, task, patience = PATIENCE) {
    if (this.#running?.key === key) {
      this.#drop();
      return this.#running.promise;
    }
    if (this.#waiting?.key === key) return this.#waiting.promise;
    this.#drop();
    const wish = { key, task, patience, control: new AbortController() };
    wish.promise = new Promise((resolve, reject) => Object.assign(wish, { resolve, reject }));
    this.#waiting = wish;
    if (this.#running) this.#hurry(this.#running);
    else this.#next();
    return wish.promise;
  }

  close() {
    this.#drop();
    this.#running?.control.abort();
  }

  #drop() {
    this.#waiting?.reject(new DOMException("A newer one is wanted.", "AbortError"));
    this.#waiting = null;
  }

  #hurry({ control, patience }) {
    setTimeout(() => this.#waiting && control.abort(), patience);
  }

  async #next() {
    const wish = this.#waiting;
    this.#running = wish;
    this.#waiting = null;
    if (!wish) return;
    try {
      wish.resolve(await wish.task(wish.control.signal));
    } catch (error) {
      wish.reject(error);
    }
    this.#next();
  }
}

// A few at once for the whole page, in the order asked; what is aborted before its turn is skipped.
const turns = [];
let under = 0;

export function inTurn(task, signal) {
  return new Promise((resolve, reject) => {
    turns.push({ task, signal, resolve, reject });
    take();
  });
}

async function take() {
  if (under >= FEW || !turns.length) return;
  const { task, signal, resolve, reject } = turns.shift();
  under += 1;
  try {
    signal?.throwIfAborted();
    resolve(await task());
  } catch (error) {
    reject(error);
  }
  under -= 1;
  take();
}
