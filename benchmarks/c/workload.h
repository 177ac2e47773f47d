/* The workload `bands` as `benchmarks/_bands.py` writes it: doubles, cells band by band. */
#include <time.h>

#define BANDS 6
#define ROLES 12
#define GROUPS 2016
#define CELLS (GROUPS * BANDS)
#define MONTHS 120
#define SCALES 1000

static double opening[CELLS], coming[CELLS], leaving[ROLES * BANDS], rising_chance[BANDS], scale[SCALES];

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

static void read_workload(const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t found = file ? fread(opening, sizeof(double), CELLS, file) + fread(coming, sizeof(double), CELLS, file)
                              + fread(leaving, sizeof(double), ROLES * BANDS, file)
                              + fread(rising_chance, sizeof(double), BANDS, file)
                              + fread(scale, sizeof(double), SCALES, file)
                        : 0;
    if (found != 2 * CELLS + ROLES * BANDS + BANDS + SCALES) {
        fprintf(stderr, "%s is not the workload\n", path);
        exit(1);
    }
    fclose(file);
}

static double mean_at_end(const double *out, int draws)
{
    double people = 0;
    for (int draw = 0; draw < draws; draw++)
        for (int role = 0; role < ROLES; role++) people += out[((size_t)draw * MONTHS + MONTHS - 1) * ROLES + role];
    return people / draws;
}
