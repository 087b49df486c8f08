// Keys to commands. Dead while somebody types, while a dialog is open, and with a modifier held.
import { COMMANDS } from "./commands.js";

const WITHIN_MS = 1200;
let before = "";
let timer = 0;

export const onMac = /Mac|iPhone|iPad/.test(navigator.platform);

export function startKeys() {
  document.addEventListener("keydown", onKey);
  for (const kbd of document.querySelectorAll("[data-mod]")) showModifier(kbd);
  document.addEventListener("htmx:load", ({ detail }) => detail.elt.querySelectorAll?.("[data-mod]").forEach(showModifier));
}

function onKey(event) {
  if (event.defaultPrevented || event.isComposing || event.repeat && !"jk".includes(event.key)) return;
  const command = find(event);
  if (!command) return;
  event.preventDefault();
  command.run();
}

function find(event) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") return COMMANDS.find(({ key }) => key === "Mod+K");
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return null;
  // Enter opens only from the list: on a button or a link it means that one.
  if (event.key === "Enter") return null;
  return possible(sequence(event.key));
}

function sequence(key) {
  const pressed = before ? `${before} ${key}` : key;
  clearTimeout(timer);
  before = key === "g" && !before ? "g" : "";
  timer = setTimeout(() => { before = ""; }, WITHIN_MS);
  return pressed;
}

function possible(pressed) {
  return COMMANDS.find(({ key, run, when }) => run && key === pressed && (!when || when()));
}

function typing(element) {
  return element.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
}

function showModifier(kbd) {
  if (onMac) kbd.textContent = `⌘ ${kbd.dataset.mod}`;
}
