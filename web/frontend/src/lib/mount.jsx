// Begins a page: the style, the live values, the strip in the head, the page itself.

import { render } from "preact";
import "../style.css";
import { start } from "./live.js";
import { Strip } from "../parts/strip.jsx";

export function mount(Page) {
  start();
  render(<Strip />, document.getElementById("strip"));
  render(<Page />, document.getElementById("page"));
}
