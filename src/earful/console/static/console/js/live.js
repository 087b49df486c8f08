// Hears what changed, and has the page fetch it: by a stream of events, or by asking every fifteen seconds while the
// stream is away. Whatever storms outside, rows are fetched five times a second at the most, and counts once.
import { openCaseId, refreshCase } from "./conversation.js";
import { refreshAll, refreshCounts, refreshFromTop } from "./list.js";
import { hearChannels } from "./lost.js";
import { hearPosts } from "./posts.js";
import { hearBackfills, hearRules, refreshRules } from "./rules.js";
import { hearSpikes } from "./spikes.js";

const APART_MS = 200;
const COUNTS_APART_MS = 1000;
const POLL_MS = 15_000;
const TRY_AGAIN_MS = 4000;
const MANY = 100;

const changed = new Set();
let again = false;
let last = 0;
let due = 0;
let counting = 0;
let polling = 0;
let source = null;
let heardBefore = false;

export function startLive() {
  const { eventsUrl, ticket } = document.body.dataset;
  if (eventsUrl && ticket) listen(eventsUrl, ticket);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && polling) everything(); });
}

function listen(url, ticket) {
  source?.close();
  source = new EventSource(`${url}?ticket=${encodeURIComponent(ticket)}`, { withCredentials: true });
  source.addEventListener("open", resumed);
  source.addEventListener("error", paused);
  source.addEventListener("case", ({ data }) => hear(data));
  source.addEventListener("post", hearPosts);
  source.addEventListener("rule", hearRules);
  source.addEventListener("backfill", hearBackfills);
  source.addEventListener("channel", hearChannels);
  source.addEventListener("spike", hearSpikes);
  source.addEventListener("again", everything);
}

function hear(data) {
  for (const id of data.split(",")) changed.add(Number(id));
  soon();
}

function everything() {
  again = true;
  refreshRules();
  hearChannels();
  hearSpikes();
  hearPosts({});
  soon();
}

function soon() {
  if (due) return;
  due = setTimeout(fetchChanged, Math.max(30, last + APART_MS - Date.now()));
}

// The numbers of the rail follow within a second; nobody waits for them.
function countSoon() {
  counting ||= setTimeout(() => { counting = 0; refreshCounts(); }, COUNTS_APART_MS);
}

async function fetchChanged() {
  due = 0;
  last = Date.now();
  const ids = [...changed];
  const all = again || ids.length > MANY;
  changed.clear();
  again = false;
  const open = Number(openCaseId());
  countSoon();
  await Promise.all([
    all ? refreshFromTop() : refreshAll(ids.length ? ids : undefined),
    open && (all || ids.includes(open)) ? refreshCase(open) : null,
  ]);
}

function resumed() {
  document.getElementById("live-state").textContent = "";
  clearInterval(polling);
  polling = 0;
  if (heardBefore) everything();
  heardBefore = true;
}

function paused() {
  document.getElementById("live-state").textContent = "Live updates paused, retrying";
  heardBefore = true;
  polling ||= setInterval(everything, POLL_MS);
  // The browser tries again by itself unless it was refused; then the ticket is old, and a fresh one is needed.
  if (source.readyState === EventSource.CLOSED) setTimeout(renewTicket, TRY_AGAIN_MS);
}

async function renewTicket() {
  try {
    const answer = await fetch("/ticket/", { redirect: "error" });
    const { url, ticket } = await answer.json();
    listen(url, ticket);
  } catch {
    setTimeout(renewTicket, TRY_AGAIN_MS * 2);
  }
}
