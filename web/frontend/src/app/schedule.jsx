import { mount } from "../lib/mount.jsx";
mount(() => <p>schedule</p>);
