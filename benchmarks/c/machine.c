#include "layout.h"

#define SECOND 1000000000LL

static void standby_set(STANDBY_SET *set, bool wanted, bool running, bool warm, bool acknowledge, int64_t now) {
    set->Wanted = wanted;
    set->Running = running;
    set->Warm = warm;
    set->Acknowledge = acknowledge;
    if (set->Now != set->before) {
        set->before = set->Now;
        set->entered = now;
    }
    int64_t since = now - set->entered;
    switch (set->Now) {
    case SetStep_RESTING:
        set->attempts = 0;
        if (wanted)
            set->Now = SetStep_CRANKING;
        break;
    case SetStep_CRANKING:
        if (running) {
            set->starts++;
            set->Now = SetStep_WARMING;
        } else if (since >= 5 * SECOND) {
            set->attempts++;
            set->Now = set->attempts >= 3 ? SetStep_FAILED : SetStep_PAUSING;
        }
        break;
    case SetStep_PAUSING:
        if (!wanted)
            set->Now = SetStep_RESTING;
        else if (since >= 10 * SECOND)
            set->Now = SetStep_CRANKING;
        break;
    case SetStep_WARMING:
        if (!running)
            set->Now = SetStep_FAILED;
        else if (warm || since >= 60 * SECOND)
            set->Now = SetStep_LOADED;
        break;
    case SetStep_LOADED:
        if (!running)
            set->Now = SetStep_FAILED;
        else if (!wanted)
            set->Now = SetStep_UNLOADING;
        break;
    case SetStep_UNLOADING:
        if (since >= 2 * SECOND)
            set->Now = SetStep_COOLING;
        break;
    case SetStep_COOLING:
        if (wanted)
            set->Now = SetStep_LOADED;
        else if (since >= 120 * SECOND)
            set->Now = SetStep_RESTING;
        break;
    case SetStep_FAILED:
        if (acknowledge && !wanted)
            set->Now = SetStep_RESTING;
        break;
    }
    set->Crank = set->Now == SetStep_CRANKING;
    set->Fuel = set->Now != SetStep_RESTING && set->Now != SetStep_PAUSING && set->Now != SetStep_FAILED;
    set->Connect = set->Now == SetStep_LOADED;
    set->Fault = set->Now == SetStep_FAILED;
}

int32_t run(machine *p, const SITE *site, void *globals, void *context) {
    int connected = 0, faults = 0;
    (void)globals, (void)context;
    for (int i = 0; i < 40; i++) {
        standby_set(&p->sets[i], p->wanted[i], p->running[i], p->warm[i], p->acknowledge[i], site->Sys.Time);
        if (p->sets[i].Connect)
            connected++;
        if (p->sets[i].Fault)
            faults++;
    }
    p->connected = (int16_t)connected;
    p->faults = (int16_t)faults;
    return 0;
}
