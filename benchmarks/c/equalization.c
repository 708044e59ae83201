// programs/equalization.st in C.
#include "layout.h"
#include "base.h"
#include "blocks.h"
#include "any_above.h"

#define STRINGS (int)(sizeof((equalization){0}.errors) / sizeof(ALARM))

static void care_for(EQUALIZATION_OF_STRING *e, const BatteryString *b, bool paused, int64_t now) {
    const float hot_limit = 50.0f, saturated = 0.95f, within = 0.010f;
    const int64_t day = 24LL * 3600 * 1000000000;

    e->Paused = paused;
    mean_ok(&e->mean, &b->Voltage);
    any_above(&e->tooHot, &b->Temperature, hot_limit, 0, 2, now);
    e->Running = (b->State == StringState_FLOAT || b->State == StringState_RECHARGE)
        && (b->Breaker.Number == 0 || (b->Breaker.State == BreakerState_CLOSED && !b->Breaker.Latched))
        && !(e->mean.Blind || e->tooHot.Q || paused);
    e->Target = e->Running ? e->mean.Value : 0.0f;
    e->Spread = 0.0f;
    e->Error = false;
    e->ErrorModule = 0;
    for (int i = 0; i < b->Count; i++) {
        float deviation = 0.0f;
        if (b->Voltage.Ok[i]) {
            deviation = b->Voltage.Value[i] - e->mean.Value;
            e->Spread = max_f(fabsf(deviation), e->Spread);
        }
        e->deviation = deviation;
        ton(&e->saturatedFor[i],
            e->Running && deviation > within && b->Bypass.Ok[i]
                && b->Bypass.Value[i] >= saturated * b->Settings.BypassMax,
            day, now);
        if (e->saturatedFor[i].Q && !e->Error) {
            e->Error = true;
            e->ErrorModule = (int16_t)(i + 1);
        }
    }
    e->i = b->Count;
}

int32_t run(equalization *p, SITE *site, void *globals, void *context) {
    int64_t now = site->Sys.Time;
    (void)globals, (void)context;
    for (int s = 0; s < STRINGS; s++) {
        care_for(&p->care[s], &site->Strings[s], p->Pause, now);
        p->Targets[s] = p->care[s].Target;
        alarm(&p->errors[s], p->care[s].Error, 3, 0, s + 1, now);
    }
    p->s = (int16_t)STRINGS;
    return 0;
}
