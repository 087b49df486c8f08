// What is personal stands masked; its button shows it, and masks it again.
export function startRevealing() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-reveal]");
    if (!button) return;
    const shown = button.querySelector("bdi");
    [shown.textContent, button.dataset.reveal] = [button.dataset.reveal, shown.textContent];
    const open = button.classList.toggle("shown");
    button.querySelector(".unseen").hidden = open;
  });
}
