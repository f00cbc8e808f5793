"""What strangers may send: generated requests, naughty strings, broken JSON, hostile frames, forged webhooks."""
