// The list of cases: moving through it, opening, and keeping it true while cases come and go.
import { openCaseId } from "./conversation.js";
import { parse, renew, renewChildren, settle } from "./patch.js";
import { whisper } from "./say.js";

const NEAR_TOP_PX = 24;
const LOOK_AGAIN_MS = 300_000;  // priorities grow by a point every six minutes
const MOST_ASKED = 200;
const waiting = new Map();

const rows = () => document.getElementById("rows");
const links = () => [...(rows()?.querySelectorAll(":scope > .row > a") ?? [])];
const rowOf = (id) => document.getElementById(`row-${id}`);

export function startList() {
  if (!rows()) return;
  document.getElementById("news").addEventListener("click", showWaiting);
  rows().addEventListener("pointerleave", sweep);
  document.getElementById("filter").addEventListener("keydown", leaveFilter);
  document.getElementById("narrow").addEventListener("change", markNarrowed);
  document.getElementById("narrow").addEventListener("keydown", leaveNarrowing);
  document.getElementById("clear-heads").addEventListener("click", clearHeads);
  setInterval(() => refreshAll(shown()), LOOK_AGAIN_MS);
}

// ---- moving ----

export function step(by) {
  const all = links();
  if (!all.length) return;
  const focused = all.indexOf(document.activeElement);
  const at = focused >= 0 ? focused : all.findIndex((link) => link.hasAttribute("aria-current"));
  const to = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
  to.focus();
  to.scrollIntoView({ block: "nearest" });
}

export function openFocused() {
  const focused = links().find((link) => link === document.activeElement);
  (focused ?? links()[0])?.click();
}

export function nextRow() {
  const all = links();
  const at = all.findIndex((link) => link.hasAttribute("aria-current"));
  const next = all[at + 1] ?? all[at - 1];
  if (next) next.click();
  else whisper("That was the last one.");
}

export function backToList() {
  const current = links().find((link) => link.hasAttribute("aria-current")) ?? links()[0];
  current?.focus();
}

export function markOpen() {
  const open = openCaseId();
  for (const link of links()) {
    if (open && link.parentElement.dataset.id === open) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  sweep();
}

function leaveFilter(event) {
  if (event.key !== "Escape" && event.key !== "Enter") return;
  event.preventDefault();
  if (event.key === "Enter") links()[0]?.focus();
  else event.target.blur();
}

// ---- keeping it true ----

const shown = () => links().map((link) => Number(link.parentElement.dataset.id));

export async function refreshAll(ids = shown()) {
  if (!rows() || !ids.length) return;
  const asked = ids.slice(0, MOST_ASKED);
  const html = await fetched(`${rows().dataset.url}?ids=${asked.join(",")}${filterPart()}`);
  if (html === null) return;
  const fresh = new Map([...parse(html).querySelectorAll("li.row")].map((row) => [row.dataset.id, row]));
  for (const id of asked) place(String(id), fresh.get(String(id)));
  announce();
}

// After a pause nobody knows what was missed: the first page anew, the rest as far as it is shown.
export async function refreshFromTop() {
  if (!rows()) return;
  const html = await fetched(`/inbox/${document.body.dataset.view}/?${filterPart().slice(1)}`, { "HX-Request": "true" });
  if (html === null) return;
  if (atRest() && links().length <= 40) { swapPage(html); return; }
  const fresh = parse(html).querySelectorAll("li.row");
  const ids = new Set([...shown(), ...[...fresh].map((row) => Number(row.dataset.id))]);
  await refreshAll([...ids]);
}

export async function refreshCounts() {
  const here = document.getElementById("stations");
  const address = rows()?.dataset.counts;
  const html = address ? await fetched(`${address}?${filterPart().slice(1)}`) : null;
  if (html === null) return;
  const fresh = parse(html);
  showMany(fresh);
  renew(here, fresh.firstElementChild);
}

function swapPage(html) {
  const fresh = document.createElement("ol");
  fresh.append(parse(html));
  showMany(fresh);
  // The end of the list has no id of its own; it is put on anew.
  for (const end of rows().querySelectorAll(":scope > :not([id])")) end.remove();
  const ends = [...fresh.querySelectorAll(":scope > :not([id])")];
  for (const end of ends) end.remove();
  renewChildren(rows(), fresh);
  for (const end of ends) { rows().append(end); settle(end); }
  markOpen();
}

// How many cases the narrowed list has; it stands above the list and comes with its rows.
function showMany(fresh) {
  const many = fresh.querySelector("#many");
  if (!many) return;
  document.getElementById("many").replaceChildren(...many.childNodes);
  many.remove();
}

function place(id, fresh) {
  const there = rowOf(id);
  if (!fresh) { if (there) leave(there); waiting.delete(id); return; }
  if (there) { update(there, fresh); return; }
  if (beyondTheEnd(fresh)) return;
  if (atRest()) insert(fresh);
  else waiting.set(id, fresh);
}

function update(there, fresh) {
  const moved = there.dataset.key !== fresh.dataset.key;
  const current = there.firstElementChild.hasAttribute("aria-current");
  const focused = there.contains(document.activeElement);
  const row = renew(there, fresh);
  if (current) row.firstElementChild.setAttribute("aria-current", "true");
  if (focused) row.firstElementChild.focus({ preventScroll: true });
  // A row moves only while nobody is about to click it.
  if (moved && atRest() && !current) insert(row);
}

function insert(row) {
  const key = Number(row.dataset.key);
  const after = [...rows().children].find((other) => other !== row && (!other.dataset.key || Number(other.dataset.key) > key));
  rows().querySelector(":scope > .empty")?.remove();
  rows().insertBefore(row, after?.isConnected ? after : null);
  settle(row);
}

// What is open or under the pointer stays, greyed, until that is over.
function leave(row) {
  row.classList.add("left");
  if (!row.matches(":hover") && !row.contains(document.activeElement) && row.dataset.id !== openCaseId()) row.remove();
}

function sweep() {
  for (const row of rows()?.querySelectorAll(":scope > .row.left") ?? []) leave(row);
}

function atRest() {
  return rows().scrollTop <= NEAR_TOP_PX && !rows().contains(document.activeElement) && !rows().matches(":hover");
}

function beyondTheEnd(row) {
  const last = [...rows().querySelectorAll(":scope > .row")].pop();
  const more = rows().querySelector(":scope > .more");
  return Boolean(more && last && Number(row.dataset.key) > Number(last.dataset.key));
}

function announce() {
  const news = document.getElementById("news");
  news.hidden = waiting.size === 0;
  if (!waiting.size) return;
  const words = `${waiting.size} new case${waiting.size === 1 ? "" : "s"}`;
  if (news.textContent !== `${words} · show`) whisper(words);
  news.textContent = `${words} · show`;
}

function showWaiting() {
  for (const row of waiting.values()) insert(row);
  waiting.clear();
  announce();
  rows().scrollTo({ top: 0 });
  links()[0]?.focus();
}

function filterPart() {
  const form = document.getElementById("filtering");
  const asked = form ? [...new FormData(form)].filter(([, value]) => value) : [];
  return asked.length ? `&${new URLSearchParams(asked)}` : "";
}

// How many filters are on stands beside the word even while they are folded away.
function markNarrowed() {
  const on = [...document.querySelectorAll("#narrow select")].filter((select) => select.value).length;
  document.getElementById("narrow-many").textContent = on ? ` · ${on}` : "";
}

export function narrow() {
  const there = document.getElementById("narrow");
  there.open = !there.open;
  there.querySelector(there.open ? "select" : "summary").focus();
}

function clearHeads(event) {
  event.preventDefault();
  for (const select of document.querySelectorAll("#narrow select")) select.value = "";
  document.getElementById("narrow").dispatchEvent(new Event("change", { bubbles: true }));
}

function leaveNarrowing(event) {
  if (event.key !== "Escape") return;
  event.preventDefault();
  narrow();
}

async function fetched(address, headers = {}) {
  try {
    const answer = await fetch(address, { headers, redirect: "error" });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;  // live.js tells that updates pause, and everything is fetched anew afterwards
  }
}
