// Arrows in a table or a list: up, down, Home and End go from row to row, left and right through what can be pressed in a
// row, Enter follows its link. One row is in the tab order (roving tabindex), so that a long table costs one Tab.

const ROW = "tbody tr, li[data-row]";
/** What of a row takes the focus: a table's row itself, of a list's entry its link. */
const targetOf = (row) => (row.matches("li") ? row.querySelector("a, button") ?? row : row);

export function arrows(event) {
  const row = event.target.closest?.(ROW);
  if (!row || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  const rows = [...row.parentElement.children].filter((one) => one.matches(ROW));
  const at = rows.indexOf(row);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.code];
  if (to !== undefined) {
    focusRow(rows[Math.max(0, Math.min(rows.length - 1, to))]);
    event.preventDefault();
  } else if (event.code === "Enter" && event.target === row) {
    row.querySelector("a[data-drill]")?.click();
    event.preventDefault();
  } else if (event.code === "ArrowLeft" || event.code === "ArrowRight") {
    const inside = row.matches("li") ? [...row.querySelectorAll("a, button")] : [row, ...row.querySelectorAll("button")];
    inside.at((inside.indexOf(event.target) + (event.code === "ArrowRight" ? 1 : -1)) % inside.length)?.focus();
    event.preventDefault();
  }
}

export function focusRow(row) {
  if (!row) return;
  for (const other of row.parentElement.children) if (other.matches(ROW)) targetOf(other).tabIndex = other === row ? 0 : -1;
  targetOf(row).focus();
  row.scrollIntoView({ block: "nearest" });
}

/** After each drawing: exactly one row of the table takes the Tab key. */
export function oneTabStop(host) {
  const targets = [...host.querySelectorAll(ROW)].map(targetOf);
  const stop = targets.find((target) => target.getAttribute("tabindex") === "0") ?? targets[0];
  for (const target of targets) target.tabIndex = target === stop ? 0 : -1;
}
