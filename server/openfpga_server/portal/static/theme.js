// Loaded before the page is painted, so that it does not flash in the other theme. Not a module: those wait.
"use strict";
(() => {
  const themes = ["auto", "light", "dark"];
  const root = document.documentElement;

  function stored() {
    try {
      return localStorage.getItem("openfpga-theme");
    } catch {
      return null; // Storage may be switched off.
    }
  }

  function use(theme) {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
  }

  let theme = themes.includes(stored()) ? stored() : "auto";
  use(theme);
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const label = () => (button.textContent = `Theme: ${theme}`);
    label();
    button.addEventListener("click", () => {
      theme = themes[(themes.indexOf(theme) + 1) % themes.length];
      use(theme);
      label();
      try {
        localStorage.setItem("openfpga-theme", theme);
      } catch {
        // Then the choice lasts as long as the page.
      }
    });
  });
})();
