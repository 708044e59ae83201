// The name of whoever is at this page: typed once, kept in this browser, sent with every write. There is no sign-in.

import { useEffect, useState } from "preact/hooks";

const KEY = "cellkeeper-who";
const readers = new Set();

export function who() {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

export function setWho(name) {
  try {
    localStorage.setItem(KEY, name.trim());
  } catch {
    // a browser without storage asks again on the next page
  }
  for (const reader of readers) reader(name.trim());
}

export function useWho() {
  const [name, setName] = useState(who);
  useEffect(() => {
    readers.add(setName);
    return () => readers.delete(setName);
  }, []);
  return name;
}
