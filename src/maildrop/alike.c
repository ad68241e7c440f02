#include "config.h"

#include "maildrop/alike.h"

#include <stddef.h>

/* Pairs in the order of their code points. */
static const struct {
    uint16_t alike;
    char latin;
} pairs[] = {
    {0x00B5, 'u'},
    {0x00D8, 'O'},
    {0x00F8, 'o'},
    {0x0131, 'i'},
    {0x0251, 'a'},
    {0x0261, 'g'},
    {0x0269, 'i'},
    {0x026A, 'I'},
    /* Greek */
    {0x037F, 'J'},
    {0x0391, 'A'},
    {0x0392, 'B'},
    {0x0395, 'E'},
    {0x0396, 'Z'},
    {0x0397, 'H'},
    {0x0399, 'I'},
    {0x039A, 'K'},
    {0x039C, 'M'},
    {0x039D, 'N'},
    {0x039F, 'O'},
    {0x03A1, 'P'},
    {0x03A4, 'T'},
    {0x03A5, 'Y'},
    {0x03A7, 'X'},
    {0x03B1, 'a'},
    {0x03B3, 'y'},
    {0x03B5, 'e'},
    {0x03B7, 'n'},
    {0x03B9, 'i'},
    {0x03BA, 'k'},
    {0x03BC, 'u'},
    {0x03BD, 'v'},
    {0x03BF, 'o'},
    {0x03C1, 'p'},
    {0x03C3, 'o'},
    {0x03C4, 't'},
    {0x03C5, 'u'},
    {0x03C7, 'x'},
    {0x03C9, 'w'},
    {0x03F2, 'c'},
    {0x03F3, 'j'},
    {0x03F9, 'C'},
    /* Cyrillic */
    {0x0405, 'S'},
    {0x0406, 'I'},
    {0x0408, 'J'},
    {0x0410, 'A'},
    {0x0412, 'B'},
    {0x0415, 'E'},
    {0x0417, 'E'},
    {0x041A, 'K'},
    {0x041C, 'M'},
    {0x041D, 'H'},
    {0x041E, 'O'},
    {0x0420, 'P'},
    {0x0421, 'C'},
    {0x0422, 'T'},
    {0x0423, 'Y'},
    {0x0425, 'X'},
    {0x0430, 'a'},
    {0x0432, 'b'},
    {0x0433, 'r'},
    {0x0435, 'e'},
    {0x043A, 'k'},
    {0x043C, 'm'},
    {0x043D, 'h'},
    {0x043E, 'o'},
    {0x0440, 'p'},
    {0x0441, 'c'},
    {0x0442, 't'},
    {0x0443, 'y'},
    {0x0445, 'x'},
    {0x0455, 's'},
    {0x0456, 'i'},
    {0x0458, 'j'},
    {0x0475, 'v'},
    {0x04AE, 'Y'},
    {0x04BB, 'h'},
    {0x04C0, 'I'},
    {0x04CF, 'l'},
    {0x0501, 'd'},
    {0x051A, 'Q'},
    {0x051B, 'q'},
    {0x051C, 'W'},
    {0x051D, 'w'},
    /* Armenian, Cherokee, small capitals */
    {0x0555, 'O'},
    {0x0570, 'h'},
    {0x0578, 'n'},
    {0x057D, 'u'},
    {0x0585, 'o'},
    {0x13A0, 'D'},
    {0x13A1, 'R'},
    {0x13A2, 'T'},
    {0x13AA, 'A'},
    {0x13B3, 'W'},
    {0x13BB, 'H'},
    {0x13C0, 'G'},
    {0x13DA, 'S'},
    {0x13DE, 'L'},
    {0x13DF, 'C'},
    {0x13E2, 'P'},
    {0x1D00, 'a'},
    {0x1D04, 'c'},
    {0x1D05, 'd'},
    {0x1D07, 'e'},
    {0x1D0A, 'j'},
    {0x1D0B, 'k'},
    {0x1D0D, 'm'},
    {0x1D0F, 'o'},
    {0x1D18, 'p'},
    {0x1D1B, 't'},
    {0x1D1C, 'u'},
    {0x1D20, 'v'},
    {0x1D21, 'w'},
    {0x1D22, 'z'},
};

uint32_t alike_latin(uint32_t c)
{
    size_t low = 0, high = sizeof pairs / sizeof *pairs;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (pairs[middle].alike == c)
            return (unsigned char)pairs[middle].latin;
        if (pairs[middle].alike < c)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}
