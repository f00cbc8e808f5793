// One POST to the demo; a problem (RFC 9457) becomes an Error with the hub's own words.
import { t } from "../words.js";

export async function post(path, values) {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Requested-With": "play" },
      body: JSON.stringify(values),
    });
  } catch {
    throw new Error(t("The demo does not answer. Is it still running?"));
  }
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.detail ?? told.title ?? t("The demo refused it ({status}).", { status: answer.status }));
  return told;
}
