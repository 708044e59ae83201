// programs/thermal_runaway.st in C.
#include "layout.h"
#include "base.h"
#include "blocks.h"
#include "runaway_blocks.h"

#define STRINGS (int)(sizeof((thermal_runaway){0}.opens) / sizeof(TRIP))

static void reference_temperature(REFERENCE_TEMPERATURE *r, const Measurement *ambient, float fallback,
                                  bool fallback_ok, int64_t lag, int64_t now) {
    r->Fallback = fallback;
    r->FallbackOk = fallback_ok;
    r->Lag = lag;
    float target = fallback;
    if (ambient->Ok)
        target = ambient->Value;
    else if (r->goodSeen)
        target = min_f(fallback, r->good + 5.0f);
    r->Known = ambient->Ok || fallback_ok;
    if (r->Known) {
        if (!r->begun || target >= r->Value || (ambient->Ok && !r->goodSeen)) {
            r->Value = target;
        } else {
            double share = (double)(now - r->last) / (double)lag;
            r->Value = r->Value + (target - r->Value) * (float)(share < 1.0 ? share : 1.0);
        }
        r->begun = true;
        r->last = now;
    }
    if (ambient->Ok) {
        r->good = r->Value;
        r->goodSeen = true;
    }
}

static void draw_away(DRAW_AWAY *d, float difference, bool valid, float rate, int64_t window, int64_t now) {
    d->Difference = difference;
    d->Valid = valid;
    d->Rate = rate;
    d->Window = window;
    if (!valid) {
        d->count = 0;
        d->Q = false;
        d->due = now;
    } else if (now >= d->due) {
        d->due = now + window / 8;
        d->newest = (int16_t)((d->newest + 1) % 9);
        d->past[d->newest] = difference;
        if (d->count < 9)
            d->count++;
        if (d->count == 9) {
            float hours = (float)((double)window / 3.6E12);
            d->Q = difference - d->past[(d->newest + 1) % 9] >= rate * hours
                && difference - d->past[(d->newest + 5) % 9] >= rate * hours / 2.0f;
        }
    }
}

static void baseline_current(BASELINE_CURRENT *b, const Measurement *current, bool learning, float presumed,
                             float ceiling, float given, int64_t now) {
    b->Learning = learning;
    b->Presumed = presumed;
    b->Ceiling = ceiling;
    b->Given = given;
    if (learning && current->Ok && !b->frozen) {
        if (b->last > 0) {
            double portion = (double)(now - b->last) / 3.6E12;
            b->sum += current->Value * portion;
            b->elapsed += portion;
        }
        b->last = now;
    } else {
        b->last = 0;
    }
    if (b->elapsed >= 1.0 && !b->frozen) {
        float mean = max_f((float)(b->sum / b->elapsed), 0.0f);
        b->sum = 0.0;
        b->elapsed = 0.0;
        b->place = (int16_t)(b->count + 1);
        while (b->place > 1 && b->hours[b->place - 2] > mean) {
            b->hours[b->place - 1] = b->hours[b->place - 2];
            b->place--;
        }
        b->hours[b->place - 1] = mean;
        b->count++;
        if (b->count == 168) {
            b->median = (b->hours[83] + b->hours[84]) / 2.0f;
            b->frozen = true;
        }
    }
    if (given > 0.0f) {
        b->median = given;
        b->frozen = true;
    }
    b->Learnt = b->frozen;
    b->Value = min_f(b->frozen ? b->median : presumed, ceiling);
}

static void lasts(LASTS *l, bool in, bool sight, int64_t pt, int64_t now) {
    l->IN = in;
    l->Sight = sight;
    l->PT = pt;
    int64_t portion = now - l->last;
    l->last = now;
    if (sight) {
        l->blind = 0;
        if (!in)
            l->ET = 0;
        else if (l->counting)
            l->ET = min_t(l->ET + portion, pt);
        l->counting = in;
        l->Q = in && l->ET >= pt;
    } else {
        l->counting = false;
        if (l->blind < pt) {
            l->blind += portion;
        } else {
            l->ET = 0;
            l->Q = false;
        }
    }
}

static void coolest_quarter(COOLEST_QUARTER *q, const BatteryString *strings, int room) {
    q->Room = (int16_t)room;
    int steps[321] = {0}, total = 0, below = 0, k = -1;
    for (int s = 0; s < STRINGS; s++) {
        if (strings[s].Settings.Room != room)
            continue;
        const Measurements *t = &strings[s].Temperature;
        for (int i = 0; i < t->Count; i++) {
            if (t->Ok[i]) {
                steps[lrintf((min_f(max_f(t->Value[i], -40.0f), 120.0f) + 40.0f) * 2.0f)]++;
                total++;
            }
        }
    }
    q->Ok = total > 0;
    while (q->Ok && below * 4 < total)
        below += steps[++k];
    q->Value = (float)(k > 0 ? k : 0) / 2.0f - 40.0f;
}

static void watch_string(THERMAL_RUNAWAY_OF_STRING *w, const BatteryString *b, float quarter, bool quarter_ok,
                         bool take_offsets, float baseline_given, int64_t now) {
    const StringSettings *set = &b->Settings;
    w->RoomQuarter = quarter;
    w->RoomQuarterOk = quarter_ok;
    w->TakeOffsets = take_offsets;
    w->BaselineGiven = baseline_given;
    const int64_t never = 365LL * 24 * 3600 * 1000000000;

    sensor_offsets(&w->offsets, &b->Temperature, &b->Ambient, take_offsets);
    w->OffsetsRefused = w->offsets.Refused;
    reference_temperature(&w->referenceTemperature, &b->Ambient, quarter, quarter_ok, set->ThermalLag, now);
    w->Reference = w->referenceTemperature.Value;
    bool on_float = b->State == StringState_FLOAT;
    bool on_charge = on_float || b->State == StringState_RECHARGE;
    bool loaded = b->State == StringState_DISCHARGE;

    const Measurements *t = &w->offsets.Corrected;
    int ok_temperatures = 0, warmest = -1, second = -1;
    for (int i = 0; i < b->Count; i++) {
        if (!t->Ok[i])
            continue;
        ok_temperatures++;
        if (warmest < 0 || t->Value[i] > t->Value[warmest]) {
            second = warmest;
            warmest = i;
        } else if (second < 0 || t->Value[i] > t->Value[second]) {
            second = i;
        }
    }
    w->Warmest = (int16_t)(warmest + 1);
    w->Second = (int16_t)(second + 1);
    float difference = 0.0f;
    if (warmest >= 0) {
        w->WarmestValue = t->Value[warmest];
        difference = w->WarmestValue - w->Reference;
    }
    w->Blind = !w->referenceTemperature.Known || (float)ok_temperatures * 100.0f < (float)b->Count * set->OkShare;

    modules_over(&w->warm, t, w->Reference + set->Dt, w->Reference + set->DtNeighbour, set->TripAfter, now);
    w->A = w->warm.Count >= set->DtModules || w->warm.NeighbourConfirms;
    modules_over(&w->hot, t, set->Hot, set->Hot, set->HotAfter, now);
    module_rise(&w->rise, t, set->HotRiseWithin, now);
    bool rising = false;
    for (int i = 0; i < b->Count; i++)
        if (w->hot.Counts[i] && w->rise.Rise[i] >= set->HotRise)
            rising = true;
    w->C = w->hot.Count >= set->HotModules || rising;
    draw_away(&w->drawAway, difference, on_charge && !w->Blind, set->DtRate, set->DtRateAfter, now);
    w->D = w->drawAway.Q;

    baseline_current(&w->baselineCurrent, &b->Current, on_float && !w->Blind && difference < set->BaselineDt,
                     set->BaselineUnlearnt * set->Capacity, set->BaselineMax * set->Capacity, baseline_given, now);
    w->Baseline = w->baselineCurrent.Value;
    w->CurrentLimit = max_f(set->CurrentFactor * w->Baseline, set->CurrentFloor * set->Capacity);
    w->CurrentMeasurable = w->CurrentLimit >= 3.0f * set->CurrentAccuracy;
    if (b->Current.Ok && b->Current.Sequence != w->currentSeen) {
        w->currentSeen = b->Current.Sequence;
        w->currentHistory = (uint8_t)((w->currentHistory << 1 | (b->Current.Value >= w->CurrentLimit)) & 7);
    }
    w->Current = b->Current.Ok ? b->Current.Value : NAN;
    w->B = on_float && w->CurrentMeasurable && (w->currentHistory == 3 || w->currentHistory > 4);

    mean_ok(&w->meanVoltage, &b->Voltage);
    float float_voltage = (float)set->Cells
        * (set->FloatVoltage
           + set->TempCompensation * (min_f(max_f(w->Reference, 5.0f), 40.0f) - 25.0f));
    lasts(&w->overVoltage, on_float && w->meanVoltage.Value >= float_voltage * (1.0f + set->OverVoltage / 100.0f),
          !(on_float && w->meanVoltage.Blind), set->OverVoltageAfter, now);
    w->V = w->overVoltage.Q;

    ton(&w->alarmDelay, w->A || w->B || w->V || w->D, set->AlarmAfter, now);
    w->Alarm = w->alarmDelay.Q;
    w->StepDown = w->Alarm && set->StepDown;
    bool trips = w->A && (w->B || w->V) && !loaded;
    lasts(&w->tripDelay, trips, loaded || (!w->Blind && (b->Current.Ok || w->V || !w->CurrentMeasurable)),
          set->TripAfter, now);
    bool alone = w->A && !w->CurrentMeasurable && set->TripOnDtAlone && !loaded;
    lasts(&w->aloneDelay, alone, loaded || !w->Blind, set->DtAloneAfter, now);
    lasts(&w->hotDelay, w->C, !w->C || w->hot.Fresh > 0, set->HotAfter, now);
    w->Trip = w->tripDelay.Q || w->aloneDelay.Q || w->hotDelay.Q;
    w->Confirmed = (w->C && w->hot.Count >= 2) || (b->Smoke.Ok && b->Smoke.Active);
    w->Cool = !w->Blind && difference < set->ResetDt && !(w->A || w->B || w->V || w->C || w->D);
    w->Pending = (((trips || alone) && !w->Blind) || w->C) && !w->Trip;
    w->Due = 0;
    if (w->Pending) {
        int64_t by_c = w->C ? set->HotAfter - w->hotDelay.ET : never;
        int64_t by_trip = trips ? set->TripAfter - w->tripDelay.ET : never;
        int64_t by_alone = alone ? set->DtAloneAfter - w->aloneDelay.ET : never;
        w->Due = min_t(min_t(by_c, by_trip), by_alone);
    }
    w->Lasted = max_t(max_t(w->tripDelay.ET, w->aloneDelay.ET), w->hotDelay.ET);
}

static void request_trip(TRIP *trip, const THERMAL_RUNAWAY_OF_STRING *w, const BatteryString *b) {
    trip->Cause = w->Trip;
    trip->Confirmed = w->Confirmed;
    trip->Pending = w->Pending;
    trip->Due = w->Due;
    trip->MayReset = w->Cool;
    trip->Module = w->Warmest;
    trip->Module2 = w->Second;
    trip->Value = w->WarmestValue;
    trip->Limit = b->Settings.Dt;
    trip->Reference = w->Reference;
    trip->Current = w->Current;
    trip->Baseline = w->Baseline;
    trip->Lasted = w->Lasted;
    trip->Number = b->Breaker.Number;
    trip->Latched = b->Breaker.Latched;
    trip->Failed = b->Breaker.Failed;
}

int32_t run(thermal_runaway *p, const SITE *site, void *globals, void *context) {
    int64_t now = site->Sys.Time;
    (void)globals, (void)context;
    for (int s = 0; s < STRINGS; s++) {
        const BatteryString *b = &site->Strings[s];
        THERMAL_RUNAWAY_OF_STRING *w = &p->watch[s];
        if (!b->Ambient.Ok)
            coolest_quarter(&p->quarter, site->Strings, b->Settings.Room);
        watch_string(w, b, p->quarter.Value, p->quarter.Ok, p->TakeOffsets, p->Learn[s], now);
        alarm(&p->warns[s], w->Alarm, 2, 0, s + 1, now);
        alarm(&p->blinds[s], w->Blind, 2, 180LL * 1000000000, s + 1, now);
        request_trip(&p->opens[s], w, b);
    }
    p->s = (int16_t)STRINGS;
    return 0;
}
