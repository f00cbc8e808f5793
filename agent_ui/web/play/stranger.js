// A customer nobody knows: a number from the range that the United Kingdom keeps for fiction (Ofcom, 07700 900000 to
// 900999), kept for this tab so that a reload stays the same person.

const KEY = "play-stranger";

export function stranger(customers, numbers) {
  const taken = new Set([...customers, ...numbers].map(({ number }) => number));
  let number = sessionStorage.getItem(KEY);
  while (!number || taken.has(number)) number = `+447700900${String(Math.floor(Math.random() * 1000)).padStart(3, "0")}`;
  sessionStorage.setItem(KEY, number);
  return { number, display: number.replace(/^(\+44)(7700)(\d{6})$/, "$1 $2 $3"), name: "", language: "" };
}
