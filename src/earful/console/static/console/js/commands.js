// Everything that can be done by key, by button or from the palette, in one table.
import { reply, write } from "./composer.js";
import { openCaseId } from "./conversation.js";
import { canCorrect, correct, HEADS } from "./correcting.js";
import { backToList, narrow, nextRow, openFocused, step } from "./list.js";
import { openPalette } from "./palette.js";
import { choosePost, ignorePost, makeCase, openPost, searchPosts, stepPost } from "./posts.js";
import { stepRule } from "./rules.js";
import { whisper } from "./say.js";
import { openSheet } from "./sheet.js";
import { setTheme } from "./theme.js";

const go = (address) => () => location.assign(address);
const press = (id) => () => document.getElementById(id)?.click();
const there = (id) => () => Boolean(document.getElementById(id));
const inCase = () => Boolean(openCaseId());
const inList = () => Boolean(document.getElementById("rows"));
const inPosts = () => Boolean(document.getElementById("found"));
const inRules = () => Boolean(document.getElementById("rules"));

// `key` is one key, "g i" is two in a row, "Mod+K" is Ctrl or ⌘ with it. No single key sends anything.
export const COMMANDS = [
  { key: "j", says: "Next case", run: () => step(1), when: inList, hidden: true },
  { key: "k", says: "Previous case", run: () => step(-1), when: inList, hidden: true },
  { key: "o", also: ["Enter"], says: "Open the case", run: openFocused, when: inList, hidden: true },
  { key: "u", says: "Back to the list", run: back, when: inCase, does: "back" },
  { key: "r", says: "Reply", run: reply, when: inCase },
  { says: "Private message", run: () => write("private"), when: inCase },
  { key: "n", says: "Leave a note", run: () => write("note"), when: inCase },
  { key: "i", says: "Assign to me", run: assign, when: inCase },
  { says: "Take over from its owner", run: press("do-take-over"), when: there("do-take-over") },
  { key: "e", says: "Solve", run: press("do-solve"), when: there("do-solve") },
  { key: "E", says: "Solve and next", run: solveAndNext, when: there("do-solve") },
  { says: "Reopen", run: press("do-reopen"), when: there("do-reopen") },
  { says: "Put aside as spam or noise", run: press("do-aside"), when: there("do-aside") },
  { key: "c", says: "About them", run: toggleContext, when: inCase, does: "context" },
  { key: "j", says: "Next post", run: () => stepPost(1), when: inPosts, hidden: true },
  { key: "k", says: "Previous post", run: () => stepPost(-1), when: inPosts, hidden: true },
  { key: "o", says: "Open the post’s case, or the post on its network", run: openPost, when: inPosts, hidden: true },
  { key: "c", says: "Make a case of the post", run: makeCase, when: inPosts },
  { key: "i", says: "Ignore the post, or put it back", run: ignorePost, when: inPosts },
  { key: "x", says: "Choose the post, to ignore several", run: choosePost, when: inPosts, hidden: true },
  { key: "/", says: "Search the posts", run: searchPosts, when: inPosts },
  { key: "j", says: "Next rule", run: () => stepRule(1), when: inRules, hidden: true },
  { key: "k", says: "Previous rule", run: () => stepRule(-1), when: inRules, hidden: true },
  { key: "/", says: "Find a rule", run: () => document.getElementById("rule-words").select(), when: there("rule-words") },
  { key: "n", says: "New listening rule", run: go("/rules/new/"), when: there("new-rule") },
  { says: "Try the rule on the last 7 days", run: press("try-rule"), when: there("try-rule") },
  { key: "t", says: "Try the weights on last week", run: press("try-weights"), when: there("try-weights") },
  { key: "t", says: "Try the reason on last week", run: press("try-reason"), when: there("try-reason") },
  { key: "n", says: "New contact reason", run: go("/reasons/new/"), when: there("new-reason") },
  ...HEADS.map(([key, head, title]) => ({ key, says: `Correct: ${title.toLowerCase()}`, run: correct(head), when: canCorrect })),
  { key: "z", says: "Undo the correction", run: press("undo"), when: there("undo") },
  { key: "f", says: "Filter the list by what triage tells", run: narrow, when: inList },
  { key: "/", says: "Filter the list by words", run: () => document.getElementById("filter").select(), when: inList },
  { key: "/", says: "Find an article", run: () => document.getElementById("article-words").select(), when: there("article-words") },
  { key: "n", says: "New article", run: go("/articles/new/"), when: there("new-article") },
  { key: "Ctrl+⇧+1", says: "Insert the best article", run: press("insert-article-1"), when: there("insert-article-1") },
  { key: "g i", says: "Waiting on us", run: go("/inbox/waiting/") },
  { key: "g m", says: "Mine", run: go("/inbox/mine/") },
  { key: "g u", says: "Unassigned", run: go("/inbox/unassigned/") },
  { key: "g a", says: "All open", run: go("/inbox/all/") },
  { key: "g d", says: "Done", run: go("/inbox/done/") },
  { key: "g p", says: "Put aside", run: go("/inbox/aside/") },
  { key: "g h", says: "Posts", run: go("/posts/") },
  { key: "g s", says: "Spikes", run: go("/spikes/") },
  { key: "g r", says: "Listening rules", run: go("/rules/") },
  { key: "g w", says: "Priority", run: go("/priority/") },
  { key: "g t", says: "Contact reasons", run: go("/reasons/") },
  { key: "g k", says: "Articles", run: go("/articles/") },
  { key: "g c", says: "Channels", run: go("/channels/") },
  { key: "g l", says: "Model", run: go("/model/") },
  { says: "Teach the model", run: go("/model/teach/") },
  { key: "g o", says: "Costs", run: go("/costs/") },
  { key: "g b", says: "Obligations", run: go("/obligations/") },
  { says: "Theme: light", run: () => setTheme("light") },
  { says: "Theme: dark", run: () => setTheme("dark") },
  { says: "Theme: as the system has it", run: () => setTheme("auto") },
  { says: "Sign out", run: () => document.querySelector("[data-sign-out]").requestSubmit() },
  { key: "?", says: "All keys", run: () => openSheet(COMMANDS), does: "keys" },
  { key: "Mod+K", says: "Commands and cases", run: () => openPalette(COMMANDS), does: "palette", hidden: true },
  { key: "Mod+↵", says: "Send, or keep the note (while writing)", hidden: true },
  { key: "Esc", says: "Leave the text; close what is open", hidden: true },
];

export function startCommands() {
  document.addEventListener("click", (event) => {
    const named = event.target.closest("[data-do]")?.dataset.do;
    const command = named && COMMANDS.find((each) => each.does === named);
    // On a wide screen "back" is a plain link on purpose: it leads to the list's own page.
    if (command && named !== "back") command.run();
  });
}

// A colleague's case is never taken by a lone key that was meant for nobody's.
function assign() {
  if (there("do-take-over")()) whisper("A colleague has this case. The button “Take over” takes it.");
  else press("do-assign")();
}

function back() {
  if (matchMedia("(max-width: 899px)").matches) document.querySelector(".back").click();
  else backToList();
}

function toggleContext() {
  const on = document.getElementById("work").classList.toggle("with-context");
  const shows = document.getElementById("show-context");
  shows.setAttribute("aria-expanded", String(on));
  // Where the pane lies over the conversation the focus goes with it, and comes back.
  if (shows.offsetParent) document.getElementById(on ? "hide-context" : "show-context").focus();
}

function solveAndNext() {
  press("do-solve")();
  nextRow();
}
