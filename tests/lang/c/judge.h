/* The meaning of Structured Text's operators and functions, written in C from docs/language.md alone.
 * The programs that tests/lang/against_c makes include it; they are compiled with -fwrapv -ffp-contract=off. */
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static jmp_buf stopped;
static const char *stop_kind;
static int stop_line;
static uint32_t conversion_faults;
static int64_t budget;

__attribute__((noreturn)) static inline void stop(const char *kind, int line) {
    stop_kind = kind;
    stop_line = line;
    longjmp(stopped, 1);
}

static inline int64_t at(__int128 index, int64_t first, int64_t last, int line) {
    if (index < first || index > last) stop("index out of range", line);
    return (int64_t)index - first;
}

static inline __int128 inside(__int128 value, int64_t first, int64_t last, int line) {
    if (value < first || value > last) stop("value outside its sub-range", line);
    return value;
}

static inline void charge(int64_t runs, int line) {
    if (budget < runs) stop("loop budget exhausted", line);
    budget -= runs;
}

static inline int64_t trips(__int128 first, __int128 last, __int128 by, int line) {
    if (by == 0) stop("FOR step of 0", line);
    if (by > 0 ? first > last : first < last) return 0;
    return (int64_t)((by > 0 ? last - first : first - last) / (by > 0 ? by : -by)) + 1;
}

/* ---- order, on values of one type */

#define ORDER(N, T)                                                                   \
    static inline bool eq_##N(T a, T b) { return a == b; }                            \
    static inline bool ne_##N(T a, T b) { return !(a == b); }                         \
    static inline bool lt_##N(T a, T b) { return a < b; }                             \
    static inline bool gt_##N(T a, T b) { return a > b; }                             \
    static inline bool le_##N(T a, T b) { return a <= b; }                            \
    static inline bool ge_##N(T a, T b) { return a >= b; }                            \
    static inline T min_##N(T a, T b) { return a < b ? a : b; }                       \
    static inline T max_##N(T a, T b) { return a > b ? a : b; }                       \
    static inline T sel_##N(bool g, T a, T b) { return g ? b : a; }                   \
    static inline T limit_##N(T low, T a, T high) { return min_##N(high, max_##N(low, a)); }

/* ---- whole numbers: they wrap, and what does not fit in a conversion becomes the nearest there is */

#define WHOLE(N, T, SIGNED, LOW, HIGH)                                                \
    ORDER(N, T)                                                                       \
    static inline T add_##N(T a, T b) { return (T)((uint64_t)a + (uint64_t)b); }      \
    static inline T sub_##N(T a, T b) { return (T)((uint64_t)a - (uint64_t)b); }      \
    static inline T mul_##N(T a, T b) { return (T)((uint64_t)a * (uint64_t)b); }      \
    static inline T neg_##N(T a) { return (T)(0 - (uint64_t)a); }                     \
    static inline T abs_##N(T a) { return a < 0 ? neg_##N(a) : a; }                   \
    static inline T div_##N(T a, T b, int line) {                                     \
        if (b == 0) stop("division by zero", line);                                   \
        return SIGNED && b == (T)-1 ? neg_##N(a) : (T)(a / b);                        \
    }                                                                                 \
    static inline T mod_##N(T a, T b, int line) {                                     \
        if (b == 0) stop("division by zero", line);                                   \
        return SIGNED && b == (T)-1 ? 0 : (T)(a % b);                                 \
    }                                                                                 \
    static inline T fit_##N(__int128 a) {                                             \
        if (a >= (__int128)LOW && a <= (__int128)HIGH) return (T)a;                   \
        conversion_faults++;                                                          \
        return a < 0 ? LOW : HIGH;                                                    \
    }                                                                                 \
    static inline T whole_##N(long double a) {                                        \
        if (a >= (long double)LOW && a <= (long double)HIGH) return (T)a;             \
        conversion_faults++;                                                          \
        return isnan(a) ? 0 : a < 0 ? LOW : HIGH;                                     \
    }                                                                                 \
    static inline T round_##N(double a) { return whole_##N(rintl(a)); }               \
    static inline T trunc_##N(double a) { return whole_##N(truncl(a)); }

WHOLE(SINT, int8_t, true, INT8_MIN, INT8_MAX)
WHOLE(INT, int16_t, true, INT16_MIN, INT16_MAX)
WHOLE(DINT, int32_t, true, INT32_MIN, INT32_MAX)
WHOLE(LINT, int64_t, true, INT64_MIN, INT64_MAX)
WHOLE(USINT, uint8_t, false, 0, UINT8_MAX)
WHOLE(UINT, uint16_t, false, 0, UINT16_MAX)
WHOLE(UDINT, uint32_t, false, 0, UINT32_MAX)
WHOLE(ULINT, uint64_t, false, 0, UINT64_MAX)
WHOLE(TIME, int64_t, true, INT64_MIN, INT64_MAX)
ORDER(TOD, int64_t)
ORDER(DT, int64_t)
ORDER(DATE, int64_t)

#define DAY INT64_C(86400000000000)
static inline int64_t clock_of(int64_t ns) { return ((ns % DAY) + DAY) % DAY; }
static inline int64_t midnight_of(int64_t ns) { return ns < -106751 * DAY ? -106751 * DAY : ns - clock_of(ns); }

/* ---- bit strings and BOOL */

#define BITS(N, T)                                                                    \
    static inline T and_##N(T a, T b) { return (T)(a & b); }                          \
    static inline T or_##N(T a, T b) { return (T)(a | b); }                           \
    static inline T xor_##N(T a, T b) { return (T)(a ^ b); }

#define SHIFTS(N, T)                                                                  \
    static inline T shl_##N(T a, int32_t n) {                                         \
        return n < 0 || n >= (int)sizeof(T) * 8 ? 0 : (T)((uint64_t)a << n);          \
    }                                                                                 \
    static inline T shr_##N(T a, int32_t n) {                                         \
        return n < 0 || n >= (int)sizeof(T) * 8 ? 0 : (T)((uint64_t)a >> n);          \
    }                                                                                 \
    static inline T rol_##N(T a, int32_t n) {                                         \
        int w = sizeof(T) * 8, k = (n % w + w) % w;                                   \
        return k == 0 ? a : (T)((uint64_t)a << k | (uint64_t)a >> (w - k));           \
    }                                                                                 \
    static inline T ror_##N(T a, int32_t n) {                                         \
        int w = sizeof(T) * 8;                                                        \
        return rol_##N(a, w - (n % w + w) % w);                                       \
    }

BITS(BOOL, bool) BITS(BYTE, uint8_t) BITS(WORD, uint16_t) BITS(DWORD, uint32_t) BITS(LWORD, uint64_t)
ORDER(BOOL, bool) ORDER(BYTE, uint8_t) ORDER(WORD, uint16_t) ORDER(DWORD, uint32_t) ORDER(LWORD, uint64_t)
SHIFTS(BYTE, uint8_t) SHIFTS(WORD, uint16_t) SHIFTS(DWORD, uint32_t) SHIFTS(LWORD, uint64_t)
SHIFTS(USINT, uint8_t) SHIFTS(UINT, uint16_t) SHIFTS(UDINT, uint32_t) SHIFTS(ULINT, uint64_t)
static inline bool not_BOOL(bool a) { return !a; }
static inline uint8_t not_BYTE(uint8_t a) { return (uint8_t)~a; }
static inline uint16_t not_WORD(uint16_t a) { return (uint16_t)~a; }
static inline uint32_t not_DWORD(uint32_t a) { return ~a; }
static inline uint64_t not_LWORD(uint64_t a) { return ~a; }

/* ---- REAL and LREAL: IEEE 754, rounded after every operation; functions of REAL are the double's, rounded once */

#define FLOATING(N, T)                                                                \
    ORDER(N, T)                                                                       \
    static inline T add_##N(T a, T b) { return a + b; }                               \
    static inline T sub_##N(T a, T b) { return a - b; }                               \
    static inline T mul_##N(T a, T b) { return a * b; }                               \
    static inline T div_##N(T a, T b, int line) { (void)line; return a / b; }         \
    static inline T neg_##N(T a) { return -a; }                                       \
    static inline T abs_##N(T a) { return (T)fabs((double)a); }                       \
    static inline T pow_##N(double a, double b) { return (T)pow(a, b); }

FLOATING(REAL, float)
FLOATING(LREAL, double)

static inline uint32_t bits_of_REAL(float a) {
    uint32_t bits = 0x7fc00000;
    if (a == a) memcpy(&bits, &a, 4);
    return bits;
}
static inline uint64_t bits_of_LREAL(double a) {
    uint64_t bits = UINT64_C(0x7ff8000000000000);
    if (a == a) memcpy(&bits, &a, 8);
    return bits;
}
static inline float REAL_of_bits(uint32_t bits) { float a; memcpy(&a, &bits, 4); return a; }
static inline double LREAL_of_bits(uint64_t bits) { double a; memcpy(&a, &bits, 8); return a; }
