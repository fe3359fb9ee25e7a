/* The floor for signals: a plain C parser that takes every signal of a table (id shift length) out of each frame. Prints frames, changes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 1 << 20, LONGEST = 1 << 16, IDS = 0x800, MOST = 16 };
struct signal { unsigned shift; unsigned long long mask, last, low, high; };
static char text[CHUNK + LONGEST];
static signed char hex[256];
static struct signal signals[IDS][MOST];
static unsigned count[IDS], seen[IDS];
static long long frames, changes, newest_us;

static void take(const char *at, const char *end) {
    long long seconds = 0, us = 0;
    if (*at++ != '(') return;
    while (*at >= '0' && *at <= '9') seconds = seconds * 10 + (*at++ - '0');
    if (*at++ != '.') return;
    while (*at >= '0' && *at <= '9') us = us * 10 + (*at++ - '0');
    if (*at++ != ')' || *at++ != ' ') return;
    const char *mark = memchr(at, ' ', (size_t)(end - at));
    if (!mark) return;
    unsigned id = 0, size = 0;
    for (at = mark + 1; hex[(unsigned char)*at] >= 0; at++) id = id << 4 | (unsigned)hex[(unsigned char)*at];
    if (*at++ != '#' || id >= IDS) return;
    unsigned long long data = 0;
    for (; at + 1 < end && size < 8 && hex[(unsigned char)at[0]] >= 0 && hex[(unsigned char)at[1]] >= 0; at += 2, size++)
        data |= (unsigned long long)(hex[(unsigned char)at[0]] << 4 | hex[(unsigned char)at[1]]) << 8 * size;
    frames++;
    newest_us = seconds * 1000000 + us;
    for (unsigned n = 0; n < count[id]; n++) {
        struct signal *one = &signals[id][n];
        unsigned long long value = data >> one->shift & one->mask;
        if (!seen[id]) one->last = one->low = one->high = value;
        changes += value != one->last;
        one->last = value;
        if (value < one->low) one->low = value;
        if (value > one->high) one->high = value;
    }
    seen[id] = 1;
}

int main(int words_count, char **words) {
    FILE *file = words_count > 2 ? fopen(words[1], "rb") : NULL, *table = words_count > 2 ? fopen(words[2], "r") : NULL;
    if (!file || !table) return 2;
    memset(hex, -1, sizeof hex);
    for (int n = 0; n < 16; n++) hex[(unsigned char)"0123456789ABCDEF"[n]] = hex[(unsigned char)"0123456789abcdef"[n]] = (signed char)n;
    unsigned id, shift, length;
    while (fscanf(table, "%u %u %u", &id, &shift, &length) == 3)
        if (id < IDS && count[id] < MOST) signals[id][count[id]++] = (struct signal){shift, length < 64 ? (1ULL << length) - 1 : ~0ULL, 0, 0, 0};
    size_t rest = 0, got;
    while ((got = fread(text + rest, 1, CHUNK, file)) > 0) {
        char *at = text, *end = text + rest + got, *line_end;
        for (; (line_end = memchr(at, '\n', (size_t)(end - at))); at = line_end + 1) take(at, line_end);
        rest = (size_t)(end - at) < LONGEST ? (size_t)(end - at) : 0;
        memmove(text, at, rest);
    }
    printf("%lld %lld %lld\n", frames, changes, newest_us);
    return fclose(table) | fclose(file);
}
