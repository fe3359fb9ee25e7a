/* The floor: what a plain C parser needs to find the door changes of 0x60D and 0x454 in candump text. Prints frames, changes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 1 << 20, LONGEST = 1 << 16, IDS = 0x800 };
static char text[CHUNK + LONGEST];
static signed char hex[256];
static unsigned char last[IDS][8];
static unsigned char door_byte[IDS], door_mask[IDS];
static long long frames, changes, newest_us, speeds;

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
    unsigned char data[8];
    for (; at + 1 < end && size < 8 && hex[(unsigned char)at[0]] >= 0 && hex[(unsigned char)at[1]] >= 0; at += 2)
        data[size++] = (unsigned char)(hex[(unsigned char)at[0]] << 4 | hex[(unsigned char)at[1]]);
    frames++;
    newest_us = seconds * 1000000 + us;
    if (id == 0x280) speeds += size;
    if (door_mask[id] && size > door_byte[id]) changes += ((data[door_byte[id]] ^ last[id][door_byte[id]]) & door_mask[id]) != 0;
    memcpy(last[id], data, size);
}

int main(int count, char **words) {
    FILE *file = count > 1 ? fopen(words[1], "rb") : NULL;
    if (!file) return 2;
    memset(hex, -1, sizeof hex);
    for (int n = 0; n < 16; n++) hex[(unsigned char)"0123456789ABCDEF"[n]] = hex[(unsigned char)"0123456789abcdef"[n]] = (signed char)n;
    door_mask[0x60D] = 0xF8, door_byte[0x454] = 5, door_mask[0x454] = 0xAA;
    size_t rest = 0, got;
    while ((got = fread(text + rest, 1, CHUNK, file)) > 0) {
        char *at = text, *end = text + rest + got, *line_end;
        for (; (line_end = memchr(at, '\n', (size_t)(end - at))); at = line_end + 1) take(at, line_end);
        rest = (size_t)(end - at) < LONGEST ? (size_t)(end - at) : 0;
        memmove(text, at, rest);
    }
    printf("%lld %lld %lld\n", frames, changes, newest_us);
    return fclose(file);
}
