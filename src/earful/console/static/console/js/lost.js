// The word on lost access, kept true on every page: fetched anew when a channel has changed, twice a second at the most.
const APART_MS = 500;

let due = 0;

export function hearChannels() {
  due ||= setTimeout(renew, APART_MS);
}

async function renew() {
  due = 0;
  const word = document.getElementById("lost");
  if (!word) return;
  try {
    const answer = await fetch(word.dataset.live, { redirect: "error" });
    // What the desk itself wrote; names in it are escaped there.
    if (answer.ok) word.innerHTML = await answer.text();
  } catch {
    // The stream of events says when the desk is back, and everything is asked for again.
  }
}
