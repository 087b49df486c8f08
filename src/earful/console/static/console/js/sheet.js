// The sheet of all keys, made from the table of commands, so that it can never tell something else.
export function openSheet(commands) {
  const list = document.getElementById("keys-list");
  if (!list.childElementCount) list.append(...commands.filter(({ key }) => key).map(line));
  document.getElementById("keys").showModal();
}

function line({ key, also = [], says }) {
  const row = document.createElement("div");
  const what = document.createElement("span");
  what.textContent = says;
  const keys = document.createElement("span");
  for (const one of [key, ...also]) keys.append(...one.split(" ").map(cap), " ");
  row.append(what, keys);
  return row;
}

export function cap(key) {
  const kbd = document.createElement("kbd");
  kbd.textContent = key.replace("Mod+", /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘ " : "Ctrl ");
  return kbd;
}
