import { mount } from "../lib/mount.jsx";
import { AlarmList } from "../parts/alarm_list.jsx";

mount(() => <AlarmList />);
