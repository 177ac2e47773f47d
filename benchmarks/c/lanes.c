/* How fast `bands` can go in whole people: draws in lock step.
 *
 * Every cell is moved for LANES draws at once. The draws share each cell's chances, so one table of q^n serves all of
 * them, and the search of an inversion takes its steps for all draws together: arithmetic in short vectors, which the
 * compiler finds by itself. Random numbers are xoshiro256++, one generator a draw; nothing is kept but sums by role.
 *
 * Arguments: file of the workload, draws (a multiple of LANES), repeats. Prints seconds of each repeat and the mean
 * number of people at the end.
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "workload.h"

#define LANES 32
#define LARGEST 1024 /* sizes that the tables reach */
#define STEPS_MOST 2048

typedef struct {
    uint64_t s0[LANES], s1[LANES], s2[LANES], s3[LANES];
} __attribute__((aligned(64))) Streams;

static double *table, odds[ROLES * BANDS + BANDS], inverse[STEPS_MOST], nobody[CELLS];

static inline uint64_t turn(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

static void seed_streams(Streams *r, int first)
{
    for (int l = 0; l < LANES; l++) {
        uint64_t x = (uint64_t)(first + l) * 7919u + 1, *word[4] = {r->s0, r->s1, r->s2, r->s3};
        for (int w = 0; w < 4; w++) {
            uint64_t z = (x += 0x9e3779b97f4a7c15ull);
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
            z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
            word[w][l] = z ^ (z >> 31);
        }
    }
}

static inline void uniforms(Streams *r, double *u)
{
    for (int l = 0; l < LANES; l++) {
        uint64_t word = turn(r->s0[l] + r->s3[l], 23) + r->s0[l], moved = r->s1[l] << 17;
        r->s2[l] ^= r->s0[l];
        r->s3[l] ^= r->s1[l];
        r->s1[l] ^= r->s2[l];
        r->s0[l] ^= r->s3[l];
        r->s2[l] ^= moved;
        r->s3[l] = turn(r->s3[l], 45);
        u[l] = (double)(int64_t)(word >> 11) * 0x1p-53;
    }
}

/* Binomial counts of n[l] people with one chance; row is its table of q^n, ratio its odds. */
static inline void binomials(Streams *r, const double *n, const double *row, double ratio, double *count)
{
    double u[LANES], mass[LANES], below[LANES];
    int going = 0;
    uniforms(r, u);
    for (int l = 0; l < LANES; l++) {
        mass[l] = below[l] = row[(int)n[l]];
        count[l] = u[l] >= below[l] ? 1.0 : 0.0;
        going += u[l] >= below[l];
    }
    for (int k = 0; going; k++) {
        double factor = ratio * inverse[k + 1];
        going = 0;
        for (int l = 0; l < LANES; l++) {
            mass[l] *= factor * (n[l] - k);
            below[l] += mass[l];
            int more = (u[l] >= below[l]) & (count[l] < n[l]) & (count[l] > k);
            count[l] += more ? 1.0 : 0.0;
            going += more;
        }
    }
}

static inline void poissons(Streams *r, double mean, double none, double *count)
{
    double u[LANES], mass = none, below = none;
    int going = 0;
    uniforms(r, u);
    for (int l = 0; l < LANES; l++) {
        count[l] = u[l] >= below ? 1.0 : 0.0;
        going += u[l] >= below;
    }
    for (int k = 1; going && k < 200; k++) {
        mass *= mean * inverse[k];
        below += mass;
        going = 0;
        for (int l = 0; l < LANES; l++) {
            int more = u[l] >= below;
            count[l] += more ? 1.0 : 0.0;
            going += more;
        }
    }
}

static void run(int first, double *out, double *people)
{
    Streams r;
    seed_streams(&r, first);
    for (int c = 0; c < CELLS; c++)
        for (int l = 0; l < LANES; l++) people[c * LANES + l] = opening[c];
    for (int month = 0; month < MONTHS; month++) {
        double total[ROLES][LANES];
        memset(total, 0, sizeof total);
        for (int g = 0; g < GROUPS; g++) {
            int role = g % ROLES;
            double risen[LANES] = {0};
            for (int b = 0; b < BANDS; b++) {
                int cell = b * GROUPS + g, law = role * BANDS + b;
                double *n = people + (size_t)cell * LANES, gone[LANES], rising[LANES], come[LANES];
                binomials(&r, n, table + (size_t)law * LARGEST, odds[law], gone);
                for (int l = 0; l < LANES; l++) {
                    n[l] -= gone[l];
                    rising[l] = 0;
                }
                law = ROLES * BANDS + b;
                if (b < BANDS - 1) binomials(&r, n, table + (size_t)law * LARGEST, odds[law], rising);
                poissons(&r, coming[cell], nobody[cell], come);
                for (int l = 0; l < LANES; l++) {
                    n[l] += risen[l] + come[l] - rising[l];
                    risen[l] = rising[l];
                    total[role][l] += n[l];
                }
            }
        }
        for (int l = 0; l < LANES; l++)
            for (int role = 0; role < ROLES; role++) out[((size_t)l * MONTHS + month) * ROLES + role] = total[role][l];
    }
}

int main(int argc, char **argv)
{
    if (argc != 4) return 2;
    read_workload(argv[1]);
    int draws = atoi(argv[2]), repeats = atoi(argv[3]), laws = ROLES * BANDS + BANDS;
    table = malloc(sizeof(double) * LARGEST * laws);
    for (int law = 0; law < laws; law++) {
        double p = law < ROLES * BANDS ? leaving[law] : rising_chance[law - ROLES * BANDS];
        odds[law] = p / (1 - p);
        for (int n = 0; n < LARGEST; n++) table[(size_t)law * LARGEST + n] = pow(1 - p, n);
    }
    for (int k = 1; k < STEPS_MOST; k++) inverse[k] = 1.0 / k;
    for (int c = 0; c < CELLS; c++) nobody[c] = exp(-coming[c]);
    double *out = malloc(sizeof(double) * draws * MONTHS * ROLES);
    printf("{\"seconds\": [");
    for (int repeat = 0; repeat < repeats; repeat++) {
        double start = now();
#pragma omp parallel
        {
            double *people = aligned_alloc(64, sizeof(double) * CELLS * LANES);
#pragma omp for schedule(dynamic, 1)
            for (int block = 0; block < draws / LANES; block++)
                run(block * LANES, out + (size_t)block * LANES * MONTHS * ROLES, people);
            free(people);
        }
        printf("%s%.6f", repeat ? ", " : "", now() - start);
    }
    printf("], \"people\": %.6f}\n", mean_at_end(out, draws));
    return 0;
}
