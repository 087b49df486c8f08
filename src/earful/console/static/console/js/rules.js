// Listening rules: moving through their list, carrying out a suggestion in the editor, and keeping lists true while
// breakers trip and backfills walk.
import { parse, renewChildren } from "./patch.js";

const APART_MS = 1000;
const LOOK_AGAIN_MS = 30_000;  // finds alone are not told; they are looked at this often
let due = 0;

const parts = () => [...document.querySelectorAll("#rules-trouble, #rules[data-live], #backfills[data-live]")];
const names = () => [...document.querySelectorAll("#rules h2 a")];

export function startRules() {
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", saveByKey);
  setInterval(() => { if (!document.hidden) refreshRules(); }, LOOK_AGAIN_MS);
}

export function stepRule(by) {
  const all = names();
  if (!all.length) return;
  const at = all.findIndex((name) => name.closest("li").contains(document.activeElement));
  const to = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
  to.focus();
  to.closest("li").scrollIntoView({ block: "nearest" });
}

// However much is told, each part is fetched once a second at the most.
export function refreshRules() {
  due ||= setTimeout(() => { due = 0; parts().forEach(renewPart); }, APART_MS);
}

async function renewPart(part) {
  const html = await fetch(part.dataset.live, { redirect: "error" }).then((answer) => (answer.ok ? answer.text() : null)).catch(() => null);
  const fresh = html === null ? null : parse(html).getElementById(part.id);
  if (!fresh || !part.isConnected || writingIn(part)) return;
  if (part.id === "rules-trouble") Object.assign(part, { textContent: fresh.textContent, className: fresh.className });
  else renewChildren(part, fresh);
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
