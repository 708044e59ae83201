import { mount } from "../lib/mount.jsx";
import { Breakers } from "../parts/breakers.jsx";
import { TripRecords } from "../parts/trip_records.jsx";

mount(function Trips() {
  return (
    <>
      <Breakers />
      <TripRecords />
    </>
  );
});
