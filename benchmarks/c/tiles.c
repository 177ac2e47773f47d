/* How fast `bands` can go in expected values: all months of some groups before the next groups.
 *
 * The people and coefficients of TILE groups stay in the nearest cache, or in registers, for all months of a draw.
 *
 * Arguments: file of the workload, draws, repeats. Prints seconds of each repeat and the mean number of people at the
 * end.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "workload.h"

#define TILE 48

static void run(double scale, double *out)
{
    memset(out, 0, sizeof(double) * MONTHS * ROLES);
    for (int first = 0; first < GROUPS; first += TILE) {
        double n[BANDS][TILE], stays[BANDS][TILE], rises[BANDS][TILE], comes[BANDS][TILE];
        for (int b = 0; b < BANDS; b++)
            for (int g = 0; g < TILE; g++) {
                int cell = b * GROUPS + first + g;
                double left = 1 - scale * leaving[(first + g) % ROLES * BANDS + b];
                n[b][g] = opening[cell];
                stays[b][g] = left * (1 - rising_chance[b]);
                rises[b][g] = left * rising_chance[b];
                comes[b][g] = coming[cell];
            }
        for (int month = 0; month < MONTHS; month++) {
            double risen[TILE] = {0}, total[TILE] = {0};
            for (int b = 0; b < BANDS; b++)
                for (int g = 0; g < TILE; g++) {
                    double before = n[b][g], after = before * stays[b][g] + risen[g] + comes[b][g];
                    risen[g] = before * rises[b][g];
                    n[b][g] = after;
                    total[g] += after;
                }
            for (int role = 0; role < ROLES; role++)
                for (int g = role; g < TILE; g += ROLES) out[month * ROLES + role] += total[g];
        }
    }
}

int main(int argc, char **argv)
{
    if (argc != 4) return 2;
    read_workload(argv[1]);
    int draws = atoi(argv[2]), repeats = atoi(argv[3]);
    double *out = malloc(sizeof(double) * draws * MONTHS * ROLES);
    printf("{\"seconds\": [");
    for (int repeat = 0; repeat < repeats; repeat++) {
        double start = now();
#pragma omp parallel for schedule(dynamic, 4)
        for (int draw = 0; draw < draws; draw++) run(scale[draw % SCALES], out + (size_t)draw * MONTHS * ROLES);
        printf("%s%.6f", repeat ? ", " : "", now() - start);
    }
    printf("], \"people\": %.6f}\n", mean_at_end(out, draws));
    return 0;
}
