// The search over any page, and the keys that lead somewhere. Without script the search is a page.
(() => {
  "use strict";

  const palette = document.getElementById("palette");
  const sheet = document.getElementById("shortcuts");
  if (!palette?.showModal || !sheet) return;
  const words = palette.querySelector("input");
  const hits = () => [...palette.querySelectorAll("[data-hit]")];
  const isTyping = (target) =>
    target.isContentEditable || target.closest?.("input, textarea, select, [role=textbox]");

  const openPalette = () => {
    if (palette.open) return;
    for (const other of document.querySelectorAll("dialog[open]")) other.close();
    palette.showModal();
    words.select();
    words.dispatchEvent(new Event("palette"));
  };

  // Arrows walk from the field through the results and back; Enter in the field opens the first.
  const walk = (event) => {
    const places = [words, ...hits()];
    const here = places.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      places[(here + step + places.length) % places.length].focus();
    } else if (event.key === "Enter" && here === 0 && words.value && places[1]) {
      event.preventDefault();
      places[1].click();
    }
  };

  // One key, or two within a second: « g c ».
  let before = "";
  let pressedAt = 0;
  const follow = (event) => {
    const now = event.timeStamp;
    const pair = now - pressedAt < 1000 ? `${before} ${event.key}` : event.key;
    const target = [...sheet.querySelectorAll("[data-keys]")].find(
      (link) => link.dataset.keys === pair || (before !== "g" && link.dataset.keys === event.key),
    );
    before = target ? "" : event.key;
    pressedAt = now;
    if (!target) return;
    event.preventDefault();
    target.click();
  };

  const singleKey = (event) => {
    if (!("singleKeys" in sheet.dataset) || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "/") {
      event.preventDefault();
      openPalette();
    } else if (event.key === "?") {
      event.preventDefault();
      sheet.showModal();
    } else if (event.key.length === 1) {
      follow(event);
    }
  };

  palette.addEventListener("keydown", walk);
  document.addEventListener("keydown", (event) => {
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openPalette();
    } else if (!isCommand && !event.altKey) {
      singleKey(event);
    }
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-palette]");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openPalette();
  });
})();
