// Code that signs who a visitor is, with nothing but each language's own library: a JWT with HS256 (docs/webchat.md).

const PYTHON = `import base64, hashlib, hmac, json, os, time

def chat_identity(user):
    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    head = part(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    body = part(json.dumps({
        "sub": str(user.id),
        "name": user.name,
        "email": user.email,
        "exp": int(time.time()) + 3600,
    }).encode())
    key = os.environ["HUB_CHAT_SECRET"].encode()
    seal = part(hmac.new(key, head + b"." + body, hashlib.sha256).digest())
    return b".".join((head, body, seal)).decode()`;

const NODE = `import { createHmac } from "node:crypto";

export function chatIdentity(user) {
  const part = (data) => Buffer.from(data).toString("base64url");
  const head = part(JSON.stringify({ alg: "HS256", typ: "JWT" }));
  const body = part(JSON.stringify({
    sub: String(user.id),
    name: user.name,
    email: user.email,
    exp: Math.floor(Date.now() / 1000) + 3600,
  }));
  const seal = createHmac("sha256", process.env.HUB_CHAT_SECRET)
    .update(head + "." + body).digest("base64url");
  return head + "." + body + "." + seal;
}`;

const PHP = `function chat_identity($user): string {
    $part = fn (string $data) => rtrim(strtr(base64_encode($data), '+/', '-_'), '=');
    $head = $part(json_encode(['alg' => 'HS256', 'typ' => 'JWT']));
    $body = $part(json_encode([
        'sub' => (string) $user->id,
        'name' => $user->name,
        'email' => $user->email,
        'exp' => time() + 3600,
    ]));
    $seal = $part(hash_hmac('sha256', "$head.$body", getenv('HUB_CHAT_SECRET'), true));
    return "$head.$body.$seal";
}`;

export const signing = { Python: PYTHON, "Node.js": NODE, PHP };
