// TON of the library, as one would write it in C. Needs base.h.
static void ton(TON *t, bool in, int64_t pt, int64_t now) {
    t->IN = in;
    t->PT = pt;
    if (!in) {
        t->running = false;
        t->Q = false;
        t->ET = 0;
        return;
    }
    if (!t->running) {
        t->running = true;
        t->began = now;
    }
    t->ET = min_t(now - t->began, pt);
    t->Q = t->ET >= pt;
}
