// Passkeys: a button marked data-passkey asks the browser, then sends the form with its answer.
(() => {
  "use strict";

  const optionsOf = async (button) => {
    const kept = document.getElementById(button.dataset.options ?? "");
    if (kept) return JSON.parse(kept.textContent);
    const answer = await fetch(button.form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  };

  const askBrowser = async (button) => {
    const options = await optionsOf(button);
    if (button.dataset.passkey === "create") return webauthnJSON.create(options.creation_options);
    return webauthnJSON.get(options.request_options);
  };

  // The person said no, has no key here, or the browser has none at all: say so beside the button.
  const sayNo = (button) => {
    const text = document.getElementById(button.getAttribute("aria-describedby"));
    if (!text) return;
    text.textContent = button.dataset.failure;
    text.hidden = false;
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-passkey]");
    if (!button) return;
    event.preventDefault();
    try {
      const credential = await askBrowser(button);
      button.form.elements.credential.value = JSON.stringify(credential);
      button.form.submit();
    } catch {
      sayNo(button);
    }
  });
})();
