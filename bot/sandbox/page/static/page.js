// The page's behaviour: it reports what a person does and keeps what is shown up to date.
// Everything is drawn on the server; a change is fetched as the same page and patched in,
// so that focus, open menus and half-typed text survive it.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const data = () => document.body.dataset;
const me = data().user;
const myself = `/sandbox/people/${me}`;
const SLOW = 300;

// ---- words

function say(name, facts = {}) {
  const found = $("#said").content.querySelector(`[data-said="${name}"]`);
  return (found?.textContent ?? name).replace(/\{(\w+)\}/g, (whole, key) => facts[key] ?? whole);
}

function toast(words, seconds = 7) {
  const note = Object.assign(document.createElement("p"), { className: "toast", textContent: words });
  const place = $("#toasts");
  place.replaceChildren(note);
  place.hidePopover();
  place.showPopover(); // again, so that it lies above a dialog that was opened since
  setTimeout(() => { note.remove(); if (!place.children.length) place.hidePopover(); }, seconds * 1000);
}

function whyNot(error) {
  const app = data().appName || "The app";
  const words = say(error, { app });
  return words === error ? say("trouble", { app, error }) : words;
}

// ---- the control API

async function call(method, path, body) {
  try {
    const headers = body ? { "content-type": "application/json" } : {};
    const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
    const found = await answer.json().catch(() => ({}));
    return { ...found, ok: answer.ok && found.ok !== false };
  } catch {
    return { ok: false, error: "offline", detail: say("offline") };
  }
}

// Does something as this person; `places` show that it takes a while. Answers with what went wrong, or nothing.
// Failed deliveries already stand among the messages as a notice, so they pop up only where none are shown.
async function act(what, body, { busy, places = [], quiet } = {}) {
  busy?.setAttribute("aria-busy", "true");
  const slow = setTimeout(() => places.forEach((place) => place && (place.textContent = say("working"))), SLOW);
  const answer = await call("POST", `${myself}/${what}`, body);
  await refresh();
  clearTimeout(slow);
  busy?.removeAttribute("aria-busy");
  places.forEach((place) => place && (place.textContent = ""));
  const wrong = answer.ok ? answer.delivery?.error : answer.error;
  const words = wrong && (answer.detail || whyNot(wrong));
  const noticed = answer.ok && what !== "message" && $("#log");
  if (words && !quiet && !noticed) toast(words);
  return { answer, wrong: words };
}

// ---- keeping up to date

let running = null;
let leaving = false; // for a place that is still there
let again = false;

function refresh() {
  if (running) { again = true; return running; }
  running = (async () => {
    do { again = false; await fetchAndPatch(); } while (again);
    running = null;
  })();
  return running;
}

async function fetchAndPatch() {
  if (leaving) return;
  const answer = await fetch(location.href).catch(() => null);
  if (answer?.status === 404) location.assign("/"); // the sandbox was started again without this
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const scroller = $("#scroller");
  const atEnd = isAtEnd(scroller);
  const last = $$("#log .message").at(-1)?.id;
  const focused = document.activeElement;
  const article = focused.closest("article")?.id;
  patch(document.body, fresh.body);
  document.title = fresh.title;
  settle();
  if (document.activeElement === document.body && focused !== document.body) (document.getElementById(article) ?? message())?.focus({ preventScroll: true });
  if (atEnd) toEnd();
  else if (last && $$("#log .message").at(-1)?.id !== last) $("#newer").hidden = false;
  seen();
}

const OURS = new Set(["open", "hidden", "aria-expanded", "aria-busy", "aria-selected", "aria-pressed", "aria-activedescendant",
  "style", "data-view-busy", "data-touched", "data-dropping"]);

function patch(old, fresh) {
  if (old.dataset?.keep !== undefined || old.dataset?.clientError !== undefined) return;
  if (old.id !== "sidebar") patchAttributes(old, fresh);
  let at = old.firstChild;
  const coming = new Set([...fresh.children].map((child) => child.id).filter(Boolean));
  for (const child of [...fresh.childNodes]) {
    while (at?.id && at.id !== child.id && !coming.has(at.id)) at = drop(at);
    const match = child.id && at?.id !== child.id ? [...old.children].find((each) => each.id === child.id) : null;
    if (match) { while (at && at !== match) at = drop(at); }
    if (at && sameKind(at, child)) {
      const next = at.nextSibling;
      if (child.nodeType === Node.ELEMENT_NODE) patch(at, child);
      else if (at.data !== child.data) at.data = child.data;
      at = next;
    } else old.insertBefore(document.importNode(child, true), at);
  }
  while (at) at = drop(at);
}

function sameKind(one, other) {
  return one.nodeType === other.nodeType && one.nodeName === other.nodeName && (one.id ?? "") === (other.id ?? "");
}

function drop(node) {
  const next = node.nextSibling;
  if (node.nodeName === "DIALOG" && node.open) node.close();
  node.remove();
  return next;
}

function patchAttributes(old, fresh) {
  for (const { name, value } of [...fresh.attributes]) {
    if (!OURS.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (!OURS.has(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
}

function listen() {
  const changes = new EventSource(`${myself}/changes`);
  changes.onmessage = (event) => {
    const { revision } = JSON.parse(event.data);
    if (String(revision) !== data().revision) refresh();
    if (!$("#drawer").hidden) readJournal();
  };
  let lost;
  changes.onerror = () => { lost ??= setTimeout(() => toast(say("offline"), 60), 2500); };
  changes.onopen = () => { if (lost) { clearTimeout(lost); lost = null; $("#toasts").replaceChildren(); refresh(); } };
}

// After a patch: open dialogs that are new, sum up multi-selects, count characters.
function settle() {
  for (const dialog of $$("#modals dialog")) {
    if (!dialog.open) dialog.showModal();
    const inside = $(".modal-body", dialog).contains(document.activeElement);
    if (!inside && !dialog.hasAttribute("data-touched")) firstField(dialog)?.focus();
  }
  $$("details.many").forEach(sum);
  $$("[data-max]").forEach(count);
  keepMenus();
}

// Where typing starts in a dialog, until the person has gone elsewhere in it.
function firstField(dialog) {
  return $("[data-focus]", dialog) ?? $(".modal-body :is(input, textarea, select, summary)", dialog)
    ?? $(".btn-primary", dialog) ?? $(".modal-foot .btn", dialog);
}

for (const kind of ["keydown", "pointerdown", "input"]) {
  document.addEventListener(kind, (event) => event.target.closest?.("[data-modal]")?.setAttribute("data-touched", ""), true);
}

const isAtEnd = (scroller) => !scroller || scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;

// What is on the screen has been read.
function seen() {
  if (data().channel && "unread" in data() && document.visibilityState === "visible") call("POST", `${myself}/read`, { channel: data().channel });
}

function toEnd() {
  const scroller = $("#scroller");
  if (scroller && $("#log")) scroller.scrollTop = scroller.scrollHeight;
  if ($("#newer")) $("#newer").hidden = true;
}

// ---- fields: what stands in them, and whether it may be sent

function seconds(local, zone) {
  const utc = Date.parse(`${local}Z`);
  const shownAt = (moment) => {
    const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, dateStyle: "short", timeStyle: "medium", hourCycle: "h23" }).formatToParts(moment);
    const part = (type) => Number(parts.find((each) => each.type === type).value);
    return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  };
  const guess = utc - (shownAt(utc) - utc);
  return Math.round((guess - (shownAt(guess) - utc)) / 1000);
}

async function valueOf(field) {
  const type = field.dataset.type;
  const control = $("input, textarea, select", field);
  if (!control) return null;
  if (type === "checkboxes" || type.startsWith("multi_")) return $$("input:checked", field).map((box) => box.value);
  if (type === "radio_buttons") return $("input:checked", field)?.value ?? null;
  if (type === "file_input") return Promise.all([...control.files].map(asContent));
  if (type === "datetimepicker") return control.value ? seconds(control.value, data().zone) : null;
  return control.value || null;
}

async function asContent(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return { name: file.name, content_base64: btoa(text) };
}

// By block: one value, or a value for each action where a block has several elements.
async function valuesIn(root) {
  const blocks = {};
  for (const field of $$("[data-field]", root).filter((each) => $("input, textarea, select", each))) {
    (blocks[field.dataset.block] ??= {})[field.dataset.action] = await valueOf(field);
  }
  const plain = (values) => (Object.keys(values).length === 1 ? Object.values(values)[0] : values);
  return Object.fromEntries(Object.entries(blocks).map(([block, values]) => [block, plain(values)]));
}

function complaint(field, value) {
  const control = $("input, textarea, select", field);
  if (!control) return "";
  const group = /checkboxes|radio_buttons|select/.test(field.dataset.type);
  if ("required" in field.dataset && (!value || value.length === 0)) return say(group ? "required_choice" : "required");
  const max = Number(control.dataset.max ?? Infinity), min = Number(control.dataset.min ?? 0);
  if (typeof value === "string" && value.length > max) return say("too_long", { over: value.length - max, max });
  if (value && value.length < min) return say("too_short", { min });
  if (control.type === "number" && (control.validity.badInput || (value && !control.validity.valid))) return say("number", { range: rangeOf(control) });
  if ((control.type === "email" || control.type === "url") && value && control.validity.typeMismatch) return say(control.type);
  return "";
}

const rangeOf = ({ min, max }) => (min && max ? ` from ${min} to ${max}` : min ? `, ${min} or more` : max ? `, ${max} or less` : "");

function mark(field, words) {
  const error = document.getElementById(`${field.dataset.key}-error`);
  const control = document.getElementById(field.dataset.key);
  if (!error || !control) return;
  error.textContent = words;
  error.toggleAttribute("data-client-error", Boolean(words));
  if (words) control.setAttribute("aria-invalid", "true"); else control.removeAttribute("aria-invalid");
}

function sum(many) {
  const chosen = $$("input:checked", many).map((box) => box.closest("label").querySelector("span").firstChild.textContent.trim());
  const place = $(".many-sum", many);
  place.textContent = chosen.join(", ") || place.dataset.placeholder;
}

function count(control) {
  const place = $(`[data-count-for="${control.id}"]`);
  const left = Number(control.dataset.max) - control.value.length;
  if (!place) return;
  place.hidden = left > Math.max(20, Number(control.dataset.max) * 0.1);
  place.textContent = left < 0 ? String(left) : say("left", { left });
}

// ---- clicks, modals, shortcuts

const blocksOf = (element) => element.closest("[data-message], [data-view]");

function containerOf(element) {
  const { message: ts, view } = blocksOf(element).dataset;
  return view ? { kind: "view", view_id: view } : { kind: "message", channel: data().channel, ts };
}

async function click(element, value) {
  if (element.dataset.confirm && !(await agreed(JSON.parse(element.dataset.confirm)))) return;
  const container = containerOf(element);
  const dialog = element.closest("dialog");
  const body = { container, action_id: element.dataset.action };
  if (element.dataset.block) body.block_id = element.dataset.block;
  if (value !== undefined) body.value = value;
  body.values = await valuesIn(blocksOf(element));
  const trouble = dialog && $(".modal-trouble", dialog);
  const { wrong } = await act("click", body, { busy: element, places: [dialog ? $(".busy", dialog) : $("#composer-busy")], quiet: dialog });
  if (trouble) trouble.textContent = wrong ? say("modal_trouble", { why: wrong }) : "";
}

async function submit(form) {
  const dialog = form.closest("dialog");
  if (form.hasAttribute("data-view-busy")) return;
  const values = await valuesIn(form);
  for (const field of $$(".input-block [data-field]", form)) mark(field, complaint(field, values[field.dataset.block]));
  if (toFirstError(dialog)) return;
  form.setAttribute("data-view-busy", "");
  const trouble = $(".modal-trouble", form);
  trouble.textContent = "";
  const { answer, wrong } = await act("submit", { view_id: dialog.dataset.modal, values },
    { busy: $("[type=submit]", form), places: [$(".busy", form)], quiet: true });
  form.removeAttribute("data-view-busy");
  if (answer.errors && Object.keys(answer.errors).length) toFirstError(dialog);
  else if (wrong) trouble.textContent = say("modal_trouble", { why: wrong });
}

function toFirstError(dialog) {
  const first = $("[aria-invalid=true]", dialog);
  ($("input, textarea, select, summary", first ?? dialog) && first?.matches("[role]") ? $("input", first) : first)?.focus();
  return first;
}

function closeView(dialog, clear) {
  return act("close", { view_id: dialog.dataset.modal, clear: Boolean(clear) }, { places: [$(".busy", dialog)] });
}

function agreed({ title, text, yes, no, danger }) {
  const dialog = $("#confirm");
  $("h2", dialog).textContent = title;
  $("#confirm-text").textContent = text;
  const [refuse, agree] = $$("button", dialog);
  refuse.textContent = no;
  agree.textContent = yes;
  agree.classList.toggle("btn-danger", Boolean(danger));
  dialog.returnValue = "";
  dialog.showModal();
  agree.focus();
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true }));
}

async function removeApp({ dataset: { remove, team, name, where } }) {
  const sure = await agreed({ title: say("remove_title", { name }), text: say("remove_text", { name, where }), yes: say("remove"), no: say("cancel"), danger: true });
  if (!sure) return;
  leaving = true;
  const answer = await call("POST", `/sandbox/apps/${remove}/uninstall`, { team_id: team });
  if (answer.ok) return location.assign(`/as/${me}`);
  leaving = false;
  toast(answer.detail ?? whyNot(answer.error));
}

const waiting = new Map();

function later(field, milliseconds) {
  clearTimeout(waiting.get(field));
  waiting.set(field, setTimeout(async () => click(field, await valueOf(field)), milliseconds));
}

document.addEventListener("change", (event) => {
  const field = event.target.closest("[data-field]");
  if (!field) return;
  const many = event.target.closest("details.many");
  if (many) { keepMost(many, event.target); sum(many); }
  if (field.dataset.dispatch === "change") later(field, /date|time|multi|checkbox/.test(field.dataset.type) ? 600 : 0);
});

function keepMost(many, box) {
  const most = Number($(".many-list", many).dataset.most ?? Infinity);
  if ($$("input:checked", many).length > most) { box.checked = false; toast(say("too_many", { most })); }
}

document.addEventListener("input", (event) => {
  const field = event.target.closest("[data-field]");
  if (!field) return;
  if (event.target.dataset.max) count(event.target);
  const error = document.getElementById(`${field.dataset.key}-error`);
  if (error?.dataset.clientError !== undefined) mark(field, "");
  if (field.dataset.dispatch === "character") later(field, 400);
});

document.addEventListener("submit", (event) => {
  if (event.target.method === "dialog") return;
  event.preventDefault();
  if (event.target.matches("[data-submit]")) submit(event.target);
  if (event.target.id === "composer") send();
  if (event.target.id === "clock-form") moveClock({ to: seconds(event.target.at.value, data().zone) });
  if (event.target.id === "fault-form") inject(event.target);
});

document.addEventListener("cancel", (event) => {
  if (!event.target.dataset?.modal) return;
  event.preventDefault();
  closeView(event.target, false);
}, true);

// ---- menus

let menuOwner = null;
let menuMessage = null;

function openMenu(menu, owner) {
  menuOwner = owner;
  menu.showPopover();
  owner.setAttribute("aria-expanded", "true");
  const box = owner.getBoundingClientRect();
  const below = box.bottom + 4 + menu.offsetHeight < innerHeight;
  menu.style.top = `${below ? box.bottom + 4 : Math.max(8, box.top - menu.offsetHeight - 4)}px`;
  menu.style.left = `${Math.max(8, Math.min(box.left, innerWidth - menu.offsetWidth - 8))}px`;
  $("[role=menuitem]:not([hidden])", menu)?.focus();
}

document.addEventListener("toggle", (event) => {
  const closed = event.newState === "closed" && event.target.matches?.(".menu");
  if (closed) { menuOwner?.setAttribute("aria-expanded", "false"); keepMenus(); }
}, true);

function keepMenus() {
  for (const owner of $$("[data-menu][aria-expanded=true]")) {
    if (!document.getElementById(owner.dataset.menu)?.matches(":popover-open")) owner.setAttribute("aria-expanded", "false");
  }
}

function inMenu(event, menu) {
  const items = $$("[role=menuitem]:not([hidden])", menu);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const jump = { Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Tab") menu.hidePopover();
  if (step === undefined && jump === undefined) return;
  event.preventDefault();
  items[jump ?? (items.indexOf(document.activeElement) + step + items.length) % items.length]?.focus();
}

function openMessageMenu(button) {
  menuMessage = button.closest("article");
  const { mine, ephemeral } = menuMessage.dataset;
  const menu = $("#message-menu");
  $$("[data-mine]", menu).forEach((item) => { item.hidden = mine === undefined; });
  $$("[data-on-message]", menu).forEach((item) => { item.hidden = ephemeral !== undefined; });
  $("[data-dismiss]", menu).hidden = ephemeral === undefined;
  openMenu(menu, button);
}

async function messageAction(item) {
  const { ts, mine: text } = menuMessage.dataset;
  const { channel } = data();
  if ("shortcut" in item.dataset) return act("shortcut", { callback_id: item.dataset.shortcut, message: { channel, ts } }, { places: [$("#composer-busy")] });
  if ("copy" in item.dataset) { await navigator.clipboard?.writeText($(".content", menuMessage).innerText); return toast(say("copied"), 2); }
  if ("dismiss" in item.dataset) return act("delete", { channel, ts });
  if ("delete" in item.dataset) {
    const sure = await agreed({ title: say("deleted_title"), text: say("deleted_text"), yes: say("delete"), no: say("cancel"), danger: true });
    return sure && act("delete", { channel, ts });
  }
  const dialog = $("#edit");
  $("#edit-text").value = text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  dialog.returnValue = "";
  dialog.showModal();
  dialog.addEventListener("close", () => dialog.returnValue === "yes" && act("edit", { channel, ts, text: $("#edit-text").value }), { once: true });
}

// ---- the composer

const message = () => $("#message");
const draftKey = `draft ${me} ${data().channel}`;
let attachments = [];
let replyTo = null;
let option = -1;

const matches = () => $$("#completion li:not([hidden])");

function complete() {
  const list = $("#completion");
  const typed = message().value;
  const fits = /^\/\S*$/.test(typed);
  for (const item of list.children) item.hidden = !fits || !item.dataset.command.startsWith(typed.toLowerCase());
  list.hidden = matches().length === 0;
  message().setAttribute("aria-expanded", String(!list.hidden));
  choose(list.hidden ? -1 : 0);
}

function choose(index) {
  const items = matches();
  option = items.length ? (index + items.length) % items.length : -1;
  $$("#completion li").forEach((item) => item.setAttribute("aria-selected", String(item === items[option])));
  if (option >= 0) { message().setAttribute("aria-activedescendant", items[option].id); items[option].scrollIntoView({ block: "nearest" }); }
  else message().removeAttribute("aria-activedescendant");
}

function hideCompletion() {
  $("#completion").hidden = true;
  message().setAttribute("aria-expanded", "false");
  choose(-1);
}

function insert(text) {
  message().value = text;
  message().focus();
  message().setSelectionRange(text.length, text.length);
  keepDraft();
  complete();
}

function inComposer(event) {
  const open = !$("#completion").hidden;
  const picked = open && matches()[option];
  if (open && ["ArrowDown", "ArrowUp"].includes(event.key)) { event.preventDefault(); choose(option + (event.key === "ArrowDown" ? 1 : -1)); return; }
  if (open && event.key === "Escape") { event.preventDefault(); event.stopPropagation(); hideCompletion(); return; }
  if (event.key === "Escape" && replyTo) { stopReply(); return; }
  if (event.isComposing || event.shiftKey) return;
  const exact = picked && picked.dataset.command === message().value;
  if (picked && (event.key === "Tab" || (event.key === "Enter" && !exact))) { event.preventDefault(); insert(`${picked.dataset.command} `); return; }
  if (event.key === "Enter") { event.preventDefault(); send(); }
}

async function send() {
  const text = message().value.trim();
  const files = attachments;
  if (!text && !files.length) return;
  const thread = replyTo;
  message().value = "";
  attachments = [];
  stopReply();
  drawAttachments();
  keepDraft();
  hideCompletion();
  const { answer } = await deliver(text, files, thread);
  if (!answer.ok && !message().value) { insert(text); hideCompletion(); attachments = files; drawAttachments(); }
  toEnd();
}

async function deliver(text, files, thread) {
  const channel = data().channel;
  const command = text.match(/^(\/\S+)\s*([\s\S]*)$/);
  const places = [$("#composer-busy")];
  if (command && !files.length) return act("command", { command: command[1], text: command[2], channel }, { places });
  const body = { channel, text };
  if (thread) body.thread_ts = thread;
  if (files.length) body.files = await Promise.all(files.map(asContent));
  return act("message", body, { places });
}

function attach(files) {
  if (!files.length) return;
  attachments.push(...files);
  drawAttachments();
  message().focus();
}

// Files that are dragged over the window are for whoever is written to.
function dragged(event) {
  const files = message() && event.dataTransfer?.types.includes("Files");
  if (!files) return;
  event.preventDefault();
  $("main").toggleAttribute("data-dropping", event.type === "dragover");
  if (event.type === "drop") attach(event.dataTransfer.files);
}

for (const kind of ["dragover", "dragleave", "drop"]) document.addEventListener(kind, dragged);

function drawAttachments() {
  const place = $("#attached");
  place.replaceChildren(...attachments.map((file, index) => {
    const chip = $("#said").content.querySelector("[data-row=attachment]").cloneNode(true);
    $("span", chip).textContent = file.name;
    $("button", chip).setAttribute("aria-label", say("removed", { name: file.name }));
    $("button", chip).onclick = () => { attachments.splice(index, 1); drawAttachments(); message().focus(); };
    return chip;
  }));
}

function startReply({ ts, author }) {
  replyTo = ts;
  $("#replying").hidden = false;
  $("#replying span").textContent = say("replying", { author });
  message().focus();
}

function stopReply() {
  replyTo = null;
  $("#replying").hidden = true;
}

function keepDraft() {
  sessionStorage.setItem(draftKey, message().value);
}

// ---- the clock

async function moveClock(body) {
  if (typeof body.to === "number") body.to = new Date(body.to * 1000).toISOString();
  const answer = await call("POST", "/sandbox/clock", body);
  $("#clock-panel").hidePopover();
  await refresh();
  if (!answer.ok) toast(answer.detail ?? whyNot(answer.error));
  else $("#spoken").textContent = say("clock_set", { words: $("#clock-words").textContent });
}

let drawn = { base: data().now, since: performance.now() };

function tick() {
  if (drawn.base !== data().now) drawn = { base: data().now, since: performance.now() };
  const here = new Date(Date.parse(drawn.base) + performance.now() - drawn.since);
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en-GB", { timeZone: data().zone, weekday: "short", day: "numeric",
    month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(here).map((part) => [part.type, part.value]));
  const words = [`${parts.weekday} ${parts.day} ${parts.month}`, ` ${parts.year}`, `, ${parts.hour}:${parts.minute}`];
  $$("#clock-words span").forEach((place, index) => { if (place.textContent !== words[index]) place.textContent = words[index]; });
}

// ---- the drawer

let read = 0;
let kind = "";

function openDrawer(open) {
  $("#drawer").hidden = !open;
  $("#drawer-button").setAttribute("aria-expanded", String(open));
  sessionStorage.setItem("drawer", open ? "open" : "");
  if (open) { readJournal(); readFaults(); }
}

function toggleDrawer(open) {
  openDrawer(open);
  (open ? $("#drawer [role=tab][aria-selected=true]") : $("#drawer-button")).focus();
}

async function readJournal() {
  const answer = await fetch(`/sandbox/journal?after=${read}`).catch(() => null);
  if (!answer?.ok) return;
  const lines = (await answer.text()).split("\n").filter(Boolean).map((line) => JSON.parse(line)).filter((entry) => entry.n > read);
  for (const entry of lines) $("#journal").prepend(journalRow(entry));
  read = Math.max(read, ...lines.map((entry) => entry.n));
  while ($("#journal").children.length > 500) $("#journal").lastChild.remove();
  $("#journal-empty").hidden = $("#journal").children.length > 0;
}

function journalRow(entry) {
  const row = $("#said").content.querySelector("[data-row=journal]").cloneNode(true);
  const wrong = entry.error ?? entry.answer?.error ?? (entry.status >= 400 ? String(entry.status) : entry.fault);
  row.className = `kind-${entry.kind}`;
  row.dataset.kind = entry.kind;
  row.hidden = Boolean(kind) && kind !== entry.kind;
  row.classList.toggle("wrong", Boolean(wrong));
  $(".row-time", row).textContent = new Date(entry.at).toLocaleTimeString("en-GB", { timeZone: data().zone });
  $(".row-kind", row).textContent = { call: "←", delivery: "→" }[entry.kind] ?? "·";
  $(".row-kind", row).title = entry.kind;
  $(".row-what", row).textContent = whatWent(entry);
  $(".row-state", row).textContent = wrong ?? (entry.took_ms === undefined ? "" : `${entry.took_ms} ms`);
  $("details", row).addEventListener("toggle", () => { $("pre", row).textContent ||= JSON.stringify(entry, null, 2); });
  return row;
}

function whatWent({ method, call: control, type, payload }) {
  const event = payload?.event;
  const inside = payload?.command ?? (event ? [event.type, event.subtype].filter(Boolean).join(".") : payload?.type);
  const action = payload?.actions?.[0]?.action_id ?? payload?.callback_id ?? payload?.view?.callback_id;
  return method ?? control?.replace(myself, "") ?? [inside ?? type, action].filter(Boolean).join(" · ");
}

function filterJournal(button) {
  kind = button.dataset.kind;
  $$(".filter").forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
  $$("#journal li").forEach((row) => { row.hidden = Boolean(kind) && row.dataset.kind !== kind; });
}

function chooseTab(tab) {
  for (const each of $$("#drawer [role=tab]")) {
    each.setAttribute("aria-selected", String(each === tab));
    each.tabIndex = each === tab ? 0 : -1;
    document.getElementById(each.getAttribute("aria-controls")).hidden = each !== tab;
  }
  tab.focus();
}

async function inject(form) {
  const given = Object.fromEntries($$("[name]", form).filter((field) => !field.closest("[hidden]") && field.value)
    .map((field) => [field.name, field.type === "number" ? Number(field.value) : field.value]));
  const answer = await call("POST", "/sandbox/faults", given);
  if (!answer.ok) toast(answer.detail ?? answer.error);
  readFaults();
}

async function readFaults() {
  const { faults = [] } = await call("GET", "/sandbox/faults");
  $("#faults-empty").hidden = faults.length > 0;
  $("#faults").replaceChildren(...faults.map((fault) => {
    const row = $("#said").content.querySelector("[data-row=fault]").cloneNode(true);
    $("b", row).textContent = fault.kind;
    $("span", row).textContent = ["method", "times", needsOf(fault.kind)].filter(Boolean).map((key) => `${key} ${fault[key]}`).join(" · ");
    return row;
  }));
}

const needsOf = (fault) => $(`#fault-kind option[value="${fault}"]`)?.dataset.needs;

function showNeeds() {
  const needs = needsOf($("#fault-kind").value);
  $$("[data-need]").forEach((each) => { each.hidden = each.dataset.need !== needs; });
}

// ---- everything a pointer or a key can start

const CLICKS = [
  ["[data-remove]", removeApp],
  ["[data-click]", (element) => click(element, element.dataset.value)],
  ["[data-close]", (element) => closeView(element.closest("dialog"), "clear" in element.dataset)],
  ["dialog [data-dismiss]", (element) => element.closest("dialog").close("")],
  ["[data-menu]", (element) => openMenu(document.getElementById(element.dataset.menu), element)],
  ["[data-message-menu]", openMessageMenu],
  ["#message-menu [role=menuitem]", messageAction],
  ["[data-shortcut]", (element) => act("shortcut", { callback_id: element.dataset.shortcut }, { places: [$("#composer-busy")] })],
  ["[data-reply]", (element) => startReply(element.closest("article").dataset)],
  ["[data-insert]", (element) => insert(element.dataset.insert)],
  ["#completion li", (element) => insert(`${element.dataset.command} `)],
  ["#slash-button", () => insert("/")],
  ["#attach, #attach-button", () => $("#file").click()],
  ["#replying button", () => { stopReply(); message().focus(); }],
  ["#newer", toEnd],
  ["[data-clock-by]", (element) => moveClock({ by_seconds: Number(element.dataset.clockBy) })],
  ["[data-clock-to]", (element) => moveClock({ to: element.dataset.clockTo })],
  ["[data-clock-real]", () => moveClock({ to: Date.now() / 1000 })],
  ["#drawer-button", () => toggleDrawer($("#drawer").hidden)],
  ["#drawer-close", () => toggleDrawer(false)],
  ["#drawer [role=tab]", chooseTab],
  [".filter", filterJournal],
  ["#faults-clear", () => call("DELETE", "/sandbox/faults").then(readFaults)],
  ["#theme-button", () => setTheme(isDark() ? "light" : "dark")],
  ["#menu-button", () => showSidebar(!$("#sidebar").classList.contains("open"))],
];

document.addEventListener("click", (event) => {
  if (!event.target.closest("#sidebar, #menu-button, #people")) showSidebar(false);
  for (const [selector, does] of CLICKS) {
    const element = event.target.closest(selector);
    if (!element) continue;
    const menu = element.closest(".menu");
    if (menu) { menu.hidePopover(); menuOwner?.focus(); }
    does(element);
    return;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu");
  if (menu) return inMenu(event, menu);
  if (event.target.id === "message") return inComposer(event);
  if (event.target.matches?.("#drawer [role=tab]") && /^Arrow(Left|Right)$/.test(event.key)) return chooseTab($("#drawer [role=tab][aria-selected=false]"));
  const many = event.key === "Escape" && event.target.closest?.("details.many[open]");
  if (many) { event.preventDefault(); many.open = false; $("summary", many).focus(); return; }
  if (event.key === "Escape" && event.target.closest?.("#drawer")) return toggleDrawer(false);
  if (event.key === "Escape" && $("#sidebar").classList.contains("open")) { showSidebar(false); $("#menu-button").focus(); }
  const field = event.target.closest?.("[data-field][data-dispatch=enter]");
  if (field && event.key === "Enter" && !(event.target.matches("textarea") && event.shiftKey)) { event.preventDefault(); later(field, 0); }
});

function showSidebar(open) {
  $("#sidebar").classList.toggle("open", open);
  $("#menu-button").setAttribute("aria-expanded", String(open));
}

const isDark = () => (document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
  $("#theme-button").setAttribute("aria-pressed", String(isDark()));
}

function startComposer() {
  if (!message()) return;
  message().value = message().value || sessionStorage.getItem(draftKey) || "";
  message().addEventListener("input", () => { keepDraft(); complete(); });
  message().addEventListener("blur", () => setTimeout(() => document.activeElement !== message() && hideCompletion(), 150));
  $("#completion").addEventListener("pointerdown", (event) => event.preventDefault());
  $("#file").addEventListener("change", (event) => { attach([...event.target.files]); event.target.value = ""; });
  message().addEventListener("paste", (event) => { if (event.clipboardData.files.length) { event.preventDefault(); attach(event.clipboardData.files); } });
  if (matchMedia("(min-width: 761px)").matches) message().focus();
}

startComposer();
settle();
toEnd();
tick();
setInterval(tick, 1000);
setInterval(() => $("#drawer").hidden || readJournal(), 2000);
$("#theme-button").setAttribute("aria-pressed", String(isDark()));
$("#fault-kind").addEventListener("change", showNeeds);
$("#scroller")?.addEventListener("scroll", (event) => { if (isAtEnd(event.target) && $("#newer")) $("#newer").hidden = true; });
document.addEventListener("visibilitychange", seen);
if (sessionStorage.getItem("drawer") && matchMedia("(min-width: 1051px)").matches) openDrawer(true);
listen();
const tab = { home: "home", conversation: "messages" }[data().tab];
if (tab) act("home", { app: data().app, tab }, { quiet: tab === "messages" });
else seen();
