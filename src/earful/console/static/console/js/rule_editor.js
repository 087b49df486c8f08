// The editor of a rule: what was tried says so once the text is another, and nobody leaves unsaved words unasked.
let leaving = false;
let opened = "";

const editor = () => document.getElementById("editor");
const said = (form) => new URLSearchParams(new FormData(form)).toString();
const oneLine = (text) => text.replace(/\s+/g, " ").trim();

export function startRuleEditor() {
  const form = editor();
  if (!form) return;
  opened = said(form);
  form.elements.text.addEventListener("input", markEarlier);
  document.addEventListener("htmx:afterSwap", markEarlier);
  markEarlier();
  form.addEventListener("submit", (event) => { leaving = !event.defaultPrevented; });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-discard]")) leaving = true; });
  window.addEventListener("pageshow", () => { leaving = false; });
  window.addEventListener("beforeunload", (event) => { if (!leaving && isUnsaved(form)) event.preventDefault(); });
}

// A page that came back from the desk with words in it holds what nobody has saved yet.
const isUnsaved = (form) => "unsaved" in form.dataset || said(form) !== opened;

// An answer may come after the text was changed again, so each carries the text that it is of.
function markEarlier() {
  const now = oneLine(editor().elements.text.value);
  for (const part of document.querySelectorAll("[data-tried]")) {
    const earlier = oneLine(part.dataset.tried) !== now;
    part.classList.toggle("earlier", earlier);
    part.querySelector(".of-earlier").hidden = !earlier;
  }
}
