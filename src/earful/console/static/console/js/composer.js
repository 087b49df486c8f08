// The composer: its tabs, and sending by Ctrl or ⌘ with Enter.
const tabs = () => [...document.querySelectorAll("#composer [role=tab]")];
const current = () => tabs().find((tab) => tab.getAttribute("aria-selected") === "true");

export function startComposer() {
  document.addEventListener("click", (event) => {
    const tab = event.target.closest("#composer [role=tab]");
    if (tab) write(tab.id.slice(4));
    if (event.target.closest("[data-do=keep-editing]")) keepEditing(event.target);
  });
  document.addEventListener("keydown", onKey);
  // On a phone it is small until somebody writes, and stays large then: no button may move away under a finger.
  document.addEventListener("focusin", ({ target }) => { if (target.matches("#composer textarea")) target.closest("#composer").classList.add("awake"); });
  document.addEventListener("htmx:afterSwap", ({ detail }) => stayOn(detail.target));
  document.addEventListener("desk:write", ({ detail }) => setTimeout(() => write(detail.route)));
  document.addEventListener("input", ({ target }) => { if (target.id === "text-note") keepNote(target); });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => noteKept(detail));
  document.addEventListener("htmx:afterSettle", bringNoteBack);
  document.addEventListener("htmx:afterSettle", ({ detail }) => handedIn(detail.requestConfig));
  document.addEventListener("submit", ({ target }) => { if (target.matches("[data-sign-out]")) sessionStorage.clear(); });
  bringNoteBack();
}

// An unfinished note stays in this tab, by case, over reloads and other cases; it goes when it is kept, when the tab is
// closed, and when somebody signs out.
const noteKey = () => `note-${document.getElementById("text-note")?.form.getAttribute("action")}`;

function keepNote(text) {
  if (text.value) sessionStorage.setItem(noteKey(), text.value);
  else sessionStorage.removeItem(noteKey());
}

function noteKept({ target, xhr, requestConfig }) {
  if (target?.id === "panel-note" && requestConfig?.verb === "post" && xhr.status === 200) sessionStorage.removeItem(noteKey());
}

function bringNoteBack() {
  const text = document.getElementById("text-note");
  if (text && !text.value) text.value = sessionStorage.getItem(noteKey()) ?? "";
}

// Shows a tab and puts the cursor into its textarea.
export function write(name) {
  if (!show(name)) return;
  const text = document.getElementById(`text-${name}`);
  text.focus();
  text.setSelectionRange(text.value.length, text.value.length);
}

// What "reply" means here: the way in which the customer wrote.
export function reply() {
  write(document.getElementById("composer")?.dataset.usual ?? "public");
}

function show(name) {
  const chosen = document.getElementById(`tab-${name}`);
  if (!chosen) return false;
  for (const tab of tabs()) {
    const on = tab === chosen;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
  }
  return true;
}

function onKey(event) {
  const tab = event.target.closest?.("#composer [role=tab]");
  if (tab && ["ArrowLeft", "ArrowRight"].includes(event.key)) moveTab(tab, event.key === "ArrowRight" ? 1 : -1);
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send(event);
  if (event.key === "Escape" && event.target.matches?.("#composer textarea")) leave(event.target);
}

function moveTab(tab, by) {
  const all = tabs();
  const next = all[(all.indexOf(tab) + by + all.length) % all.length];
  show(next.id.slice(4));
  next.focus();
}

function send(event) {
  const panel = event.target.closest?.("#composer .panel");
  if (!panel || event.repeat) return;
  event.preventDefault();
  const button = panel.querySelector(".sending.main");
  if (button) button.form.requestSubmit(button);
}

// Out of the text, so that the single keys work again.
function leave(text) {
  text.blur();
  document.getElementById("talk")?.focus({ preventScroll: true });
}

// Once it is out of one's hands the next key is a command again, and not the beginning of another answer. What was not
// sent stays in the text, and the cursor with it.
function handedIn(request) {
  const text = document.activeElement;
  if (request?.verb === "post" && request.elt?.matches?.(".panel form") && text?.matches("#composer textarea") && !text.value) leave(text);
}

function keepEditing(button) {
  const panel = button.closest(".panel");
  button.closest(".stop").remove();
  panel.querySelector("textarea").focus();
}

// A panel comes back from the server as it is drawn first; the tab that was chosen stays chosen.
function stayOn(target) {
  if (target?.classList?.contains("panel") || target?.closest?.("#composer")) show(current()?.id.slice(4) ?? "public");
}
