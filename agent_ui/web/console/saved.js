// Saved replies: which fit this contact best, which fit the letters typed, and how their blanks are filled.

/** Those that fit this channel, queue and language first; of the same fit in the house's order. */
export function repliesFor(rules, contact) {
  const language = (contact.customer?.language ?? "").split("-")[0];
  const fits = (list, one) => !list?.length || list.includes(one);
  const score = (reply) => (fits(reply.channels, contact.channel) ? 4 : 0) + (fits(reply.queues, contact.queue?.id) ? 2 : 0) + (!reply.language || reply.language.split("-")[0] === language ? 1 : 0);
  return (rules?.replies ?? []).map((reply) => ({ ...reply, fit: score(reply) })).sort((one, other) => other.fit - one.fit);
}

/** The replies with these letters, the closest first. */
export function findReplies(replies, wanted) {
  const letters = wanted.trim().toLocaleLowerCase();
  if (!letters) return replies;
  return replies
    .map((reply) => ({ reply, close: closeness(reply, letters) }))
    .filter(({ close }) => close > 0)
    .sort((one, other) => other.close - one.close || other.reply.fit - one.reply.fit)
    .map(({ reply }) => reply);
}

function closeness({ name, text }, letters) {
  const title = name.toLocaleLowerCase();
  if (title.startsWith(letters)) return 5;
  if (title.includes(letters)) return 4;
  if (text.toLocaleLowerCase().includes(letters)) return 3;
  return inOrder(title, letters) ? 2 : 0;
}

/** Do the letters stand in this order somewhere in the text? */
export function inOrder(text, letters) {
  let from = 0;
  for (const letter of letters.replaceAll(" ", "")) {
    from = text.indexOf(letter, from) + 1;
    if (!from) return false;
  }
  return true;
}

/**
 * {{customer}}, {{agent}} and {{company}}. A customer without a name is not called by his number: the blank goes, with the
 * space or comma that led to it. Any other blank that is not known stays visible as it is.
 */
export function fillReply(text, { customer, agent, company }) {
  const values = { customer, agent, company };
  const named = customer ? text : text.replace(/[ ,，]*\{\{\s*customer\s*\}\}/g, "");
  return named.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name) => values[name] || whole);
}
