// The questionnaire works without this file. With it: the keys 1-5 answer and go on, 0 is "vet ej", the line
// "vad hände?" shows only below a low answer, and the count of answers follows along.
"use strict";

(() => {
  const statements = [...document.querySelectorAll("[data-statement]")];
  const progress = document.querySelector("[data-progress] strong");
  const chosen = (statement) => statement.querySelector("input[type=radio]:checked");

  function refresh(statement) {
    const note = statement.querySelector("[data-note]");
    if (!note) return; // the short form asks for no words
    const mark = chosen(statement);
    const isLow = mark && (mark.value === "1" || mark.value === "2");
    note.hidden = !isLow && !note.querySelector("input").value;
  }

  function count() {
    progress.textContent = statements.filter(chosen).length;
  }

  for (const statement of statements) {
    refresh(statement);
    statement.addEventListener("change", () => {
      refresh(statement);
      count();
    });
  }

  for (const trouble of ["htmx:sendError", "htmx:responseError"]) {
    document.addEventListener(trouble, () => {
      document.getElementById("saved").textContent = "Inte sparat: portalen svarar inte. Försök igen om en stund.";
    });
  }

  document.addEventListener("keydown", (event) => {
    const statement = event.target.closest && event.target.closest("[data-statement]");
    if (!statement || event.target.type !== "radio" || event.ctrlKey || event.metaKey || event.altKey) return;
    const value = event.key === "0" ? "vet-ej" : event.key;
    const mark = statement.querySelector(`input[type=radio][value="${CSS.escape(value)}"]`);
    if (!mark) return;
    event.preventDefault();
    mark.checked = true;
    mark.dispatchEvent(new Event("change", { bubbles: true }));
    const next = statements[statements.indexOf(statement) + 1];
    const target = value === "1" || value === "2" ? statement.querySelector("[data-note] input") : null;
    (target || (next && (chosen(next) || next.querySelector("input[type=radio]"))) || mark).focus();
  });
})();
