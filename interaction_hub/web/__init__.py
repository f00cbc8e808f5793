"""HTTP and sockets: URLs, requests, answers. No rule of the business stands here."""
