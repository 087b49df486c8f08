// Listening rules: moving through their list, carrying out a suggestion in the editor, and keeping lists true while
// breakers trip and backfills walk.
import { parse, renew, renewChildren, settle } from "./patch.js";

const APART_MS = 1000;
const LOOK_AGAIN_MS = 30_000;  // finds alone are not told; those in sight are looked at this often
const MOST_ASKED = 100;
const changed = new Set();
const walked = new Set();
let again = false;
let due = 0;

const list = () => document.querySelector("#rules[data-live]");
const rows = () => [...document.querySelectorAll("#rules > .rule")];
const names = () => [...document.querySelectorAll("#rules h2 a")];
const numberOf = (row) => row.id.slice("rule-".length);

export function startRules() {
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", saveByKey);
  setInterval(() => { if (!document.hidden) lookAtThoseInSight(); }, LOOK_AGAIN_MS);
}

export function stepRule(by) {
  const all = names();
  if (!all.length) return;
  const at = all.findIndex((name) => name.closest("li").contains(document.activeElement));
  const to = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
  to.focus();
  to.closest("li").scrollIntoView({ block: "nearest" });
}

// ---- keeping it true ----

export const hearRules = ({ data }) => note(changed, data);
export const hearBackfills = ({ data }) => note(walked, data);

// After a break in what is told nobody knows what has changed.
export function refreshRules() {
  again = true;
  soon();
}

function note(which, data) {
  for (const id of (data ?? "").split(",")) if (id) which.add(id);
  soon();
}

function lookAtThoseInSight() {
  for (const row of rows()) {
    const { top, bottom } = row.getBoundingClientRect();
    if (bottom > 0 && top < innerHeight) changed.add(numberOf(row));
  }
  soon();
}

// However much is told, each part is fetched once a second at the most.
function soon() {
  due ||= setTimeout(lookAgain, APART_MS);
}

function lookAgain() {
  due = 0;
  const [ids, walks] = [take(changed), take(walked)];
  const all = again || ids.length + walks.length > MOST_ASKED;
  again = false;
  for (const part of document.querySelectorAll("#rules-trouble, #backfills[data-live]")) renewPart(part);
  if (list() && all) renewAll();
  else if (list() && ids.length + walks.length) renewRows(ids, walks);
}

function take(which) {
  const taken = [...which];
  which.clear();
  return taken;
}

// The first page anew; of the rules behind it, those in sight follow half a minute later.
async function renewAll() {
  const fresh = await fetched(list().dataset.live);
  if (!fresh || !list()) return;
  const whole = !fresh.querySelector(".more");
  const there = new Set([...fresh.querySelectorAll(".rule")].map((row) => row.id));
  for (const row of rows()) if (whole && !there.has(row.id)) row.remove();
  fresh.querySelectorAll(".rule").forEach(put);
}

async function renewRows(ids, walks) {
  const asked = list().dataset.live;
  const fresh = await fetched(`${asked}&ids=${ids.join(",")}&backfills=${walks.join(",")}`);
  if (!fresh || list()?.dataset.live !== asked) return;
  for (const id of ids) if (!fresh.getElementById(`rule-${id}`)) document.getElementById(`rule-${id}`)?.remove();
  fresh.querySelectorAll(".rule").forEach(put);
}

// A rule that is shown stays where it is; a new one comes to its place, unless that is on a page not fetched yet.
function put(fresh) {
  const there = document.getElementById(fresh.id);
  if (there) { renew(there, fresh); return; }
  list().querySelector(".empty")?.remove();
  const next = [...list().children].find((row) => !row.dataset.place || row.dataset.place > fresh.dataset.place) ?? null;
  if (next?.matches(".more")) return;
  list().insertBefore(fresh, next);
  settle(fresh);
}

async function renewPart(part) {
  const fresh = (await fetched(part.dataset.live))?.getElementById(part.id);
  if (!fresh || !part.isConnected || writingIn(part)) return;
  if (part.id === "rules-trouble") Object.assign(part, { textContent: fresh.textContent, className: fresh.className });
  else renewChildren(part, fresh);
}

async function fetched(address) {
  try {
    const answer = await fetch(address, { redirect: "error" });
    return answer.ok ? parse(await answer.text()) : null;
  } catch {
    return null;  // live.js tells that updates pause, and asks again afterwards
  }
}

// A cap that is just being typed stays as it is.
const writingIn = (list) => list.contains(document.activeElement) && document.activeElement.matches("input");

function onClick(event) {
  const mended = event.target.closest("[data-mended]");
  if (!mended) return;
  event.preventDefault();
  const text = document.getElementById("rule-text");
  text.value = mended.value;
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function saveByKey(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  if (event.target.closest?.("#editor")) document.getElementById("save-rule").click();
}
