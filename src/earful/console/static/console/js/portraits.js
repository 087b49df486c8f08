// A picture that does not come goes, and the initial behind it is seen.
const gone = (image) => image.complete && !image.naturalWidth;

export function startPortraits() {
  // Errors do not bubble, but are caught on their way down; those before this module ran are looked for.
  document.addEventListener("error", ({ target }) => { if (target.matches?.(".face img")) target.remove(); }, true);
  for (const image of document.querySelectorAll(".face img")) if (gone(image)) image.remove();
}
