import { mount } from "../lib/mount.jsx";
mount(() => <p>bus</p>);
