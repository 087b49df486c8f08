// Files for an answer: chosen, pasted or dropped; sent to the draft on the server one after the other, with progress.
import { parse } from "./patch.js";
import { whisper } from "./say.js";

let line = Promise.resolve();

export function startAttaching() {
  document.addEventListener("click", ({ target }) => { if (target.closest?.("#composer [data-do=attach]")) picker(target)?.click(); });
  document.addEventListener("change", ({ target }) => { if (target.matches?.("[data-attach]")) chosen(target); });
  document.addEventListener("keydown", onKey);
  document.addEventListener("paste", onPaste);
  for (const kind of ["dragover", "dragleave", "drop"]) document.addEventListener(kind, onDrag);
}

const panelOf = (element) => element?.closest?.("#composer .panel");
const picker = (element) => panelOf(element)?.querySelector("[data-attach]");

function chosen(input) {
  attach(input, input.files);
  input.value = "";
}

function onKey(event) {
  if (!(event.ctrlKey || event.metaKey) || !event.shiftKey || event.key.toLowerCase() !== "a") return;
  const input = picker(event.target);
  if (!input) return;
  event.preventDefault();
  input.click();
}

// Text that comes along with a picture, as from a spreadsheet, is what was meant.
function onPaste(event) {
  const input = picker(event.target);
  const { files, types } = event.clipboardData ?? {};
  if (!input || !files?.length || types.includes("text/plain")) return;
  event.preventDefault();
  attach(input, files);
}

function onDrag(event) {
  const panel = panelOf(event.target);
  if (!panel || !event.dataTransfer?.types.includes("Files") || !picker(panel)) return;
  event.preventDefault();
  panel.classList.toggle("dropping", event.type === "dragover");
  if (event.type === "drop") attach(picker(panel), event.dataTransfer.files);
}

// One after the other, so that each is looked at beside those before it.
function attach(input, files) {
  const { attach: address, route } = input.dataset;
  const token = input.form.querySelector("[name=csrfmiddlewaretoken]").value;
  for (const file of [...files]) line = line.then(() => send(address, route, token, file));
}

function send(address, route, token, file) {
  const name = file.name || "picture";
  const shown = begun(route, name);
  const form = new FormData();
  form.append("file", file, name);
  return new Promise((done) => {
    const asking = new XMLHttpRequest();
    asking.open("POST", address);
    asking.setRequestHeader("X-CSRFToken", token);
    asking.setRequestHeader("HX-Request", "true");
    asking.upload.addEventListener("progress", ({ loaded, total }) => { shown.bar.value = total ? loaded / total : 0; });
    asking.addEventListener("load", () => ended(asking, shown, name));
    asking.addEventListener("error", () => refused(shown, name, "The desk does not answer. Try again."));
    asking.addEventListener("loadend", done);
    asking.send(form);
  });
}

function begun(route, name) {
  const item = document.createElement("div");
  const words = document.createElement("span");
  const bar = document.createElement("progress");
  words.textContent = name;
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", `Attaching ${name}`);
  item.append(words, bar);
  document.getElementById(`uploading-${route}`)?.append(item);
  return { item, bar };
}

function ended(asking, shown, name) {
  if (asking.status !== 200 || !new URL(asking.responseURL).pathname.startsWith("/cases/")) {
    refused(shown, name, reason(asking));
    return;
  }
  shown.item.remove();
  renew(parse(asking.responseText));
  whisper(`${name} is attached.`);
}

function reason({ status, responseText }) {
  if (status === 409) return responseText;
  if (status === 400) return "It is larger than anything that can be sent.";
  if (status === 200) return "You are signed out. Reload the page to sign in; drafts are kept.";
  if (status === 403) return "This page is too old. Reload it; drafts are kept.";
  return "The desk could not take it. Try again.";
}

function refused({ item }, name, why) {
  const words = document.createElement("span");
  const close = document.createElement("button");
  words.textContent = `${name} is not attached. ${why}`;
  close.type = "button";
  close.className = "quiet";
  close.textContent = "Close";
  close.addEventListener("click", () => item.remove());
  item.className = "warning";
  item.setAttribute("role", "alert");
  item.replaceChildren(words, close);
}

// What came back stands in place of what has its id.
function renew(fresh) {
  for (const part of [...fresh.children]) {
    const there = document.getElementById(part.id);
    if (!there) continue;
    part.removeAttribute("hx-swap-oob");
    there.replaceWith(part);
    window.htmx?.process(part);
  }
}
