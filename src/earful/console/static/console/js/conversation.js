// The open case: brought up to date around the composer, which is never touched.
import { parse, renew, renewChildren } from "./patch.js";
import { whisper } from "./say.js";

const NEAR_END_PX = 80;
let asking = 0;

const open = () => document.getElementById("case");

export const openCaseId = () => open()?.dataset.id ?? "";

export function openedCase() {
  if (!open()) return;
  document.title = `${open().dataset.title} · Earful`;
  if (matchMedia("(max-width: 899px)").matches) document.getElementById("work").focus();
}

// On a phone the whole case scrolls, and its head goes out of the way.
export function showNewest() {
  for (const box of [document.getElementById("talk"), open()]) if (box) box.scrollTop = box.scrollHeight;
}

export async function refreshCase(id) {
  const here = open();
  if (!here || here.dataset.id !== String(id)) return;
  const turn = ++asking;
  const html = await fetch(`${here.dataset.live.split("?")[0]}${location.search}`, { redirect: "error" }).then((answer) => (answer.ok ? answer.text() : null)).catch(() => null);
  // A slower, older answer must not undo a newer one; nor may it land in another case.
  if (html === null || turn !== asking || open() !== here) return;
  apply(parse(html));
}

function apply(fresh) {
  for (const id of ["case-head", "why", "answers", "context"]) {
    const there = document.getElementById(id);
    const part = fresh.getElementById(id);
    if (there && part) renew(there, part);
  }
  const talk = document.getElementById("talk");
  const atEnd = [talk, open()].every((box) => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX);
  const added = renewChildren(document.getElementById("stream"), fresh.getElementById("stream"));
  if (added && atEnd) showNewest();
  if (added) whisper(`${added} new in this case`);
}
