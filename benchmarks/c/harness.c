// Runs a program scan after scan, as the engine does: inputs change, time advances, the budget is fresh.
#include <stdint.h>
#include <string.h>

typedef int32_t (*program)(void *area, void *site, void *globals, int64_t *context);

struct change {         // `size` bytes of `value` written to `at` before a scan
    void *at;
    uint64_t value;
    int64_t size;
};

// Frame n holds the changes firsts[n] .. firsts[n + 1] - 1; after the last frame comes the first again.
int32_t run_scans(program run, void *area, void *site, void *globals, int64_t *context, int64_t budget, int64_t *now,
                  int64_t scan_ns, const struct change *changes, const int64_t *firsts, int64_t frames, int64_t from,
                  int64_t count) {
    for (int64_t scan = from; scan < from + count; scan++) {
        int64_t frame = scan % frames;
        for (int64_t n = firsts[frame]; n < firsts[frame + 1]; n++)
            memcpy(changes[n].at, &changes[n].value, (size_t)changes[n].size);
        *now += scan_ns;
        context[0] = budget;
        int32_t status = run(area, site, globals, context);
        if (status)
            return status;
    }
    return 0;
}

int32_t nothing(void *area, void *site, void *globals, int64_t *context) {
    (void)area, (void)site, (void)globals, (void)context;
    return 0;
}
