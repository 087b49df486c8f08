// Light, dark, or as the system has it: shown at once, kept by the server in a cookie.
export function startTheme() {
  document.querySelector("[data-theme-form]")?.addEventListener("submit", (event) => {
    event.preventDefault();
    setTheme(event.submitter.value);
  });
}

export function setTheme(name) {
  document.documentElement.dataset.theme = name;
  const form = document.querySelector("[data-theme-form]");
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === name));
  const body = new FormData(form);
  body.set("theme", name);
  fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
}
