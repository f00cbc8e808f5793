// The console's page. The hub has drawn what is to be read first; the script begins once that is painted, so that a slow
// computer shows the work before it can be worked with. The page fetches start.js from its first byte on (hatch_build.py).
const start = () => import("./console/start.js");

if (document.hidden) start(); // a tab in the background paints nothing
else requestAnimationFrame(() => setTimeout(start));
