// Warns five minutes before an idle session ends and lets the reader go on. The server keeps the limit itself.
const warning = document.querySelector("[data-idle]");
const delay = (Number(warning.dataset.idle) - 300) * 1000;
let timer = setTimeout(show, delay);

function show() {
  warning.hidden = false;
  warning.querySelector("button").focus();
}

warning.querySelector("button").addEventListener("click", async () => {
  const answer = await fetch(warning.dataset.stay, { credentials: "same-origin", redirect: "manual" });
  if (!answer.ok) return location.reload();
  warning.hidden = true;
  clearTimeout(timer);
  timer = setTimeout(show, delay);
});
