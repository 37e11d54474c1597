// Buttons that copy the field they name; without a script they are not shown, and the field is selected by hand.
"use strict";

for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copies);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // no clipboard without https
    }
    document.getElementById(`${field.id}-copied`).textContent = button.dataset.said;
  });
}
