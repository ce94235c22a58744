// What the shell needs a script for: asking before what cannot be taken back, closing the menu, saying that the server is away.
(() => {
  "use strict";
  const dialog = document.getElementById("confirm");
  const ask = (question, word, done) => {
    const yes = dialog.querySelector("[value=yes]");
    document.getElementById("confirm-question").textContent = question;
    yes.textContent = word || yes.dataset.default;
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => { if (dialog.returnValue === "yes") done(); }, { once: true });
    dialog.showModal();
  };
  // <form data-confirm="Undo this import?" data-confirm-word="Undo">, or the same on the button that sends it.
  document.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    const source = button && button.dataset.confirm ? button : form;
    if (!source.dataset.confirm || form.dataset.confirmed) { delete form.dataset.confirmed; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(source.dataset.confirm, source.dataset.confirmWord, () => { form.dataset.confirmed = "1"; form.requestSubmit(button || undefined); });
  }, true);
  // hx-confirm asks in the same dialog.
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question, event.detail.elt.dataset.confirmWord, () => event.detail.issueRequest(true));
  });
  const menus = [...document.querySelectorAll("[data-menu]")];
  document.addEventListener("click", (event) => { for (const menu of menus) if (!menu.contains(event.target)) menu.open = false; });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus.filter((each) => each.open)) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  // <select data-submit> sends its form when another choice is made; <select data-go> leaves the page with it.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
    if (event.target.matches("[data-go]")) event.target.form.submit();
  });
  const failure = document.getElementById("failure");
  const away = () => { failure.hidden = false; };
  document.addEventListener("htmx:sendError", away);
  document.addEventListener("htmx:responseError", away);
  document.addEventListener("htmx:afterOnLoad", () => { failure.hidden = true; });
})();
