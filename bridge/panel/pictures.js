// Pictures that come in and go out as files. In: files that were chosen or dropped. Out: stills of the
// daemon; frames saved to be painted on.

import { file, post } from "./api.js";
import { el } from "./dom.js";

const MOST_BYTES = 48 * 2 ** 20;
const TYPES = ".png,.jpg,.jpeg,.tif,.tiff,.webp,.exr,image/*";

// A control that takes a picture; `taken(file)`.
export function makeChooser(taken) {
  const input = el("input", { type: "file", id: "keyframe-file", accept: TYPES, className: "unseen",
    onchange: () => {
      const [chosen] = input.files;
      input.value = ""; // the same file may be chosen again, painted on
      if (chosen) taken(chosen);
    } });
  return el("label", { className: "file", htmlFor: "keyframe-file" }, input, "Picture for this frame ...");
}

// A picture dropped anywhere on `place`; `.dropping` while one is held over it.
export function takesDrops(place, taken) {
  const over = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    place.classList.toggle("dropping", event.type === "dragover");
  };
  place.addEventListener("dragover", over);
  place.addEventListener("dragleave", over);
  place.addEventListener("drop", (event) => {
    over(event);
    const [dropped] = event.dataTransfer?.files ?? [];
    if (dropped) taken(dropped);
  });
}

// The daemon's still: {id, name, image, width, height}.
export async function sent(chosen) {
  if (chosen.size > MOST_BYTES) {
    throw new RangeError(`${chosen.name} is larger than ${MOST_BYTES / 2 ** 20} MB.`);
  }
  return post("/v1/stills", { name: chosen.name, content: await base64(chosen) });
}

function base64(chosen) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(new RangeError(`${chosen.name} cannot be read.`));
    reader.readAsDataURL(chosen);
  });
}

// Into the browser's downloads, under the daemon's name; gives that name.
export async function saved(path, name) {
  const { blob, name: given } = await file(path);
  const link = el("a", { href: URL.createObjectURL(blob), download: given || name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  return link.download;
}
