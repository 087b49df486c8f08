// Says a sentence at the foot of the page, to eyes and to screen readers, and takes it away again.
const LONGEST_MS = 8000;
let timer = 0;

export function say(words) {
  const place = document.getElementById("said");
  place.textContent = words;
  clearTimeout(timer);
  timer = setTimeout(() => { place.textContent = ""; }, Math.max(3000, Math.min(LONGEST_MS, words.length * 90)));
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
