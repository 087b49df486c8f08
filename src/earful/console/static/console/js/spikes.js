// Spikes, kept true: the word of them in the rail of every page, and the page that shows them; twice a second at the most.
import { parse, settle } from "./patch.js";

const APART_MS = 500;
let due = 0;

export function hearSpikes() {
  due ||= setTimeout(lookAgain, APART_MS);
}

async function lookAgain() {
  due = 0;
  await Promise.all([renewTold(), renewPage()]);
}

async function renewTold() {
  const there = document.getElementById("spikes-told");
  const fresh = there && await fetched(there.dataset.live);
  if (!fresh) return;
  const count = fresh.getElementById("spikes-open");
  Object.assign(document.getElementById("spikes-open"), { textContent: count.textContent, className: count.className });
  const told = fresh.getElementById("spikes-told");
  // Read out only when something is new in it.
  if (told.textContent !== there.textContent) there.replaceChildren(...told.childNodes);
}

// A button that somebody is about to press stays under the finger: its focus goes to the one in its place.
async function renewPage() {
  const there = document.getElementById("spikes");
  const fresh = there && await fetched(there.dataset.live);
  if (!fresh || !there.isConnected) return;
  const focused = there.contains(document.activeElement) ? document.activeElement.id : "";
  there.replaceChildren(...fresh.childNodes);
  settle(there);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

async function fetched(address) {
  try {
    const answer = await fetch(address, { redirect: "error" });
    return answer.ok ? parse(await answer.text()) : null;
  } catch {
    return null;  // live.js tells that updates pause, and asks again afterwards
  }
}
