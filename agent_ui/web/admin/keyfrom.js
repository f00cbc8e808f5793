// A key out of a name: "Rückgaben & Umtausch" → "ruckgaben-umtausch". Of names without Latin letters nothing is left, and
// the person writes the key.
export function keyFrom(name, most) {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, most).replace(/-+$/, "");
}
