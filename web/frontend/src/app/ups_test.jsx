import { mount } from "../lib/mount.jsx";
mount(() => <p>ups_test</p>);
