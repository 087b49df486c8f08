// A form that is tried before it is saved: nobody leaves unsaved figures unasked, what was tried says so once the form
// is another, and Ctrl+Enter saves.
let leaving = false;
let opened = "";

const guarded = () => document.querySelector("form[data-guarded]");
const said = (form) => {
  const fields = new FormData(form);
  fields.delete("csrfmiddlewaretoken");
  return new URLSearchParams(fields).toString();
};

export function startGuarded() {
  const form = guarded();
  if (!form) return;
  opened = said(form);
  let tried = opened;
  form.addEventListener("input", () => markEarlier(form, tried));
  document.addEventListener("htmx:beforeRequest", ({ detail }) => { if (form.contains(detail.elt)) tried = said(form); });
  document.addEventListener("htmx:afterSwap", () => markEarlier(form, tried));
  form.addEventListener("keydown", saveByKey);
  form.addEventListener("submit", (event) => { leaving = !event.defaultPrevented; });
  window.addEventListener("pageshow", () => { leaving = false; });
  window.addEventListener("beforeunload", (event) => { if (!leaving && isUnsaved(form)) event.preventDefault(); });
}

// A page that came back from the desk with figures in it holds what nobody has saved yet.
const isUnsaved = (form) => "unsaved" in form.dataset || said(form) !== opened;

function markEarlier(form, tried) {
  const earlier = said(form) !== tried;
  for (const mark of document.querySelectorAll("#tried .of-earlier")) mark.hidden = !earlier;
}

function saveByKey(event) {
  if (event.key !== "Enter" || event.isComposing || event.target.matches("button")) return;
  if (event.ctrlKey || event.metaKey) { event.preventDefault(); event.currentTarget.querySelector("[data-save]")?.click(); }
}
