// The pages about customers: the list with its search, and one customer.
import "./list.js";
import "./page.js";
import "../pages.js";
