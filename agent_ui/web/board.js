// The supervisor's pages: the wallboard, and from it down to a queue, an agent, a conversation. Which one it is stands in
// the page's own element.
import "./board/overview.js";
import "./board/queue-page.js";
import "./board/agent-page.js";
import "./board/reading.js";
import "./person.js";
import "./reach.js";
import { settings } from "./settings.js";

settings.fetch();
