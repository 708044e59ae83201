import { mount } from "../lib/mount.jsx";
import { Edit } from "../programs/edit.jsx";
import { List } from "../programs/list.jsx";

const name = location.pathname.match(/^\/programs\/([^/]+)$/)?.[1];

mount(function Programs() {
  return name ? <Edit name={decodeURIComponent(name)} /> : <List />;
});
