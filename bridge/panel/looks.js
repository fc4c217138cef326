// Bursts of news become few looks. In: `mark(key)`, as often as it likes. Out: `look(key)`.

// For each key one look at a time, `every` ms apart at least, and one after the last mark.
// While nobody sees the page there are none; what was marked is looked at when somebody does.
export function looker(look, every = 300) {
  const known = new Map(); // key: {marked, busy, last}

  function mark(key) {
    if (!known.has(key)) known.set(key, { marked: false, busy: false, last: -every });
    const one = known.get(key);
    one.marked = true;
    if (!one.busy && !document.hidden) next(key, one);
  }

  async function next(key, one) {
    one.busy = true;
    while (one.marked && !document.hidden) {
      const wait = one.last + every - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      one.marked = false;
      one.last = performance.now();
      await look(key);
    }
    one.busy = false;
  }

  document.addEventListener("visibilitychange", () => {
    for (const [key, one] of known) if (one.marked) mark(key);
  });
  return mark;
}
