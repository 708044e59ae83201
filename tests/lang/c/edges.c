/* What a C compiler computes at the edges of each type, as cycle traces: one table for each run, named by argv[1].
 * Integers wrap (-fwrapv), REAL is float after every operation (-ffp-contract=off). */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define COUNT(list) ((int)(sizeof(list) / sizeof((list)[0])))

static const char *word(bool value) { return value ? "TRUE" : "FALSE"; }

/* least / -1 traps on this machine; the language wraps, as 0 - least does */
#define INTEGER(name, T, print, print_as, ...)                                                          \
    static void name(void) {                                                                            \
        static const T list[] = {__VA_ARGS__};                                                          \
        puts("t_ms,a,b,?sum,?difference,?product,?quotient,?rest,?less,?equal,?least,?most,?size");     \
        int row = 0;                                                                                    \
        for (int i = 0; i < COUNT(list); i++)                                                           \
            for (int j = 0; j < COUNT(list); j++) {                                                     \
                T a = list[i], b = list[j];                                                             \
                bool minus = (T)-1 < 0 && b == (T)-1;                                                   \
                T quotient = b == 0 ? 0 : minus ? (T)(0 - a) : (T)(a / b);                              \
                T rest = b == 0 || minus ? 0 : (T)(a % b);                                              \
                T size = (T)(a < 0 ? 0 - a : a);                                                        \
                printf("%d,%" print ",%" print, row++, (print_as)a, (print_as)b);                       \
                T results[] = {(T)(a + b), (T)(a - b), (T)(a * b), quotient, rest};                     \
                for (int k = 0; k < COUNT(results); k++)                                                \
                    printf(",%" print, (print_as)results[k]);                                           \
                printf(",%s,%s", word(a < b), word(a == b));                                            \
                printf(",%" print ",%" print, (print_as)(a < b ? a : b), (print_as)(a < b ? b : a));    \
                printf(",%" print "\n", (print_as)size);                                                \
            }                                                                                           \
    }

INTEGER(SINT, int8_t, PRId64, int64_t, INT8_MIN, INT8_MIN + 1, -64, -16, -7, -2, -1, 0, 1, 2, 3, 7, 16, 64, INT8_MAX - 1,
        INT8_MAX)
INTEGER(INT, int16_t, PRId64, int64_t, INT16_MIN, INT16_MIN + 1, -256, -129, -7, -2, -1, 0, 1, 2, 7, 182, 256, INT16_MAX - 1,
        INT16_MAX)
INTEGER(DINT, int32_t, PRId64, int64_t, INT32_MIN, INT32_MIN + 1, -65536, -46341, -7, -2, -1, 0, 1, 2, 7, 46341, 65536,
        INT32_MAX - 1, INT32_MAX)
INTEGER(LINT, int64_t, PRId64, int64_t, INT64_MIN, INT64_MIN + 1, -4294967296, -3037000500, -7, -2, -1, 0, 1, 2, 7,
        3037000500, 4294967296, INT64_MAX - 1, INT64_MAX)
INTEGER(USINT, uint8_t, PRIu64, uint64_t, 0, 1, 2, 7, 15, 16, 127, 128, UINT8_MAX - 1, UINT8_MAX)
INTEGER(UINT, uint16_t, PRIu64, uint64_t, 0, 1, 2, 7, 255, 256, 32767, 32768, UINT16_MAX - 1, UINT16_MAX)
INTEGER(UDINT, uint32_t, PRIu64, uint64_t, 0, 1, 2, 7, 65535, 65536, INT32_MAX, 1u + INT32_MAX, UINT32_MAX - 1, UINT32_MAX)
INTEGER(ULINT, uint64_t, PRIu64, uint64_t, 0, 1, 2, 7, UINT32_MAX, 1ull + UINT32_MAX, INT64_MAX, 1ull + INT64_MAX,
        UINT64_MAX - 1, UINT64_MAX)

/* The sign of a NaN is nobody's: it is shown without one. */
#define FLOATING(name, T, digits, root, ...)                                                            \
    static void show_##name(T value) {                                                                  \
        if (isnan(value))                                                                               \
            printf(",NaN");                                                                             \
        else                                                                                            \
            printf(",%." #digits "g", (double)value);                                                   \
    }                                                                                                   \
    static void name(void) {                                                                            \
        static const T list[] = {__VA_ARGS__};                                                          \
        puts("t_ms,a,b,?sum,?difference,?product,?quotient,?opposite,?size,?root,?less,?equal,?unequal"); \
        int row = 0;                                                                                    \
        for (int i = 0; i < COUNT(list); i++)                                                           \
            for (int j = 0; j < COUNT(list); j++) {                                                     \
                volatile T a = list[i], b = list[j];                                                    \
                printf("%d", row++);                                                                    \
                T shown[] = {a, b, a + b, a - b, a * b, a / b, -a, a < 0 || signbit(a) ? -a : a, root(a)}; \
                for (int k = 0; k < COUNT(shown); k++)                                                  \
                    show_##name(shown[k]);                                                              \
                printf(",%s,%s,%s\n", word(a < b), word(a == b), word(a != b));                         \
            }                                                                                           \
    }

FLOATING(REAL, float, 9, sqrtf, 0.0f, -0.0f, 1.0f, -1.0f, 0.1f, 3.0f, 16777216.0f, 16777217.0f, 1.0e20f, 3.40282347e38f,
         -3.40282347e38f, 1.17549435e-38f, 1.40129846e-45f, -1.40129846e-45f, INFINITY, -INFINITY, NAN)
FLOATING(LREAL, double, 17, sqrt, 0.0, -0.0, 1.0, -1.0, 0.1, 3.0, 9007199254740992.0, 9007199254740993.0, 1.0e200,
         1.7976931348623157e308, -1.7976931348623157e308, 2.2250738585072014e-308, 4.9406564584124654e-324,
         -4.9406564584124654e-324, INFINITY, -INFINITY, NAN)

static void TIME(void) {
    static const int64_t list[] = {INT64_MIN, INT64_MIN + 1, -86400000000000, -1, 0, 1, 999, 1000000, 1000000000,
                                   86400000000000, INT64_MAX - 1, INT64_MAX};
    puts("t_ms,a,b,?sum,?difference,?opposite,?less,?equal");
    int row = 0;
    for (int i = 0; i < COUNT(list); i++)
        for (int j = 0; j < COUNT(list); j++) {
            int64_t a = list[i], b = list[j], shown[] = {a, b, a + b, a - b, -a};
            printf("%d", row++);
            for (int k = 0; k < COUNT(shown); k++)
                if (shown[k] < 0)
                    printf(",T#-%" PRIu64 "ns", (uint64_t)0 - (uint64_t)shown[k]);
                else
                    printf(",T#%" PRId64 "ns", shown[k]);
            printf(",%s,%s\n", word(a < b), word(a == b));
        }
}

#define BITS(name, T, ...)                                                                              \
    static void name(void) {                                                                            \
        enum { width = sizeof(T) * 8 };                                                                 \
        static const T list[] = {__VA_ARGS__};                                                          \
        static const int by[] = {-1, 0, 1, 3, width - 1, width, width + 1, 200};                        \
        puts("t_ms,a,b,n,?both,?either,?one,?others,?left,?right,?turned_left,?turned_right");          \
        int row = 0;                                                                                    \
        for (int i = 0; i < COUNT(list); i++)                                                           \
            for (int j = 0; j < COUNT(by); j++) {                                                       \
                T a = list[i], b = list[(i + j) % COUNT(list)];                                         \
                int n = by[j], turn = (n % width + width) % width, rest = (width - turn) % width;       \
                bool out = n < 0 || n >= width;                                                         \
                T shown[] = {a & b, a | b, a ^ b, ~a, out ? 0 : a << n, out ? 0 : a >> n,               \
                             (T)(a << turn) | a >> rest, a >> turn | (T)(a << rest)};                   \
                printf("%d,%" PRIu64 ",%" PRIu64 ",%d", row++, (uint64_t)a, (uint64_t)b, n);            \
                for (int k = 0; k < COUNT(shown); k++)                                                  \
                    printf(",%" PRIu64, (uint64_t)shown[k]);                                            \
                puts("");                                                                               \
            }                                                                                           \
    }

BITS(BYTE, uint8_t, 0, 1, 0x80, 0x96, 0x55, UINT8_MAX)
BITS(WORD, uint16_t, 0, 1, 0x8000, 0x9669, 0x5555, UINT16_MAX)
BITS(DWORD, uint32_t, 0, 1, 0x80000000, 0x96696996, 0x55555555, UINT32_MAX)
BITS(LWORD, uint64_t, 0, 1, 0x8000000000000000, 0x9669699669969669, 0x5555555555555555, UINT64_MAX)

/* What does not fit becomes the nearest there is and counts; NaN is 0 and counts. A limit that a double cannot hold is
 * the next power of two, which does not fit. */
static int faults;

#define NEAREST(T, limit) T nearest_##T(double x) {                                                     \
        double whole = rint(x), least = (T)-1 < 0 ? -(limit) : 0.0;                                     \
        bool high = whole >= (limit), low = whole < least;                                              \
        faults += isnan(x) || high || low;                                                              \
        T top = (T)-1 < 0 ? (T)(((uint64_t)1 << (sizeof(T) * 8 - 1)) - 1) : (T)-1;                      \
        return isnan(x) ? 0 : high ? top : low ? (T)((T)-1 < 0 ? -top - 1 : 0) : (T)whole;              \
    }

#define FIT(T) T fit_##T(__int128 n) {                                                                  \
        T top = (T)-1 < 0 ? (T)(((uint64_t)1 << (sizeof(T) * 8 - 1)) - 1) : (T)-1;                      \
        __int128 least = (T)-1 < 0 ? -(__int128)top - 1 : 0;                                            \
        faults += n > top || n < least;                                                                 \
        return n > top ? top : n < least ? (T)least : (T)n;                                             \
    }

static NEAREST(int8_t, 128.0) static NEAREST(int16_t, 32768.0) static NEAREST(int32_t, 2147483648.0)
static NEAREST(int64_t, 9223372036854775808.0) static NEAREST(uint8_t, 256.0) static NEAREST(uint16_t, 65536.0)
static NEAREST(uint32_t, 4294967296.0) static NEAREST(uint64_t, 18446744073709551616.0)
static FIT(int8_t) static FIT(int16_t) static FIT(int32_t) static FIT(int64_t)
static FIT(uint8_t) static FIT(uint16_t) static FIT(uint32_t) static FIT(uint64_t)

#define EACH(how, x)                                                                                    \
    printf(",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64, \
           (int64_t)how##_int8_t(x), (int64_t)how##_int16_t(x), (int64_t)how##_int32_t(x), how##_int64_t(x), \
           (uint64_t)how##_uint8_t(x), (uint64_t)how##_uint16_t(x), (uint64_t)how##_uint32_t(x), how##_uint64_t(x))

#define INTEGERS "?as_sint,?as_int,?as_dint,?as_lint,?as_usint,?as_uint,?as_udint,?as_ulint"

static void from_LREAL(void) {
    static const double list[] = {0.0, -0.0, 0.4, 0.5, 1.5, 2.5, -0.4, -0.5, -0.6, -1.5, -2.5, 126.5, 127.4, 127.5, 128.0,
        -128.5, -128.6, -129.0, 254.5, 255.5, 32766.5, 32767.5, -32768.5, -32769.0, 65534.5, 65535.5, 2147483646.5,
        2147483647.5, -2147483648.5, -2147483649.0, 4294967295.4, 4294967295.5, 9007199254740993.0, 9223372036854774784.0,
        9223372036854775808.0, -9223372036854775808.0, -9223372036854777856.0, 18446744073709549568.0,
        18446744073709551616.0, 1.0e300, -1.0e300, 4.9406564584124654e-324, INFINITY, -INFINITY, NAN};
    puts("t_ms,x," INTEGERS ",?as_real,?Sys.ConversionFaults");
    for (int i = 0; i < COUNT(list); i++) {
        double x = list[i];
        printf("%d", i);
        show_LREAL(x);
        EACH(nearest, x);
        show_REAL((float)x);
        printf(",%d\n", faults);
    }
}

static void from_REAL(void) {
    static const float list[] = {0.0f, -0.0f, 0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 127.5f, 126.5f, -128.5f, 255.5f, 32767.5f,
        32766.5f, 65535.5f, 16777217.0f, 2147483520.0f, 2147483648.0f, -2147483648.0f, 4294967040.0f, 4294967296.0f,
        9.2233715e18f, 9.223372e18f, 1.8446743e19f, 1.8446744e19f, 3.40282347e38f, 1.40129846e-45f, INFINITY, -INFINITY, NAN};
    puts("t_ms,x," INTEGERS ",?as_lreal,?Sys.ConversionFaults");
    for (int i = 0; i < COUNT(list); i++) {
        float x = list[i];
        printf("%d", i);
        show_REAL(x);
        EACH(nearest, x);
        show_LREAL(x);
        printf(",%d\n", faults);
    }
}

#define FROM_INTEGER(name, T, print, ...)                                                               \
    static void name(void) {                                                                            \
        static const T list[] = {__VA_ARGS__};                                                          \
        puts("t_ms,x," INTEGERS                                                                         \
             ",?as_real,?as_lreal,?as_bool,?as_byte,?as_word,?as_dword,?as_lword,?Sys.ConversionFaults"); \
        for (int i = 0; i < COUNT(list); i++) {                                                         \
            T x = list[i];                                                                              \
            printf("%d,%" print, i, x);                                                                 \
            EACH(fit, x);                                                                               \
            show_REAL((float)x);                                                                        \
            show_LREAL((double)x);                                                                      \
            printf(",%s,%u,%u,%u", word(x != 0), (uint8_t)x, (uint16_t)x, (uint32_t)x);                 \
            printf(",%" PRIu64 ",%d\n", (uint64_t)x, faults);                                           \
        }                                                                                               \
    }

FROM_INTEGER(from_LINT, int64_t, PRId64, 0, 1, -1, 127, 128, -128, -129, 255, 256, 32767, 32768, -32768, -32769, 65535,
             65536, 16777217, INT32_MAX, 1ll + INT32_MAX, INT32_MIN, INT32_MIN - 1ll, UINT32_MAX, 1ll + UINT32_MAX,
             9007199254740993, INT64_MAX - 1, INT64_MAX, INT64_MIN, INT64_MIN + 1)
FROM_INTEGER(from_ULINT, uint64_t, PRIu64, 0, 1, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 16777217, INT32_MAX,
             1ull + INT32_MAX, UINT32_MAX, 1ull + UINT32_MAX, 9007199254740993, INT64_MAX, 1ull + INT64_MAX,
             UINT64_MAX - 1024, UINT64_MAX)

#define NAMED(name) {#name, name}
static const struct {
    const char *name;
    void (*write)(void);
} tables[] = {NAMED(SINT), NAMED(INT), NAMED(DINT), NAMED(LINT), NAMED(USINT), NAMED(UINT), NAMED(UDINT), NAMED(ULINT),
              NAMED(REAL), NAMED(LREAL), NAMED(TIME), NAMED(BYTE), NAMED(WORD), NAMED(DWORD), NAMED(LWORD),
              NAMED(from_LREAL), NAMED(from_REAL), NAMED(from_LINT), NAMED(from_ULINT)};

int main(int count, char **arguments) {
    for (int i = 0; i < COUNT(tables); i++)
        if (count == 2 && !strcmp(arguments[1], tables[i].name)) {
            tables[i].write();
            return 0;
        }
    return 1;
}
