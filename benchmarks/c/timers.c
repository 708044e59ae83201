#include "layout.h"
#include "base.h"
#include "ton.h"

#define MS 1000000LL

static void tof(TOF *t, bool in, int64_t pt, int64_t now) {
    t->IN = in;
    t->PT = pt;
    if (in) {
        t->running = false;
        t->Q = true;
        t->ET = 0;
    } else {
        if (t->before) {
            t->running = true;
            t->began = now;
        }
        if (t->running) {
            t->ET = min_t(now - t->began, pt);
            t->Q = t->ET < pt;
            t->running = t->Q;
        }
    }
    t->before = in;
}

static void tp(TP *t, bool in, int64_t pt, int64_t now) {
    t->IN = in;
    t->PT = pt;
    if (in && !t->before && !t->Q && t->ET == 0) {
        t->began = now;
        t->Q = true;
    }
    if (t->Q) {
        t->ET = min_t(now - t->began, pt);
        t->Q = t->ET < pt;
    }
    if (!t->Q && !in)
        t->ET = 0;
    t->before = in;
}

int32_t run(timers *p, const SITE *site, void *globals, void *context) {
    int64_t now = site->Sys.Time;
    int lit = 0;
    (void)globals, (void)context;
    for (int i = 0; i < 100; i++) {
        p->delays[i] = 100 * MS * (i + 1);
        ton(&p->on[i], p->inputs[i], p->delays[i], now);
        tof(&p->off[i], p->on[i].Q, 2000 * MS, now);
        tp(&p->pulse[i], p->off[i].Q, 700 * MS, now);
        p->lamps[i] = p->off[i].Q && !p->pulse[i].Q;
        if (p->lamps[i])
            lit++;
    }
    p->lit = (int16_t)lit;
    return 0;
}
