import { mount } from "../lib/mount.jsx";
mount(() => <p>trips</p>);
