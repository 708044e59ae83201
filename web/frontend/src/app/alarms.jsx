import { mount } from "../lib/mount.jsx";
mount(() => <p>alarms</p>);
