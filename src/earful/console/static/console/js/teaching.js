// One key answers the question that the model asks; dead while a dialog is open or a modifier is held.
export function startTeaching() {
  const form = document.getElementById("teach");
  if (!form) return;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]") || event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    const button = [...form.querySelectorAll("[data-key]")].find(({ dataset }) => dataset.key === event.key);
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    button.click();
  }, { capture: true });
}
