// What the programs at 510 modules share. layout.h is made from the programs' own types, so that both languages work
// on the same memory.
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

static inline float min_f(float a, float b) { return a < b ? a : b; }
static inline float max_f(float a, float b) { return a > b ? a : b; }
static inline int64_t min_t(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t max_t(int64_t a, int64_t b) { return a > b ? a : b; }

static inline bool too_few(int good, int places) { return places < 1 || good * 5 < places * 4; }
