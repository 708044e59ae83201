// ALARM and MEAN_OK of the library, as one would write them in C.
#include "ton.h"

static void alarm(ALARM *a, bool cause, int priority, int64_t delay, int index, int64_t now) {
    a->Cause = cause;
    a->Priority = (int16_t)priority;
    a->Delay = delay;
    a->Index = (int16_t)index;
    if (!cause) {
        a->Q = false;
        a->waiting = false;
        return;
    }
    if (!a->waiting) {
        a->waiting = true;
        a->began = now;
    }
    if (!a->Q && now - a->began >= delay) {
        a->Q = true;
        a->Since = now;
    }
}

static void mean_ok(MEAN_OK *m, const Measurements *values) {
    double total = 0.0;
    int count = 0;
    for (int i = 0; i < values->Count; i++) {
        if (values->Ok[i]) {
            count++;
            total += values->Value[i];
        }
    }
    m->Count = (int16_t)count;
    m->Value = count > 0 ? (float)(total / count) : NAN;
    m->Blind = too_few(count, values->Count);
}
