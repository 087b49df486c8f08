// Articles offered for a case: put into the answer at the cursor, by button or by Ctrl with Shift and a number (⌘ with
// Shift and 3 takes a picture of the screen on a Mac).
import { reply } from "./composer.js";

const offered = (number) => document.getElementById(`insert-article-${number}`);
const answer = () => document.querySelector("#composer .panel:not([hidden]):not(.note) textarea[name=text]");
const begun = new WeakSet();

export function startArticles() {
  document.addEventListener("focusin", ({ target }) => { if (target.matches?.("#composer textarea")) begun.add(target); });
  document.addEventListener("click", ({ target }) => { const article = target.closest?.("#articles .article"); if (article) insert(article); });
  document.addEventListener("keydown", onKey);
}

function onKey(event) {
  const number = /^Digit([1-3])$/.exec(event.code)?.[1];
  if (!number || !event.ctrlKey || !event.shiftKey || event.repeat || document.querySelector("dialog[open]")) return;
  const article = offered(number);
  if (!article?.offsetParent) return;
  event.preventDefault();
  insert(article);
}

// A note is no answer: from there the answer is opened first. Nothing is sent by this.
function insert(article) {
  if (!answer()) reply();
  const text = answer();
  if (!text) return;
  const at = begun.has(text) ? [text.selectionStart, text.selectionEnd] : [text.value.length, text.value.length];
  text.focus();
  text.setSelectionRange(...at);
  put(text, spaced(text, article.dataset.insert));
}

// Words before and behind stay words of their own.
function spaced(text, words) {
  const before = text.value.slice(0, text.selectionStart);
  const behind = text.value.slice(text.selectionEnd);
  return `${before && !/\s$/.test(before) ? " " : ""}${words}${/^[\p{L}\p{N}]/u.test(behind) ? " " : ""}`;
}

// As if typed, so that it can be undone and the draft is kept.
function put(text, words) {
  if (document.execCommand("insertText", false, words)) return;
  text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}
