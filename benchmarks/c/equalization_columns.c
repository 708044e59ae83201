#include "layout.h"
#include "base.h"
#include "any_above.h"

#define STRINGS (int)(sizeof((equalization_columns){0}.mean) / sizeof(float))
#define MODULES (int)(sizeof((equalization_columns){0}.deviation[0]) / sizeof(float))

// Eight lanes, as the language defines SUM.
static float sum(const float *values, int count) {
    float lane[8] = {0};
    int i = 0;
    for (; i + 8 <= count; i += 8)
        for (int n = 0; n < 8; n++)
            lane[n] += values[i + n];
    for (int n = 0; i + n < count; n++)
        lane[n] += values[i + n];
    return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

static float least(const float *values, int count) {
    float found = values[0];
    for (int i = 1; i < count; i++)
        if (values[i] < found)
            found = values[i];
    return found;
}

static float greatest(const float *values, int count) {
    float found = values[0];
    for (int i = 1; i < count; i++)
        if (values[i] > found)
            found = values[i];
    return found;
}

int32_t run(equalization_columns *p, const SITE *site, void *globals, void *context) {
    int64_t now = site->Sys.Time;
    (void)globals, (void)context;
    for (int s = 0; s < STRINGS; s++) {
        const BatteryString *b = &site->Strings[s];
        any_above(&p->tooHot[s], &b->Temperature, 50.0f, 0, 2, now);
        float mean = sum(b->Voltage.Value, MODULES) / (float)MODULES;
        p->mean[s] = mean;
        for (int i = 0; i < b->Count; i++) {
            float deviation = b->Voltage.Ok[i] ? b->Voltage.Value[i] - mean : 0.0f;
            p->deviation[s][i] = deviation;
            p->saturated[s][i] = deviation > 0.010f && b->Bypass.Ok[i]
                && b->Bypass.Value[i] >= 0.95f * b->Settings.BypassMax;
        }
        p->spread[s] = max_f(greatest(p->deviation[s], MODULES), -least(p->deviation[s], MODULES));
    }
    return 0;
}
