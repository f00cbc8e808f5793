// Three loudness classes, each with a trial; and whether a call rings on a second device of this computer as well.
import { html, nothing } from "lit";
import { LOUDNESS, mute, muted, play, unlock } from "../sound.js";
import { settings } from "../settings.js";
import { number, percent, t } from "../words.js";

const KINDS = () => [["ring", t("Ring"), t("a call is offered")], ["tones", t("Two tones"), t("a text or mail is offered, at the start and at half time")], ["tick", t("Tick"), t("a message in another contact, a mention, the end of wrap-up; at most one in three seconds")]];
let devices = null;

export function sounds(page) {
  const value = { ...LOUDNESS, ...settings.get("sound") };
  const change = (part) => page.save("sound", { ...value, ...part });
  const off = muted();
  return html`<p><label class="check"><input type="checkbox" .checked=${!off} @change=${({ target }) => (mute(!target.checked), page.requestUpdate(), page.say(t("Saved")))}> ${t("Sound on this computer")}</label></p>
    ${KINDS().map(([kind, name, about]) => html`<div class="set-row volume"><label for=${`volume-${kind}`}>${name}<span class="hint">${about}</span></label>
      <input type="range" id=${`volume-${kind}`} min="5" max="100" step="5" .value=${String(value[kind])} ?disabled=${off} aria-valuetext=${percent(value[kind] / 100)} @change=${({ target }) => change({ [kind]: Number(target.value) })}>
      <output class="num">${number(value[kind])} %</output>
      <button type="button" class="btn small" ?disabled=${off} aria-label=${t("Try: {sound}", { sound: name })} @click=${() => attempt(page, kind)}>${t("Try")}</button></div>`)}
    ${loudspeaker(page, value, change, off)}`;
}

/** A press is a gesture: the browser lets the page sound after it. */
async function attempt(page, kind) {
  await unlock().catch(() => false);
  if (!play(kind, { test: true })) page.say(t("The browser plays no sound. Look for a crossed-out loudspeaker on the tab or beside the address."), true);
}

function loudspeaker(page, value, change, off) {
  if (!("setSinkId" in AudioContext.prototype) || !navigator.mediaDevices) return html`<p class="hint">${t("This browser rings on one device only: the one that the system uses.")}</p>`;
  if (!devices) navigator.mediaDevices.enumerateDevices().then((found) => ((devices = found.filter(({ kind, deviceId }) => kind === "audiooutput" && deviceId)), page.requestUpdate()), () => (devices = []));
  if (!devices?.length) return html`<p class="hint">${t("A call rings on the device that the system uses. The browser shows no second one.")}</p>`;
  return html`<div class="set-row"><label for="loudspeaker">${t("Ring on a loudspeaker as well")}<span class="hint">${t("so that you hear a call without the headset")}</span></label>
    <select class="field" id="loudspeaker" ?disabled=${off} @change=${({ target }) => change({ loudspeaker: target.value })}>
      <option value="" ?selected=${!value.loudspeaker}>${t("no")}</option>
      ${devices.map(({ deviceId, label }, at) => html`<option value=${deviceId} ?selected=${deviceId === value.loudspeaker}>${label || t("Device {number}", { number: number(at + 1) })}</option>`)}
      ${value.loudspeaker && !devices.some(({ deviceId }) => deviceId === value.loudspeaker) ? html`<option value=${value.loudspeaker} selected>${t("a device of another computer")}</option>` : nothing}</select></div>`;
}
