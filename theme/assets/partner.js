// What a page does beyond what it does without a script. No rule of the program or of a form is written here:
// answers are fetched from the address the form would go to anyway, and put in place.
"use strict";

document.documentElement.classList.replace("no-js", "js");

const isDraft = (form) => "draft" in form.dataset;
const frameOf = (form) => form.closest(".partner-form");

function focusOn(element) {
  if (!element) return;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "start" });
}

// Puts the form as it stands in the answer in the place of this one. False if the answer holds no such form.
function replaceForm(form, html) {
  const answer = new DOMParser().parseFromString(html, "text/html");
  const fresh = answer.getElementById(form.id);
  if (!fresh) return false;
  const frame = document.adoptNode(frameOf(fresh));
  const first = frame.querySelector(".error-summary, [autofocus], .finder-answer");
  // Only a page that loads gives the focus away by itself; here a browser would complain.
  first?.removeAttribute("autofocus");
  frameOf(form).replaceWith(frame);
  document.title = answer.title;
  keepInHistory(frame);
  focusOn(first);
  return true;
}

const openSection = (html) =>
  new DOMParser().parseFromString(html, "text/html").querySelector(".form-step[open] > .form-step__fields")?.id;

// Resolves to false where the answer has to be fetched by the browser itself.
async function fetchInPlace(form, address, options) {
  const frame = frameOf(form);
  frame.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, options);
    const html = await answer.text();
    if (!answer.redirected) return replaceForm(form, html);
    if (!options) return false;
    removeEventListener("beforeunload", askBeforeLeaving);
    // A form that is kept on the server from now on: Back leads to the section that was just left.
    const section = openSection(html);
    const left = options.body.get("continue");
    history.replaceState(null, "", section && left ? `${answer.url}?section=${left}#${left}` : undefined);
    location.assign(section ? `${answer.url}#${section}` : answer.url);
    return true;
  } catch {
    return false;
  } finally {
    frame.removeAttribute("aria-busy");
  }
}

function leaveToTheBrowser(form, button) {
  form.dataset.plain = "y";
  form.requestSubmit(button);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const button = event.submitter;
  // Not `form.action`: a field of that name would hide it.
  const address = new URL(form.getAttribute("action") ?? "", location);
  if (!frameOf(form) || address.origin !== location.origin || form.dataset.plain) return;
  // A draft is answered by pages of its own; only rows come and go in place.
  if (isDraft(form)) leaving = true;
  if (isDraft(form) && !/^(add|remove)-/.test(button?.name ?? "")) return;
  event.preventDefault();
  if (frameOf(form).ariaBusy === "true") return;
  const said = new FormData(form);
  if (button?.name) said.append(button.name, button.value);
  const query = new URLSearchParams(said);

  if (form.method === "get") {
    address.search = query;
    if (await fetchInPlace(form, address)) history.replaceState(null, "", address);
    else leaveToTheBrowser(form, button);
  } else {
    // An answer with mistakes is no page to come back to: the browser would ask to send the form again.
    const options = { method: "POST", body: query, headers: { "X-In-Place": "y" } };
    if (!(await fetchInPlace(form, address, options))) leaveToTheBrowser(form, button);
  }
});

// Back and reload show a form as it was left: the browser keeps it with this entry of the tab's history.
function keepInHistory(frame) {
  const form = frame.querySelector("form");
  if (form?.method !== "post" || isDraft(form)) return;
  for (const field of form.elements) {
    field.defaultValue = field.value;
    field.defaultChecked = field.checked;
    for (const option of field.options ?? []) option.defaultSelected = option.selected;
  }
  history.replaceState({ form: form.id, html: frame.outerHTML }, "");
}

// Back to a section that was left opens it again.
const step = document.getElementById(location.hash.slice(1))?.closest(".form-step");
if (step) step.open = true;

// A draft is saved after a pause in typing, at most every few seconds, and when the page is left.
const PAUSE = 2000;
let leaving = false;
let timer;
let unsaved;

const saved = (form) => {
  const said = new URLSearchParams(new FormData(form));
  said.append("save", "y");
  return said;
};

function saveSoon(form) {
  unsaved = form;
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE, form);
}

async function save(form) {
  if (leaving || !form.isConnected) return;
  try {
    unsaved = null;
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body: saved(form) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("draft-saved");
    const shown = document.getElementById("draft-saved");
    if (answer.ok && fresh && shown) shown.replaceWith(document.adoptNode(fresh));
    else unsaved = form;
  } catch {
    unsaved = form;
  }
}

addEventListener("pagehide", () => {
  if (unsaved && !leaving) navigator.sendBeacon(unsaved.getAttribute("action"), saved(unsaved));
});

// Who has typed something is asked before the page is left, reloaded or shown in the other language.
function askBeforeLeaving(event) {
  event.preventDefault();
  document.querySelectorAll(".partner-form").forEach(keepInHistory);
}

for (const type of ["input", "change"]) {
  document.addEventListener(type, ({ target }) => {
    const form = target.closest(".partner-form form");
    if (form?.method !== "post") return;
    if (isDraft(form)) return saveSoon(form);
    addEventListener("beforeunload", askBeforeLeaving);
    if (type === "change") keepInHistory(frameOf(form));
  });
}

const left = document.getElementById(history.state?.form);
if (left && frameOf(left)) {
  const kept = new DOMParser().parseFromString(history.state.html, "text/html");
  frameOf(left).replaceWith(document.adoptNode(kept.querySelector(".partner-form")));
  addEventListener("beforeunload", askBeforeLeaving);
}

// Registered last of all: what is sent in place goes on being asked about.
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) removeEventListener("beforeunload", askBeforeLeaving);
});

// What the form will say to a number, after a pause in typing; of a failure nobody hears.
const CHECK_PAUSE = 600;
let checkTimer;
let checks = 0;

async function check(note, form) {
  const number = ++checks;
  const { of, with: other, address } = note.dataset;
  const typed = form.elements[of].value;
  let said = { sentence: "", right: null };
  try {
    if (typed.trim()) {
      const body = new URLSearchParams({ [of]: typed, [other]: form.elements[other].value });
      const answer = await fetch(address, { method: "POST", body });
      if (answer.ok) said = await answer.json();
    }
  } catch {
    // The form itself will tell.
  }
  if (number !== checks) return;
  note.textContent = said.sentence;
  note.classList.toggle("field-check--wrong", said.right === false);
}

for (const type of ["input", "change"]) {
  document.addEventListener(type, ({ target }) => {
    const form = target.form;
    const note = form?.querySelector(".field-check");
    if (!note || ![note.dataset.of, note.dataset.with].includes(target.name)) return;
    if (new URL(form.getAttribute("action") ?? "", location).origin !== location.origin) return;
    // A field that is left changes nothing that was not typed before.
    if (type === "change" && target.name === note.dataset.of) return;
    clearTimeout(checkTimer);
    checkTimer = setTimeout(check, CHECK_PAUSE, note, form);
  });
}

// The menu on a phone folds again when it is left.
const menu = document.querySelector(".site-menu");
document.addEventListener("click", (event) => menu.contains(event.target) || menu.removeAttribute("open"));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu.open) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// The other language shows the same answer of the tier finder; a status page's links hold its token already.
for (const link of document.querySelectorAll(".languages a")) {
  link.addEventListener("click", () => {
    const twin = new URL(link.href);
    twin.search = location.search;
    link.href = twin;
  });
}

// The summary of errors asks for the focus itself (autofocus); where a browser does not listen, it gets it here.
addEventListener("load", () => {
  const summary = document.querySelector(".error-summary");
  requestAnimationFrame(() => summary?.contains(document.activeElement) || focusOn(summary));
});
