// Says a sentence at the foot of the page, to eyes and to screen readers, and takes it away again.
const LONGEST_MS = 8000;
const WITH_UNDO_MS = 12_000;
let timer = 0;

const place = () => document.getElementById("said");

// `undo` is an address that takes back what is said, and `first` what it is told to take back.
export function say(words, { undo = "", first = "" } = {}) {
  place().textContent = words;
  if (undo) place().append(undoing(undo, first));
  hushIn(undo ? WITH_UNDO_MS : Math.max(3000, Math.min(LONGEST_MS, words.length * 90)));
}

function hushIn(ms) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    // Nothing goes away under a finger.
    if (place().matches(":hover, :focus-within")) hushIn(1000);
    else place().textContent = "";
  }, ms);
}

function undoing(address, first) {
  const button = Object.assign(document.createElement("button"), { type: "button", id: "undo", textContent: "Undo " });
  button.append(Object.assign(document.createElement("kbd"), { textContent: "z" }));
  button.setAttribute("aria-keyshortcuts", "z");
  button.addEventListener("click", () => { place().textContent = ""; window.htmx.ajax("POST", address, { values: { first }, swap: "none" }); });
  return button;
}

// For screen readers alone: what arrives by itself must not cover the page.
export function whisper(words) {
  let place = document.getElementById("whispered");
  if (!place) {
    place = document.createElement("div");
    place.id = "whispered";
    place.className = "unseen";
    place.setAttribute("aria-live", "polite");
    document.body.append(place);
  }
  place.textContent = words;
}
