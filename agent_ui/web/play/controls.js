// The header's controls: a burst of customers, and the pace of the simulation.
import { t } from "../words.js";
import { post } from "./post.js";

export function wire(first, tell) {
  const burst = document.getElementById("burst");
  const paces = [...document.querySelectorAll('input[name="pace"]')];
  const show = (pace) => paces.forEach((input) => (input.checked = input.value === pace));
  let current = first.pace;
  show(current);

  burst.addEventListener("click", async () => {
    burst.disabled = true;
    try {
      await post("/play/burst", { count: 20 });
      tell(t("20 customers are writing."), false);
    } catch (error) {
      tell(error.message, true);
    }
    setTimeout(() => (burst.disabled = false), 2000);
  });
  for (const input of paces) {
    input.addEventListener("change", async () => {
      try {
        current = (await post("/play/pace", { pace: input.value })).pace ?? input.value;
      } catch (error) {
        tell(error.message, true);
      }
      show(current);
    });
  }
  addEventListener("play-pace", ({ detail }) => show((current = detail)));
}
