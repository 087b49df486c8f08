// The palette: every command, and any case, by typing a bit of it.
import { cap } from "./sheet.js";

const PAUSE_MS = 150;
let commands = [];
let chosen = 0;
let timer = 0;
let turn = 0;
let cases = "";

const dialog = () => document.getElementById("palette");
const input = () => document.getElementById("palette-words");
const list = () => document.getElementById("palette-list");
const options = () => [...list().children];

export function startPalette() {
  if (!dialog()) return;
  input().addEventListener("input", () => { draw(); clearTimeout(timer); timer = setTimeout(search, PAUSE_MS); });
  input().addEventListener("keydown", onKey);
  list().addEventListener("click", (event) => take(event.target.closest("[role=option]")));
  dialog().addEventListener("click", (event) => { if (event.target === dialog()) dialog().close(); });
}

export function openPalette(all) {
  if (dialog().open) { dialog().close(); return; }
  commands = all.filter(({ hidden, run, when }) => !hidden && run && (!when || when()));
  input().value = cases = "";
  draw();
  dialog().showModal();
  input().focus();
}

function draw() {
  const words = input().value.trim().toLowerCase();
  const fitting = commands.filter(({ says }) => words.replace(/^>/, "").split(/\s+/).every((word) => says.toLowerCase().includes(word)));
  list().replaceChildren(...fitting.map(option));
  list().insertAdjacentHTML("beforeend", cases);
  if (!list().childElementCount) list().append(nothing());
  choose(0);
}

// Answers may overtake one another; only the last one asked for counts.
async function search() {
  const words = input().value.trim();
  const mine = ++turn;
  const found = words && !words.startsWith(">") ? await fetch(`${input().dataset.url}?q=${encodeURIComponent(words)}`).then((answer) => answer.text()).catch(() => "") : "";
  if (mine !== turn) return;
  cases = found;
  draw();
}

function option(command, number) {
  const item = document.createElement("li");
  item.id = `command-${number}`;
  item.setAttribute("role", "option");
  item.append(Object.assign(document.createElement("span"), { textContent: command.says, className: "what" }));
  if (command.key) { const keys = document.createElement("span"); keys.append(...command.key.split(" ").map(cap)); item.append(keys); }
  item.command = command;
  return item;
}

function nothing() {
  const item = document.createElement("li");
  item.className = "faint";
  item.id = "palette-nothing";
  item.setAttribute("role", "option");
  item.setAttribute("aria-disabled", "true");
  item.textContent = "Nothing fits. Try a name, a handle, or #number.";
  return item;
}

function choose(number) {
  const all = options();
  chosen = (number + all.length) % all.length;
  all.forEach((item, index) => item.setAttribute("aria-selected", String(index === chosen)));
  input().setAttribute("aria-activedescendant", all[chosen].id);
  all[chosen].scrollIntoView({ block: "nearest" });
}

function onKey(event) {
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in moves) { event.preventDefault(); choose(chosen + moves[event.key]); }
  if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); take(options()[chosen]); }
}

function take(item) {
  if (!item || item.ariaDisabled === "true") return;
  dialog().close();
  if (item.command) item.command.run();
  else location.assign(item.dataset.href);
}
