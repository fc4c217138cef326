// Thumbnails, fetched when they come into sight. In: canvases. Out: pictures on them.

// `watch(canvas, load)`: `load(signal) -> {bitmap, x, width, height}`, asked once it is seen; out of
// sight before its turn, it is forgotten until it is seen again.
export function makeThumbs() {
  const loads = new Map(); // canvas -> load
  const going = new Map(); // canvas -> AbortController
  const watcher = new IntersectionObserver((entries) => entries.forEach(seen), { rootMargin: "200px" });

  function seen({ target, isIntersecting }) {
    if (!isIntersecting) {
      going.get(target)?.abort();
      going.delete(target);
    } else if (!going.has(target)) {
      const control = new AbortController();
      going.set(target, control);
      fill(target, control.signal);
    }
  }

  async function fill(canvas, signal) {
    try {
      const picture = await loads.get(canvas)(signal);
      if (signal.aborted) return;
      draw(canvas, picture);
      canvas.dataset.state = "there";
    } catch {
      if (signal.aborted) return;
      canvas.dataset.state = "none"; // shown by the style: the shot itself is still listed
    }
    watcher.unobserve(canvas);
    loads.delete(canvas);
  }

  return {
    watch(canvas, load) {
      loads.set(canvas, load);
      watcher.observe(canvas);
    },
    close() {
      watcher.disconnect();
      for (const control of going.values()) control.abort();
      loads.clear();
    },
  };
}

// The whole picture, as large as it came.
export function draw(canvas, { bitmap, x, width, height }) {
  if (canvas.width !== Math.round(width)) canvas.width = Math.round(width);
  if (canvas.height !== height) canvas.height = height;
  const paper = canvas.getContext("2d", { alpha: false });
  paper.drawImage(bitmap, x, 0, width, height, 0, 0, canvas.width, canvas.height);
}
