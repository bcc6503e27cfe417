// What pages do better with script; each of them works without.
(() => {
  "use strict";

  const announce = (text) => {
    const announcer = document.getElementById("announcer");
    if (announcer) announcer.textContent = text;
  };

  // An error summary, or whatever a fragment brings to attention, takes the focus.
  const focusFirst = (root) => root.querySelector("[data-focus]")?.focus();

  // A dialog opens in place of the page that its link leads to.
  const openDialog = (event) => {
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (!dialog?.showModal || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    dialog.showModal();
  };

  const toggleNavigation = (event) => {
    const button = event.target.closest("[data-toggle-nav]");
    if (!button) return;
    const isOpen = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!isOpen));
  };

  // Menus are <details>: one at a time, closed by Escape and by a click elsewhere.
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (menu !== except) menu.open = false;
    }
  };

  const closeMenuOnEscape = (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  };

  // The theme changes at once; the cookie is the one that the server would have set.
  const chooseAppearance = (event) => {
    const form = event.target.closest("[data-appearance]");
    const chosen = event.submitter?.value;
    if (!form || !chosen) return;
    event.preventDefault();
    document.documentElement.dataset.bsTheme = chosen;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `appearance=${chosen}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    for (const button of form.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === chosen));
    }
  };

  // A form marked data-guard warns before its changes are lost.
  let isChanged = false;
  const noteChange = (event) => {
    if (event.target.closest("form[data-guard]")) isChanged = true;
  };
  const warn = (event) => {
    if (isChanged) event.preventDefault();
  };

  // A long job is told at each quarter and at its first failure, once; a bar says nothing itself.
  const milestones = new Map();
  const tellProgress = () => {
    for (const job of document.querySelectorAll("[data-milestone]")) {
      const before = milestones.get(job.id);
      milestones.set(job.id, job.dataset.milestone);
      if (before !== undefined && before !== job.dataset.milestone) announce(job.dataset.announcement);
    }
  };

  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("details.menu"));
    openDialog(event);
    toggleNavigation(event);
  });
  document.addEventListener("keydown", closeMenuOnEscape);
  document.addEventListener("input", noteChange);
  document.addEventListener("submit", (event) => {
    isChanged = false;
    chooseAppearance(event);
  });
  window.addEventListener("beforeunload", warn);

  // htmx: say that a part is being replaced, then lead to what needs attention or say it failed.
  document.addEventListener("htmx:beforeRequest", (event) => {
    event.detail.target?.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    event.detail.target?.removeAttribute("aria-busy");
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    focusFirst(event.detail.target);
    tellProgress();
  });
  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, () => {
      announce(document.getElementById("announcer")?.dataset.failure ?? "");
    });
  }

  focusFirst(document);
  tellProgress();
})();
