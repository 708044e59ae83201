// Twenty charts of forty steps: the step, the time it was entered, and whether samples were taken.
#include "layout.h"

#define MS 1000000LL

enum step {
    START,
    RESTING, ASKED, AIRING, SNIFFING, WARNING, LOCKING, LOCKED, OPENING, STUCK, OPENED, MEASURING, WAITING,
    CONNECTING, LOADED, HALFWAY, COOLING, HOT, COOLED, EMPTY, REMOVING, REMOVED, RESTED, CHARGING, PAUSED,
    SLOW, TOPPING, BOOSTED, FLOATING, COMPARING, WATERING, FILLED, DRAINING, CLOSING, AGAIN, SHUT, UNLOCKING,
    SIGNING, REPORTED, LEFT, RETURNING,
};

static struct {
    enum step now;
    int64_t entered;
    bool sampled;
} steps[20];

static enum step next(enum step now, int64_t since, const SERVICE *p) {
    switch (now) {
    case START:
        return RESTING;
    case RESTING:
        return p->Begin ? ASKED : RESTING;
    case ASKED:
        return p->Abort ? RESTING : p->Key ? AIRING : since >= 2000 * MS ? RESTING : ASKED;
    case AIRING:
        return p->Abort ? LEFT : p->Clear ? SNIFFING : AIRING;
    case SNIFFING:
        return !p->Clear ? AIRING : since >= 300 * MS ? WARNING : SNIFFING;
    case WARNING:
        return p->Abort ? LEFT : since >= 800 * MS ? LOCKING : WARNING;
    case LOCKING:
        return p->Abort ? LEFT : !p->Door ? LOCKED : since >= 3000 * MS ? LEFT : LOCKING;
    case LOCKED:
        return p->Door ? LOCKING : since >= 200 * MS ? OPENING : LOCKED;
    case OPENING:
        return !p->Closed ? OPENED : since >= 2000 * MS ? STUCK : OPENING;
    case STUCK:
        return p->Acknowledge ? LEFT : STUCK;
    case OPENED:
        return p->Abort ? LEFT : since >= 400 * MS ? MEASURING : OPENED;
    case MEASURING:
        return p->Low ? CHARGING : since >= 300 * MS ? WAITING : MEASURING;
    case WAITING:
        return p->Abort ? LEFT : p->Begin ? CONNECTING : since >= 1500 * MS ? CONNECTING : WAITING;
    case CONNECTING:
        return p->Abort ? REMOVING : p->Closed ? LOADED : since >= 2000 * MS ? REMOVING : CONNECTING;
    case LOADED:
        return p->Abort ? REMOVING : p->Warm ? COOLING : p->Low ? EMPTY : since >= 1200 * MS ? HALFWAY : LOADED;
    case HALFWAY:
        return p->Abort ? REMOVING : p->Warm ? COOLING : p->Low ? EMPTY : since >= 1200 * MS ? EMPTY : HALFWAY;
    case COOLING:
        return !p->Warm ? COOLED : since >= 2000 * MS ? HOT : COOLING;
    case HOT:
        return p->Acknowledge ? REMOVING : HOT;
    case COOLED:
        return since >= 200 * MS ? LOADED : COOLED;
    case EMPTY:
        return since >= 100 * MS ? REMOVING : EMPTY;
    case REMOVING:
        return !p->Closed ? REMOVED : since >= 1000 * MS ? REMOVED : REMOVING;
    case REMOVED:
        return p->Abort ? LEFT : p->Key ? RESTED : since >= 600 * MS ? RESTED : REMOVED;
    case RESTED:
        return since >= 500 * MS ? CHARGING : RESTED;
    case CHARGING:
        return p->Abort ? LEFT : p->Warm ? PAUSED : p->Full ? TOPPING : since >= 3000 * MS ? SLOW : CHARGING;
    case PAUSED:
        return p->Abort ? LEFT : !p->Warm ? CHARGING : since >= 2000 * MS ? SLOW : PAUSED;
    case SLOW:
        return p->Full ? TOPPING : p->Acknowledge ? CHARGING : since >= 2000 * MS ? LEFT : SLOW;
    case TOPPING:
        return p->Abort ? LEFT : p->Warm ? PAUSED : since >= 700 * MS ? BOOSTED : TOPPING;
    case BOOSTED:
        return p->Abort ? LEFT : since >= 600 * MS ? FLOATING : BOOSTED;
    case FLOATING:
        return p->Low ? CHARGING : since >= 400 * MS ? COMPARING : FLOATING;
    case COMPARING:
        return p->Full ? WATERING : since >= 500 * MS ? DRAINING : COMPARING;
    case WATERING:
        return p->Abort ? DRAINING : since >= 600 * MS ? FILLED : WATERING;
    case FILLED:
        return since >= 200 * MS ? DRAINING : FILLED;
    case DRAINING:
        return p->Clear ? CLOSING : since >= 1000 * MS ? CLOSING : DRAINING;
    case CLOSING:
        return p->Closed ? SHUT : since >= 1000 * MS ? AGAIN : CLOSING;
    case AGAIN:
        return p->Closed ? SHUT : since >= 1500 * MS ? STUCK : AGAIN;
    case SHUT:
        return since >= 200 * MS ? UNLOCKING : SHUT;
    case UNLOCKING:
        return p->Door ? SIGNING : since >= 2000 * MS ? SIGNING : UNLOCKING;
    case SIGNING:
        return p->Acknowledge ? REPORTED : since >= 3000 * MS ? LEFT : SIGNING;
    case REPORTED:
        return since >= 500 * MS ? RESTING : REPORTED;
    case LEFT:
        return p->Acknowledge && !p->Abort ? RETURNING : LEFT;
    case RETURNING:
        return !p->Begin ? RESTING : since >= 1000 * MS ? RESTING : RETURNING;
    }
    return now;
}

static bool settles(enum step from, enum step to) {
    return to == OPENED || to == HALFWAY || to == EMPTY || to == FLOATING || to == SHUT || from == REMOVED ||
           from == FILLED;
}

// Gives whether samples are taken.
static bool control(SERVICE *p, enum step now, int64_t since) {
    bool sampled = false;
    p->Lamp = p->Horn = p->Trip = p->Close = p->Load = p->Valve = p->Charger = p->Boost = false;
    switch (now) {
    case RESTING:
        p->Done = false;
        p->Fan = false;
        break;
    case ASKED:
        p->Lamp = true;
        break;
    case AIRING:
        p->Fan = true;
        p->Lamp = true;
        break;
    case SNIFFING:
        p->Lamp = true;
        break;
    case WARNING:
        p->Horn = since < 500 * MS;
        p->Lamp = true;
        break;
    case LOCKING:
        p->Lock = true;
        break;
    case LOCKED:
        p->Lock = true;
        p->Lamp = true;
        break;
    case OPENING:
        p->Trip = since >= 200 * MS;
        break;
    case STUCK:
        p->Horn = true;
        p->Failed = true;
        break;
    case MEASURING:
        sampled = true;
        break;
    case WAITING:
        p->Lamp = true;
        break;
    case CONNECTING:
        p->Load = since >= 300 * MS;
        p->Lamp = true;
        break;
    case LOADED:
        p->Load = true;
        sampled = true;
        break;
    case HALFWAY:
        p->Load = true;
        p->Lamp = true;
        break;
    case COOLING:
        p->Pump = true;
        p->Fan = true;
        break;
    case HOT:
        p->Horn = true;
        p->Failed = true;
        break;
    case COOLED:
        p->Pump = false;
        p->Lamp = true;
        break;
    case EMPTY:
        p->Load = true;
        break;
    case REMOVING:
        p->Load = since < 200 * MS;
        break;
    case RESTED:
        sampled = true;
        p->Lamp = true;
        break;
    case CHARGING:
        p->Charger = true;
        break;
    case PAUSED:
        p->Pump = true;
        p->Lamp = true;
        break;
    case SLOW:
        p->Charger = true;
        p->Horn = since < 300 * MS;
        break;
    case TOPPING:
        p->Charger = true;
        p->Boost = since >= 200 * MS;
        break;
    case BOOSTED:
        p->Boost = true;
        p->Pump = false;
        sampled = true;
        break;
    case FLOATING:
        p->Charger = true;
        break;
    case COMPARING:
        sampled = true;
        p->Lamp = true;
        break;
    case WATERING:
        p->Valve = true;
        p->Pump = true;
        break;
    case FILLED:
        p->Pump = false;
        break;
    case DRAINING:
        p->Valve = since >= 100 * MS;
        p->Lamp = true;
        break;
    case CLOSING:
        p->Close = since < 500 * MS;
        break;
    case AGAIN:
        p->Close = true;
        p->Horn = since < 200 * MS;
        break;
    case SHUT:
        p->Lamp = true;
        break;
    case UNLOCKING:
        p->Lock = false;
        p->Lamp = true;
        break;
    case SIGNING:
        p->Lamp = true;
        p->Horn = since < 100 * MS;
        break;
    case REPORTED:
        p->Done = true;
        p->Lamp = true;
        break;
    case LEFT:
        p->Load = true;
        p->Pump = false;
        p->Lock = false;
        p->Horn = since < 400 * MS;
        break;
    case RETURNING:
        p->Failed = false;
        p->Fan = false;
        p->Lamp = true;
        break;
    default:
        break;
    }
    return sampled;
}

int32_t run(long_chart *p, const SITE *site, void *globals, void *context) {
    int64_t now = site->Sys.Time;
    int busy = 0, failed = 0;
    (void)globals, (void)context;
    for (int i = 0; i < 20; i++) {
        SERVICE *string = &p->strings[i];
        string->Begin = p->inputs[i][0];
        string->Abort = p->inputs[i][1];
        string->Key = p->inputs[i][2];
        string->Clear = p->inputs[i][3];
        string->Door = p->inputs[i][4];
        string->Closed = p->inputs[i][5];
        string->Low = p->inputs[i][6];
        string->Full = p->inputs[i][7];
        string->Warm = p->inputs[i][8];
        string->Acknowledge = p->inputs[i][9];
        enum step from = steps[i].now, to = next(from, now - steps[i].entered, string);
        if (to != from) {
            steps[i].now = to;
            steps[i].entered = now;
            if (to == ASKED)
                string->rounds++;
            if (settles(from, to))
                string->settlings++;
        }
        bool sampled = control(string, to, now - steps[i].entered);
        if (sampled || steps[i].sampled)
            string->samples++;
        steps[i].sampled = sampled;
        busy += string->Lock;
        failed += string->Failed;
    }
    p->busy = (int16_t)busy;
    p->failed = (int16_t)failed;
    return 0;
}
