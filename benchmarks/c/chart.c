// Forty charts of one active step each: the step and the time it was entered, as one would keep them in C.
#include "layout.h"

#define SECOND 1000000000LL

enum step { START, RESTING, CRANKING, WARMING, LOADED, UNLOADING, COOLING, FAILED };

static struct {
    enum step now;
    int64_t entered;
} steps[40];

static enum step next(enum step now, int64_t since, bool wanted, bool running, bool warm, bool acknowledge) {
    switch (now) {
    case START:
        return RESTING;
    case RESTING:
        return wanted ? CRANKING : RESTING;
    case CRANKING:
        return running ? WARMING : since >= 5 * SECOND ? FAILED : CRANKING;
    case WARMING:
        return !running ? FAILED : warm || since >= 60 * SECOND ? LOADED : WARMING;
    case LOADED:
        return !running ? FAILED : !wanted ? UNLOADING : LOADED;
    case UNLOADING:
        return since >= 2 * SECOND ? COOLING : UNLOADING;
    case COOLING:
        return wanted ? LOADED : since >= 120 * SECOND ? RESTING : COOLING;
    case FAILED:
        return acknowledge && !wanted ? RESTING : FAILED;
    }
    return now;
}

int32_t run(chart *p, const SITE *site, void *globals, void *context) {
    int64_t now = site->Sys.Time;
    int connected = 0, faults = 0;
    (void)globals, (void)context;
    for (int i = 0; i < 40; i++) {
        STANDBY_CHART *set = &p->sets[i];
        set->Wanted = p->wanted[i];
        set->Running = p->running[i];
        set->Warm = p->warm[i];
        set->Acknowledge = p->acknowledge[i];
        enum step to = next(steps[i].now, now - steps[i].entered, set->Wanted, set->Running, set->Warm,
                            set->Acknowledge);
        if (to != steps[i].now) {
            steps[i].now = to;
            steps[i].entered = now;
            if (to == WARMING)
                set->starts++;
        }
        set->Crank = to == CRANKING;
        set->Fuel = to != RESTING && to != FAILED;
        set->Connect = to == LOADED;
        set->Fault = to == FAILED;
        connected += set->Connect;
        faults += set->Fault;
    }
    p->connected = (int16_t)connected;
    p->faults = (int16_t)faults;
    return 0;
}
