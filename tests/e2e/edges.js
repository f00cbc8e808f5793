// Runs in a page in forced colours: controls that have lost their edge, as sentences.
() => [...document.querySelectorAll(".btn, .box, input[type=text], textarea, select")]
  .filter((one) => one.checkVisibility({visibilityProperty: true}) && one.getClientRects().length)
  .filter((one) => !one.closest(".box, .composer, .palette") || one.matches(".box, .btn"))
  .filter((one) => ["borderTopWidth", "outlineWidth"].every((side) => !parseFloat(getComputedStyle(one)[side])))
  .map((one) => `no edge in forced colours: ${one.className || one.tagName} “${one.textContent.trim().slice(0, 40)}”`)
