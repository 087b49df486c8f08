// The posts page: moving through the list, what is done by key, and keeping it true while posts are heard.
import { parse, renew } from "./patch.js";
import { whisper } from "./say.js";

const APART_MS = 2000;
const MOST_ASKED = 200;
const MOST_COUNTED = 50;
const changed = new Set();
let due = 0;

const found = () => document.getElementById("found");
const list = () => document.getElementById("posts");
const rows = () => [...(list()?.querySelectorAll(":scope > .post") ?? [])];
const rowOf = (id) => document.getElementById(`post-${id}`);
const current = () => document.activeElement?.closest("#posts > .post");
const button = (which) => current()?.querySelector(which);
const boxes = () => [...document.querySelectorAll("#posts .choose input:checked")];

export function startPosts() {
  if (!found()) return;
  document.addEventListener("desk:posts", ({ detail }) => { boxes().forEach(uncheck); showChosen(); refresh(detail.ids); });
  document.addEventListener("desk:corrected", ({ detail }) => refresh(detail.ids));
  document.addEventListener("change", ({ target }) => { if (target.matches(".choose input")) showChosen(); });
  document.addEventListener("htmx:afterSwap", afterSwap);
  document.getElementById("choose-none").addEventListener("click", () => { boxes().forEach(uncheck); showChosen(); });
  document.getElementById("post-words").addEventListener("keydown", leaveWords);
  document.getElementById("asking").addEventListener("click", mend);
}

// ---- moving and doing ----

export function stepPost(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(current());
  const to = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
  to.focus();
  to.scrollIntoView({ block: "nearest" });
}

// The case that a post is in; else the post itself, on its network.
export function openPost() {
  (button("[data-case]") ?? button("[data-open]"))?.click();
}

export function makeCase() {
  if (button("[data-case]")) button("[data-case]").click();
  else if (button("[data-make-case]")) button("[data-make-case]").click();
  else whisper(current() ? "No case can be made of this one." : "Pick a post first, with j and k.");
}

// On to the next at once: who ignores, sifts. The same key takes it back.
export function ignorePost() {
  const pressed = button("[data-aside]");
  if (!pressed) return;
  stepPost(1);
  pressed.click();
}

export function choosePost() {
  button(".choose input")?.click();
}

export function searchPosts() {
  document.getElementById("post-words").select();
}

function leaveWords(event) {
  if (event.key === "Escape") { event.preventDefault(); event.target.blur(); }
}

// The field says what is asked for, also where a button mended it. The editor of rules has a way of its own.
function mend(event) {
  const button = event.target.closest("[data-mended]");
  if (!button) return;
  event.preventDefault();
  event.stopPropagation();
  document.getElementById("post-words").value = button.value;
  document.getElementById("asking").requestSubmit();
}

function uncheck(box) {
  box.checked = false;
}

function showChosen() {
  const many = boxes().length;
  document.getElementById("choosing").hidden = !many;
  document.getElementById("chosen-many").textContent = many ? `${many} chosen` : "";
}

// ---- keeping it true ----

// What changed is fetched anew where it is shown; that anything newer was heard is said, and nothing moves.
export function hearPosts({ data }) {
  if (!found()) return;
  for (const id of (data ?? "").split(",")) if (rowOf(id)) changed.add(id);
  due ||= setTimeout(lookAgain, APART_MS);
}

function lookAgain() {
  due = 0;
  const ids = [...changed];
  changed.clear();
  if (ids.length) refresh(ids);
  countNewer();
}

async function refresh(ids) {
  const asked = ids.map(String).filter(rowOf).slice(0, MOST_ASKED);
  const html = asked.length ? await fetched("rows", `&ids=${asked.join(",")}`) : null;
  if (html === null) return;
  const fresh = parse(html);
  for (const id of asked) {
    const there = rowOf(id);
    const row = fresh.getElementById(`post-${id}`);
    if (there && row) renew(there, row);
  }
}

async function countNewer() {
  if (!found()?.hasAttribute("data-live")) return;
  const said = await fetched("newer", `&than=${found().dataset.than}`);
  const many = said === null ? 0 : JSON.parse(said).many;
  const news = document.getElementById("newer");
  if (!many || !news) return;
  const words = `${many >= MOST_COUNTED ? `${many} or more` : many} newer post${many === 1 ? "" : "s"}`;
  if (news.textContent !== `${words} · show`) whisper(words);
  news.textContent = `${words} · show`;
  news.hidden = false;
}

function afterSwap({ detail }) {
  if (detail.target?.id !== "found") return;
  showChosen();
  if (detail.requestConfig?.elt?.id === "newer") rows()[0]?.focus();
  else if (rows().length) whisper(`${rows().length} posts shown`);
}

async function fetched(part, more) {
  try {
    const answer = await fetch(`/posts/${part}/?${found().dataset.query}${more}`, { redirect: "error" });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;  // live.js tells that updates pause, and asks again afterwards
  }
}
