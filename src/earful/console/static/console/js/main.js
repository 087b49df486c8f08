// Sets every part of the page going, and looks after what htmx brings in.
import { localise, keepAgesFresh } from "./clocks.js";
import { startArticles } from "./articles.js";
import { startAttaching } from "./attaching.js";
import { startComposer } from "./composer.js";
import { startCommands } from "./commands.js";
import { openedCase, refreshCase, showNewest } from "./conversation.js";
import { startCorrecting } from "./correcting.js";
import { startGuarded } from "./guarded.js";
import { startKeys } from "./keys.js";
import { markOpen, nextRow, refreshAll, startList } from "./list.js";
import { startLive } from "./live.js";
import { startPalette } from "./palette.js";
import { remember } from "./patch.js";
import { startPortraits } from "./portraits.js";
import { startPosts } from "./posts.js";
import { startRuleEditor } from "./rule_editor.js";
import { startRevealing } from "./revealing.js";
import { startRules } from "./rules.js";
import { say } from "./say.js";
import { startTeaching } from "./teaching.js";
import { startTheme } from "./theme.js";

remember(document);
localise(document);
keepAgesFresh();
startPortraits();
startCommands();
startKeys();
startPalette();
startTheme();
startComposer();
startArticles();
startAttaching();
startCorrecting();
startList();
startPosts();
startRevealing();
startRules();
startRuleEditor();
startGuarded();
startTeaching();
showNewest();
startLive();
showWhereWeAre();

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  remember(detail.elt);
  if (detail.target?.id === "work") arrive();
});
document.addEventListener("htmx:load", ({ detail }) => localise(detail.elt));
document.addEventListener("htmx:historyRestore", () => { arrive(); localise(document); });
document.addEventListener("desk:say", ({ detail }) => say(detail.words, detail));
document.addEventListener("desk:case", ({ detail }) => { refreshCase(detail.id); refreshAll([detail.id]); });
document.addEventListener("desk:next", () => nextRow());
document.addEventListener("desk:elsewhere", ({ detail }) => window.open(detail.link, "_blank", "noopener"));

const trouble = {
  "htmx:sendError": "The desk does not answer. What you typed is still here; try again in a moment.",
  "htmx:timeout": "The desk takes long to answer. What you typed is still here; try again.",
};
for (const [event, words] of Object.entries(trouble)) document.addEventListener(event, () => say(words));
document.addEventListener("htmx:responseError", ({ detail }) => say(refusal(detail.xhr.status)));
// A request that was answered with the sign-in page means that the session is over.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!new URL(event.detail.xhr.responseURL || location.href).pathname.startsWith("/accounts/")) return;
  event.detail.shouldSwap = false;
  say("You are signed out. Reload the page to sign in; drafts are kept.");
});

// On a phone the rail is a line that is wider than the screen.
function showWhereWeAre() {
  document.querySelector(".rail [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
}

function refusal(status) {
  if (status === 403) return "This page is too old to do that. Reload it; drafts are kept.";
  if (status === 404) return "That is not there any more. Reload the list.";
  return "The desk could not do that. Try again; if it stays so, its log says why.";
}

function arrive() {
  document.getElementById("work").classList.remove("with-context");
  markOpen();
  openedCase();
  showNewest();
  localise(document.getElementById("work"));
}
