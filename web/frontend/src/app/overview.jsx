import { mount } from "../lib/mount.jsx";
import { Strings } from "../parts/strings.jsx";
import { HeatMap } from "../parts/heat_map.jsx";
import { Modules } from "../parts/modules.jsx";
import { Relays } from "../parts/relays.jsx";
import { AlarmList } from "../parts/alarm_list.jsx";
import { Curve } from "../parts/curve.jsx";
import { Steps } from "../parts/steps.jsx";
import { Programs } from "../parts/programs.jsx";

mount(function Overview() {
  return (
    <>
      <Steps />
      <Strings />
      <div class="grid">
        <Curve />
        <AlarmList short />
      </div>
      <HeatMap />
      <div class="grid">
        <Relays />
        <Programs />
      </div>
      <Modules />
    </>
  );
});
