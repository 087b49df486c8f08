// Correcting what triage told, by two keys: one opens a head beside what it says, the other chooses an answer. Keys
// that are struck before the answers are there are kept for them.
import { settle } from "./patch.js";
import { say } from "./say.js";

// As console/heads_shown.py has them.
export const HEADS = [
  ["I", "intent", "Intent"], ["U", "urgency", "Urgency"], ["R", "reason", "Contact reason"], ["P", "person", "Needs a person"],
  ["Y", "reply", "Kind of reply"], ["S", "sentiment", "Sentiment"], ["V", "severity", "Severity"], ["C", "complaint", "Complaint"],
  ["A", "actionable", "Actionable"], ["M", "spam", "Spam"],
];
const MOST_KEYS = 9;
const APART_PX = 6;
let place = null;
let turn = 0;
let early = [];
let from = "";

const dialog = () => document.getElementById("correcting");
const words = () => document.getElementById("answer-words");
const form = () => dialog().querySelector("form");
const shown = () => [...dialog().querySelectorAll(".choices li:not([hidden]) > button")];

export function startCorrecting() {
  document.addEventListener("click", ({ target }) => {
    const head = target.closest("[data-head]");
    if (head) open(head.closest("[data-correct]") ?? place, head.dataset.head);
    if (target === dialog() || target.closest("#correcting [data-close]")) dialog().close();
  });
  dialog().addEventListener("keydown", onKey);
  dialog().addEventListener("input", find);
  dialog().addEventListener("close", () => { turn += 1; if (from) document.getElementById(from)?.focus({ preventScroll: true }); });
  dialog().addEventListener("htmx:afterRequest", ({ detail }) => { if (detail.successful) dialog().close(); });
}

// What is open or focused can be corrected: a post of the list, else the case.
const correctable = () => document.activeElement?.closest("#posts > .post")?.querySelector("[data-correct]") ?? document.getElementById("answers");

export const canCorrect = () => Boolean(correctable());
export const correct = (head) => () => open(correctable(), head);

async function open(where, head) {
  const mine = ++turn;
  place = where;
  early = [];
  if (!dialog().open) { from = document.activeElement?.id ?? ""; dialog().replaceChildren(); dialog().showModal(); }
  const html = await fetched(`${where.dataset.correct}${head}/`);
  if (mine !== turn) return;
  if (html === null) { dialog().close(); say("That cannot be corrected just now. Reload the page."); return; }
  dialog().innerHTML = html;
  settle(dialog());
  put(where.isConnected ? where.querySelector(`[data-head="${head}"]`) ?? where : document.getElementById(where.id));
  begin();
}

// An answer may be a sentence of its own, where there is nothing to choose.
function begin() {
  if (words() && matchMedia("(pointer: fine)").matches) words().focus();
  else (shown().find((button) => button.ariaPressed === "true") ?? shown()[0] ?? dialog()).focus();
  for (const key of early.splice(0)) strike(key);
}

function strike(key) {
  if (key === "Enter") shown()[0]?.click();
  else if (!words() || /\d/.test(key)) press(key);
  else { words().value += key; find({ target: words() }); }
}

// Below what it corrects, or above it where there is no room; on a phone at the foot of the screen (see case.css).
function put(beside) {
  const at = beside?.getBoundingClientRect() ?? { left: 0, top: 0, bottom: 0 };
  const { width, height } = dialog().getBoundingClientRect();
  const below = at.bottom + APART_PX;
  const top = below + height <= innerHeight ? below : Math.max(APART_PX, at.top - APART_PX - height);
  dialog().style.left = `${Math.max(APART_PX, Math.min(at.left, innerWidth - width - APART_PX))}px`;
  dialog().style.top = `${Math.max(APART_PX, Math.min(top, innerHeight - height - APART_PX))}px`;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.key === "Escape") return;
  if (!form()) { if (event.key.length === 1 || event.key === "Enter") { early.push(event.key); event.preventDefault(); } return; }
  const typing = event.target.id === "answer-words";
  const done = event.key in MOVES ? step(MOVES[event.key])
    : event.key === "Enter" && typing ? (shown()[0]?.click(), true)
    : !(typing && /\D/.test(event.key)) && press(event.key);
  if (done) event.preventDefault();
}

const MOVES = { ArrowDown: 1, ArrowUp: -1 };

function step(by) {
  const all = shown();
  const at = all.indexOf(document.activeElement);
  all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + by))]?.focus();
  return true;
}

function press(key) {
  const button = shown().find((each) => each.dataset.key === key) ?? dialog().querySelector(`[data-letter="${CSS.escape(key)}"]`);
  button?.click();
  return Boolean(button);
}

// What is typed narrows the list; the keys go to the first of those that are left.
function find({ target }) {
  const typed = target.value.trim().toLowerCase();
  for (const item of dialog().querySelectorAll(".choices li")) item.hidden = !item.textContent.toLowerCase().includes(typed);
  const all = shown();
  for (const button of dialog().querySelectorAll(".choices button")) number(button, all.indexOf(button) + 1);
  dialog().querySelector(".nothing-fits").hidden = all.length > 0;
}

function number(button, at) {
  const key = at > 0 && at <= MOST_KEYS ? String(at) : "";
  button.dataset.key = button.firstElementChild.textContent = key;
  if (key) button.setAttribute("aria-keyshortcuts", key);
  else button.removeAttribute("aria-keyshortcuts");
}

async function fetched(address) {
  try {
    const answer = await fetch(address, { redirect: "error" });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}
