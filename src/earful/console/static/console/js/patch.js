// Brings parts of the page up to date in place: what did not change is not touched, so focus, an opened detail, a
// selection and the place scrolled to stay. An element is compared with the source that it came from, because clocks
// and people change it afterwards.
import { localise } from "./clocks.js";

const sources = new WeakMap();
const KEYED = "#stream > li, #rows > li, #posts > li, #rules > li, #backfills > li, #case-head, #why, #answers, #context, #stations";

export function remember(root) {
  for (const element of root.querySelectorAll(KEYED)) if (!sources.has(element)) sources.set(element, element.outerHTML);
}

export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

// Replaces `element` by `fresh` unless both came from the same source; answers the one that now stands there.
export function renew(element, fresh) {
  const source = fresh.outerHTML;
  if (sources.get(element) === source) return element;
  const focused = element.contains(document.activeElement) ? document.activeElement.id : "";
  const opened = [...element.querySelectorAll("details[open][id]")].map((details) => details.id);
  element.replaceWith(fresh);
  settle(fresh, source);
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  return fresh;
}

export function settle(element, source = element.outerHTML) {
  sources.set(element, source);
  localise(element);
  window.htmx?.process(element);
}

// Makes the children of `list` those of `fresh`, matched by id; answers how many were not there before.
export function renewChildren(list, fresh) {
  let added = 0;
  let place = list.firstElementChild;
  const keep = new Set([...fresh.children].map((child) => child.id));
  for (const child of [...list.children]) if (!keep.has(child.id)) { if (child === place) place = child.nextElementSibling; child.remove(); }
  for (const child of [...fresh.children]) {
    const there = child.id && document.getElementById(child.id);
    if (there && there.parentElement === list) {
      if (there === place) { place = renew(there, child).nextElementSibling; continue; }
      list.insertBefore(there, place);
      renew(there, child);
    } else {
      list.insertBefore(child, place);
      settle(child);
      added += 1;
    }
  }
  return added;
}
