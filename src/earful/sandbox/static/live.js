// Fetches the page again every two seconds and puts its #live part in place of the shown one, if anything changed.
// The forms lie outside #live, so nothing that somebody is typing is ever lost.

const PAUSE = 2000;
let known = document.querySelector("#live")?.dataset.etag;

async function refresh() {
  const answer = await fetch(location.href, { headers: { "If-None-Match": known }, cache: "no-store" });
  if (answer.status !== 200) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("#live");
  const shown = document.querySelector("#live");
  if (!fresh || !shown || shown.contains(document.activeElement) || !getSelection().isCollapsed) return;
  known = fresh.dataset.etag;
  shown.replaceWith(document.adoptNode(fresh));
}

async function keepFresh() {
  try {
    if (!document.hidden) await refresh();
  } catch {
    // The pretend X is away for a moment; the next turn asks again.
  }
  setTimeout(keepFresh, PAUSE);
}

if (known) setTimeout(keepFresh, PAUSE);
