/* Texts: positions count bytes from 1; a count below 0 is 0, one too large takes what is there; a position that the
 * text does not have names nothing. And how each type of value is printed in a table. */

#define LONGEST 1000
typedef struct { int n; char b[LONGEST]; } text;

static inline text make(const char *bytes, int64_t count) {
    text made;
    made.n = count < 0 ? 0 : count > LONGEST ? LONGEST : (int)count;
    memcpy(made.b, bytes, (size_t)made.n);
    return made;
}
static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static inline text cut(text a, int most) { return make(a.b, least(a.n, most)); }
static inline text join(text a, text b) {
    text made = a;
    if (a.n + b.n > LONGEST) abort();
    memcpy(made.b + a.n, b.b, (size_t)b.n);
    made.n = a.n + b.n;
    return made;
}
static inline text left(text a, int64_t count) { return make(a.b, least(a.n, count)); }
static inline text right(text a, int64_t count) {
    int64_t kept = count < 0 ? 0 : least(a.n, count);
    return make(a.b + a.n - kept, kept);
}
static inline text mid(text a, int64_t count, int64_t place) {
    if (place < 1 || place > a.n) return make("", 0);
    return make(a.b + place - 1, least(a.n - place + 1, count));
}
static inline text insert(text a, text b, int64_t place) {
    if (place < 0 || place > a.n) return a;
    return join(join(left(a, place), b), right(a, a.n - place));
}
static inline text replace(text a, text b, int64_t count, int64_t place) {
    if (place < 1 || place > a.n) return a;
    int64_t gone = count < 0 ? 0 : least(a.n - place + 1, count);
    return join(join(left(a, place - 1), b), right(a, a.n - (place - 1) - gone));
}
static inline text delete(text a, int64_t count, int64_t place) { return replace(a, make("", 0), count, place); }
static inline text upper(text a) {
    for (int i = 0; i < a.n; i++) if (a.b[i] >= 'a' && a.b[i] <= 'z') a.b[i] = (char)(a.b[i] - 32);
    return a;
}
static inline text lower(text a) {
    for (int i = 0; i < a.n; i++) if (a.b[i] >= 'A' && a.b[i] <= 'Z') a.b[i] = (char)(a.b[i] + 32);
    return a;
}
static inline int16_t find(text a, text b) {
    for (int i = 0; b.n > 0 && i + b.n <= a.n; i++) if (memcmp(a.b + i, b.b, (size_t)b.n) == 0) return (int16_t)(i + 1);
    return 0;
}
static inline int compare(text a, text b) {
    int order = memcmp(a.b, b.b, (size_t)least(a.n, b.n));
    return order != 0 ? order : a.n - b.n;
}
static inline bool eq_TEXT(text a, text b) { return compare(a, b) == 0; }
static inline bool ne_TEXT(text a, text b) { return compare(a, b) != 0; }
static inline bool lt_TEXT(text a, text b) { return compare(a, b) < 0; }
static inline bool gt_TEXT(text a, text b) { return compare(a, b) > 0; }
static inline bool le_TEXT(text a, text b) { return compare(a, b) <= 0; }
static inline bool ge_TEXT(text a, text b) { return compare(a, b) >= 0; }
static inline text min_TEXT(text a, text b) { return compare(a, b) < 0 ? a : b; }
static inline text max_TEXT(text a, text b) { return compare(a, b) > 0 ? a : b; }
static inline text sel_TEXT(bool g, text a, text b) { return g ? b : a; }
static inline text limit_TEXT(text low, text a, text high) { return min_TEXT(high, max_TEXT(low, a)); }
static inline text text_of_signed(int64_t a) { text made; made.n = sprintf(made.b, "%" PRId64, a); return made; }
static inline text text_of_unsigned(uint64_t a) { text made; made.n = sprintf(made.b, "%" PRIu64, a); return made; }
static inline text text_of_bool(bool a) { return a ? make("TRUE", 4) : make("FALSE", 5); }

/* ---- one field of a table; each begins with its comma */

static inline void show_signed(int64_t a) { printf(",%" PRId64, a); }
static inline void show_unsigned(uint64_t a) { printf(",%" PRIu64, a); }
static inline void show_BOOL(bool a) { printf(a ? ",TRUE" : ",FALSE"); }
static inline void show_REAL(float a) { if (a != a) printf(",NaN"); else printf(",%.9g", (double)a); }
static inline void show_LREAL(double a) { if (a != a) printf(",NaN"); else printf(",%.17g", a); }
static inline void show_TIME(int64_t a) { printf(",T#%" PRId64 "ns", a); }
static inline void show_text(text a) { printf(",'%.*s'", a.n, a.b); }
static inline void show_clock(int64_t ns) {
    printf("%02d:%02d:%02d.%09d", (int)(ns / INT64_C(3600000000000)), (int)(ns / INT64_C(60000000000) % 60),
           (int)(ns / 1000000000 % 60), (int)(ns % 1000000000));
}
static inline void show_TOD(int64_t ns) { printf(",TOD#"); show_clock(ns); }
static inline void show_day(int64_t ns) {
    time_t seconds = ns / 1000000000 - (ns % 1000000000 < 0);
    struct tm day;
    gmtime_r(&seconds, &day);
    printf("%04d-%02d-%02d", day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
}
static inline void show_DATE(int64_t ns) { printf(",D#"); show_day(ns); }
static inline void show_DT(int64_t ns) { printf(",DT#"); show_day(ns); printf("-"); show_clock(clock_of(ns)); }
