// "light", "dark", or "system" (then the sheet's light-dark() follows the system by itself). The choice lies in a cookie, so
// that the hub writes it into the page: the first paint waits for no script and never flashes in the other theme.
(() => {
  const KEY = "hub-theme";
  const COOKIE = "hub_theme";
  const YEAR_SECONDS = 31_536_000;
  const root = document.documentElement;

  /** Where storage is empty or forbidden, what the hub has written into the page by the cookie holds. */
  function stored() {
    const written = root.dataset.theme ?? "system";
    try {
      return localStorage.getItem(KEY) ?? written;
    } catch {
      return written;
    }
  }

  function apply(theme) {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
    document.cookie = `${COOKIE}=${theme}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
  }

  window.hubTheme = {
    get: stored,
    set(theme) {
      apply(theme);
      try {
        localStorage.setItem(KEY, theme);
      } catch {
        // it holds until the page is left
      }
      dispatchEvent(new CustomEvent("hub-theme", { detail: theme }));
    },
  };

  // The person's menu (person.html) shows and sets it; there is one on every page.
  const show = () => {
    for (const button of document.querySelectorAll("[data-theme-set]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeSet === stored()));
    }
  };
  document.addEventListener("DOMContentLoaded", show);
  addEventListener("hub-theme", show);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-theme-set]");
    if (button) window.hubTheme.set(button.dataset.themeSet);
  });

  apply(stored());
  // Other tabs, and the console in the demo's frame, follow at once.
  addEventListener("storage", ({ key }) => {
    if (key !== KEY) return;
    apply(stored());
    show();
  });
})();
