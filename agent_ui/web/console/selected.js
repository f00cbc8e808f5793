// Which conversation this tab had in front, for the next time it is loaded. Another tab has its own.
const KEY = `console.selected.${document.documentElement.dataset.user ?? ""}`;

export function lastSelected() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function keepSelected(contact) {
  try {
    sessionStorage.setItem(KEY, contact ?? "");
  } catch {
    // A forbidden store: the list begins at its first row.
  }
}
