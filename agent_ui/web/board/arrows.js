// Arrows in a table: up, down, Home and End go from row to row, left and right through what can be pressed in a row.
// One row is in the tab order (roving tabindex), so that a long table costs one Tab.

export function arrows(event) {
  const row = event.target.closest?.("tbody tr");
  if (!row || event.ctrlKey || event.altKey || event.metaKey) return;
  const rows = [...row.parentElement.rows];
  const at = rows.indexOf(row);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.code];
  if (to !== undefined) {
    focusRow(rows[Math.max(0, Math.min(rows.length - 1, to))]);
    event.preventDefault();
  } else if (event.code === "ArrowLeft" || event.code === "ArrowRight") {
    const inside = [row, ...row.querySelectorAll("button")];
    inside.at((inside.indexOf(event.target) + (event.code === "ArrowRight" ? 1 : -1)) % inside.length)?.focus();
    event.preventDefault();
  }
}

export function focusRow(row) {
  if (!row) return;
  for (const other of row.parentElement.rows) other.tabIndex = other === row ? 0 : -1;
  row.focus();
  row.scrollIntoView({ block: "nearest" });
}

/** After each drawing: exactly one row of the table takes the Tab key. */
export function oneTabStop(host) {
  const rows = [...host.querySelectorAll("tbody tr")];
  const stop = rows.find((row) => row.getAttribute("tabindex") === "0") ?? rows[0];
  for (const row of rows) row.tabIndex = row === stop ? 0 : -1;
}
