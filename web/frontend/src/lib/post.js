// Writes and reads of /api. A write carries the page's token, who asks and why.

import { who } from "./who.js";

/** The controller said no, or did not answer; the message is for the person, `status` and `content` for the page. */
export class Refused extends Error {
  constructor(message, status = 0, content = null) {
    super(message);
    this.status = status;
    this.content = content;
  }
}

async function answered(response) {
  let content = null;
  try {
    content = await response.json();
  } catch {
    throw new Refused(`the page's server answered ${response.status} and no more; load the page again`);
  }
  if (!response.ok) throw new Refused(content.error ?? `refused (${response.status})`, response.status, content);
  return content;
}

async function ask(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw new Refused("the controller's page does not answer; nothing was sent, try again in a moment");
  }
}

export async function get(path) {
  return answered(await ask(path, {}));
}

/** POST `content` with who asks; `reason` is part of the content where the controller wants one. */
export async function post(path, content = {}) {
  const token = document.querySelector('meta[name="token"]').content;
  return answered(
    await ask(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Cellkeeper-Token": token },
      body: JSON.stringify({ who: who(), ...content }),
    }),
  );
}
