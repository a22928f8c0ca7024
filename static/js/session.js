// Warns five minutes before an idle session ends and lets the reader go on. The server keeps the limit itself.
const warning = document.querySelector("[data-idle]");
const idle = Number(warning.dataset.idle) * 1000;
const tabs = new BroadcastChannel("session"); // work in one tab keeps the others
let timers = [];
let before = null;

function start() {
  timers.forEach(clearTimeout);
  if (!warning.hidden) before?.focus();
  warning.hidden = true;
  timers = [setTimeout(warn, idle - 300_000), setTimeout(leave, idle + 1_000)];
}

function warn() {
  before = document.activeElement;
  warning.hidden = false;
  warning.querySelector("button").focus();
}

// Nothing is left on the screen of somebody who has gone.
function leave() {
  location.replace(location.pathname + location.search);
}

warning.querySelector("button").addEventListener("click", async () => {
  const answer = await fetch(warning.dataset.stay, { credentials: "same-origin", redirect: "manual" });
  if (!answer.ok) return leave();
  start();
  tabs.postMessage("stay");
});

tabs.addEventListener("message", start);
start();
tabs.postMessage("stay");
