// Texts as the language has them: a length, then the characters; what is not used is zero.
#define _GNU_SOURCE
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

static size_t append(char *to, size_t used, size_t size, const char *from, size_t count) {
    if (count > size - used)
        count = size - used;
    memcpy(to + used, from, count);
    return used + count;
}

static void write_line(const Message *message, uint16_t *length, char *to, size_t size) {
    const char *text = message->Text.text, *end = text + message->Text.length;
    const char *is = memmem(text, message->Text.length, " is ", 4);
    size_t used = append(to, 0, size, message->Place.text, message->Place.length);
    if (!is)
        is = end;
    used = append(to, used, size, ": ", 2);
    used = append(to, used, size, is + 1, is < end ? (size_t)(end - is - 1) : 0);
    used = append(to, used, size, " (", 2);
    used = append(to, used, size, text, (size_t)(is - text));
    used = append(to, used, size, ")", 1);
    memset(to + used, 0, size - used);
    *length = (uint16_t)used;
    char *space = memchr(to, ' ', used);
    if (space)
        *space = '-';
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
    for (int i = 0; i < 8 && i < p->count; i++)
        write_line(&p->list[i], &p->lines[i].length, p->lines[i].text, sizeof(p->lines[i].text));
    return 0;
}
