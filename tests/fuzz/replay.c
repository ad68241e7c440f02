/* Runs a fuzz target over its corpus where libFuzzer is not linked in: fuzz_NAME reads every
 * file of tests/fuzz/corpus/NAME, one TAP line each. */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int is_input(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* The whole file, *SIZE bytes exactly, so that a sanitizer sees a read behind them. */
static uint8_t *read_whole(const char *name, size_t *size)
{
    FILE *in = fopen(name, "rb");
    long end = in && !fseek(in, 0, SEEK_END) ? ftell(in) : -1;
    uint8_t *data = end >= 0 ? malloc(end ? (size_t)end : 1) : NULL;
    *size = data ? (size_t)end : 0;
    if (data) {
        rewind(in);
        if (fread(data, 1, *size, in) != *size) {
            free(data);
            data = NULL;
        }
    }
    if (in)
        fclose(in);
    return data;
}

static bool replay(const char *name, int number)
{
    size_t size;
    uint8_t *data = read_whole(name, &size);
    if (data)
        LLVMFuzzerTestOneInput(data, size); /* a failure ends the program */
    bool passed = data != NULL;
    printf("%sok %d - %s\n", passed ? "" : "not ", number, name);
    fflush(stdout);
    free(data);
    return passed;
}

/* The corpus becomes the working directory. */
static bool enter_corpus(const char *program)
{
    char folder[4096];
    const char *top = getenv("top_srcdir"), *base = strrchr(program, '/');
    const char *name = strstr(base ? base : program, "fuzz_");
    if (!name)
        return false;
    snprintf(folder, sizeof folder, "%s/tests/fuzz/corpus/%s", top ? top : ".",
             name + strlen("fuzz_"));
    return !chdir(folder);
}

int main(int argc, char **argv)
{
    struct dirent **entries = NULL;
    int count = argc && enter_corpus(*argv) ? scandir(".", &entries, is_input, alphasort) : 0;
    if (count <= 0) {
        puts("1..1\nnot ok 1 - there is no corpus of this name");
        return 1;
    }
    printf("1..%d\n", count);
    bool passed = true;
    for (int i = 0; i < count; i++) {
        passed &= replay(entries[i]->d_name, i + 1);
        free(entries[i]);
    }
    free(entries);
    return !passed;
}
