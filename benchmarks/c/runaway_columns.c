#include "layout.h"
#include "base.h"
#include "runaway_blocks.h"

#define STRINGS (int)(sizeof((runaway_columns){0}.warm) / sizeof(MODULES_OVER))
#define SECOND 1000000000LL

int32_t run(runaway_columns *p, const SITE *site, void *globals, void *context) {
    int64_t now = site->Sys.Time;
    (void)globals, (void)context;
    for (int s = 0; s < STRINGS; s++) {
        const Measurements *corrected = &p->offsets[s].Corrected;
        sensor_offsets(&p->offsets[s], &site->Strings[s].Temperature, &site->Strings[s].Ambient, false);
        modules_over(&p->warm[s], corrected, 35.0f, 30.0f, 600 * SECOND, now);
        modules_over(&p->hot[s], corrected, 60.0f, 60.0f, 30 * SECOND, now);
        module_rise(&p->rise[s], corrected, 600 * SECOND, now);
    }
    return 0;
}
