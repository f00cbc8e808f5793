// How many parts a text takes as SMS: 3GPP TS 23.038 (GSM 7 bit default alphabet and its extension table) and
// TS 23.040 (160/153 septets, 70/67 UTF-16 units with concatenation).
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENDED = new Set("^{}\\[~]|€\f");

/** `{unicode, offender, used, room, parts}`: `room` is what one part holds, or all parts that are begun. */
export function measure(text) {
  let septets = 0;
  for (const character of text) {
    if (BASIC.has(character)) septets += 1;
    else if (EXTENDED.has(character)) septets += 2;
    else return inUnits(text, character);
  }
  const parts = septets <= 160 ? 1 : packed(text);
  return { unicode: false, offender: "", used: septets, room: parts === 1 ? 160 : parts * 153, parts };
}

/** An escape sequence does not straddle two parts, so that a part can end one septet short. */
function packed(text) {
  let parts = 1;
  let filled = 0;
  for (const character of text) {
    const size = EXTENDED.has(character) ? 2 : 1;
    if (filled + size > 153) {
      parts += 1;
      filled = 0;
    }
    filled += size;
  }
  return parts;
}

function inUnits(text, offender) {
  if (text.length <= 70) return { unicode: true, offender, used: text.length, room: 70, parts: 1 };
  let parts = 1;
  let filled = 0;
  for (const character of text) {
    if (filled + character.length > 67) {
      parts += 1;
      filled = 0;
    }
    filled += character.length;
  }
  return { unicode: true, offender, used: text.length, room: parts * 67, parts };
}
