import { mount } from "../lib/mount.jsx";
mount(() => <p>overview</p>);
