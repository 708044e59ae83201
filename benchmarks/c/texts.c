// Texts as the language has them: a length, then the characters; what is not used is zero.
#include "layout.h"
#include <string.h>

#define SET_TEXT(to, from) set_text(&(to)->length, (to)->text, sizeof((to)->text), (from)->length, (from)->text)
#define COMPARE(a, b) compare((a)->length, (a)->text, (b)->length, (b)->text)
#define EQUAL(a, b) ((a)->length == (b)->length && memcmp((a)->text, (b)->text, (a)->length) == 0)

static void set_text(uint16_t *length, char *to, size_t size, uint16_t from_length, const char *from) {
    size_t count = from_length < size ? from_length : size;
    memcpy(to, from, count);
    memset(to + count, 0, size - count);
    *length = (uint16_t)count;
}

static int compare(uint16_t a_length, const char *a, uint16_t b_length, const char *b) {
    int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
    return order ? order : a_length - b_length;
}

int32_t run(texts *p, void *site, void *globals, void *context) {
    int found = -1;
    (void)site, (void)globals, (void)context;
    for (int i = 0; i < p->count && found < 0; i++)
        if (EQUAL(&p->list[i].Place, &p->place) && EQUAL(&p->list[i].Text, &p->text))
            found = i;
    p->seen = 1;
    if (found >= 0)
        p->seen = p->list[found].Count + 1;
    else if (p->count < 64)
        found = p->count++;
    else
        found = 63;
    memmove(&p->list[1], &p->list[0], (size_t)found * sizeof(Message));
    SET_TEXT(&p->list[0].Place, &p->place);
    SET_TEXT(&p->list[0].Text, &p->text);
    p->list[0].Count = p->seen;
    int least = 0, greatest = 0;
    for (int i = 1; i < p->count; i++) {
        if (COMPARE(&p->list[i].Text, &p->list[least].Text) < 0)
            least = i;
        else if (COMPARE(&p->list[i].Text, &p->list[greatest].Text) > 0)
            greatest = i;
    }
    p->least = p->list[least].Text;
    p->greatest = p->list[greatest].Text;
    SET_TEXT(&p->shown, &p->greatest);
    return 0;
}
