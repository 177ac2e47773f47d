/* The workload `erlang_a`: M/M/20 whose people give up waiting, urgent ones first, so many arrivals from empty to empty.

   Two ways. `heap`: one binary heap of arrivals, ends of work and givings-up (of those who have started meanwhile: skipped),
   and a line for each class. `flat`: no heap: the next arrival, the ends of work of twenty servers in an array that is
   searched, and givings-up found out when their turn in the line comes.

   Arguments: file to write, way, arrivals, runs. Writes a JSON array: seconds, arrived, gave_up, waited of each run. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SERVERS 20
#define CLASSES 2
#define LAYERS 256

static const double RATE = 18, SERVICE = 1, PATIENCE = 5, URGENT = 0.3;

enum { ARRIVAL, END, GIVING_UP };
enum { WAITS, STARTED, GONE };

typedef struct {
    double time;
    uint32_t person, kind;
} Event;

typedef struct {
    uint32_t *people, head, tail;
} Line;

typedef struct {
    double waited;
    uint32_t gave_up;
} Told;

static uint64_t state[4];
static double layer_x[LAYERS + 1], layer_y[LAYERS + 1];
static Event *heap;
static int events;
static double *came, *until;
static uint8_t *doing;
static Line line[CLASSES];

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

/* xoshiro256++, seeded by splitmix64. */
static inline uint64_t turned(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

static inline uint64_t word(void)
{
    uint64_t result = turned(state[0] + state[3], 23) + state[0], kept = state[1] << 17;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= kept;
    state[3] = turned(state[3], 45);
    return result;
}

static void seed(uint64_t s)
{
    for (int i = 0; i < 4; i++) {
        uint64_t z = (s += 0x9e3779b97f4a7c15ull);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        state[i] = z ^ (z >> 31);
    }
}

static inline double uniform(void) { return (word() >> 11) * 0x1p-53; }

/* Exponential by the ziggurat of Marsaglia and Tsang (2000), 256 layers. */
static const double LAST_X = 7.69711747013104972, AREA = 0.0039496598225815571993;

static void make_layers(void)
{
    layer_x[0] = AREA / exp(-LAST_X);
    layer_x[1] = LAST_X;
    for (int i = 2; i < LAYERS; i++) layer_x[i] = -log(exp(-layer_x[i - 1]) + AREA / layer_x[i - 1]);
    layer_x[LAYERS] = 0;
    for (int i = 0; i <= LAYERS; i++) layer_y[i] = exp(-layer_x[i]);
}

static inline double exponential(double mean)
{
    for (double beyond = 0;;) {
        uint64_t bits = word();
        int i = bits & (LAYERS - 1);
        double x = (bits >> 11) * 0x1p-53 * layer_x[i];
        if (x < layer_x[i + 1]) return mean * (beyond + x);
        if (i == 0) beyond += LAST_X;
        else if (layer_y[i] + uniform() * (layer_y[i + 1] - layer_y[i]) < exp(-x)) return mean * (beyond + x);
    }
}

static inline void push(double time, uint32_t person, uint32_t kind)
{
    int at = events++;
    while (at) {
        int above = (at - 1) >> 1;
        if (heap[above].time <= time) break;
        heap[at] = heap[above];
        at = above;
    }
    heap[at] = (Event){time, person, kind};
}

static inline Event pop(void)
{
    Event first = heap[0], last = heap[--events];
    int at = 0;
    for (;;) {
        int below = 2 * at + 1;
        if (below >= events) break;
        if (below + 1 < events && heap[below + 1].time < heap[below].time) below++;
        if (heap[below].time >= last.time) break;
        heap[at] = heap[below];
        at = below;
    }
    heap[at] = last;
    return first;
}

static Told by_heap(uint32_t people)
{
    Told told = {0, 0};
    int busy = 0;
    push(exponential(1 / RATE), 0, ARRIVAL);
    for (uint32_t arrived = 0; events;) {
        Event event = pop();
        uint32_t person = event.person;
        if (event.kind == ARRIVAL) {
            int of = uniform() < URGENT ? 0 : 1;
            arrived++;
            came[person] = event.time;
            doing[person] = busy < SERVERS ? STARTED : WAITS;
            if (busy < SERVERS) {
                busy++;
                push(event.time + exponential(SERVICE), person, END);
            } else {
                line[of].people[line[of].tail++] = person;
                push(event.time + exponential(PATIENCE), person, GIVING_UP);
            }
            if (arrived < people) push(event.time + exponential(1 / RATE), arrived, ARRIVAL);
        } else if (event.kind == END) {
            int found = 0;
            for (int of = 0; of < CLASSES && !found; of++)
                while (!found && line[of].head < line[of].tail) {
                    uint32_t next = line[of].people[line[of].head++];
                    if (doing[next] != WAITS) continue;
                    doing[next] = STARTED;
                    told.waited += event.time - came[next];
                    push(event.time + exponential(SERVICE), next, END);
                    found = 1;
                }
            busy -= !found;
        } else if (doing[person] == WAITS) {
            doing[person] = GONE;
            told.waited += event.time - came[person];
            told.gave_up++;
        }
    }
    return told;
}

static Told flat(uint32_t people)
{
    Told told = {0, 0};
    double end[SERVERS], arrival = exponential(1 / RATE), first = INFINITY;
    int busy = 0, server = 0;
    for (int i = 0; i < SERVERS; i++) end[i] = INFINITY;
    for (uint32_t arrived = 0;;) {
        if (arrival < first) {
            int of = uniform() < URGENT ? 0 : 1;
            uint32_t person = arrived++;
            came[person] = arrival;
            if (busy < SERVERS) {
                int free = 0;
                while (end[free] != INFINITY) free++;
                busy++;
                end[free] = arrival + exponential(SERVICE);
                if (end[free] < first) first = end[server = free];
            } else {
                until[person] = arrival + exponential(PATIENCE);
                line[of].people[line[of].tail++] = person;
            }
            arrival = arrived < people ? arrival + exponential(1 / RATE) : INFINITY;
            continue;
        }
        if (first == INFINITY) return told;
        int found = 0;
        for (int of = 0; of < CLASSES && !found; of++)
            while (!found && line[of].head < line[of].tail) {
                uint32_t next = line[of].people[line[of].head++];
                found = until[next] > first;
                told.gave_up += !found;
                told.waited += (found ? first : until[next]) - came[next];
            }
        busy -= !found;
        end[server] = found ? first + exponential(SERVICE) : INFINITY;
        first = INFINITY;
        for (int i = 0; i < SERVERS; i++)
            if (end[i] < first) first = end[server = i];
    }
}

int main(int words, char **word_of)
{
    if (words != 5) return 1;
    FILE *file = fopen(word_of[1], "w");
    int use_heap = strcmp(word_of[2], "heap") == 0, runs = atoi(word_of[4]);
    uint32_t people = strtoul(word_of[3], NULL, 10);
    make_layers();
    heap = malloc((people + 64) * sizeof *heap);
    came = malloc(people * sizeof *came);
    until = malloc(people * sizeof *until);
    doing = malloc(people);
    for (int of = 0; of < CLASSES; of++) line[of].people = malloc(people * sizeof(uint32_t));
    if (!file || !heap || !came || !until || !doing || !line[0].people || !line[1].people) return 1;
    fputc('[', file);
    for (int run = -1; run < runs; run++) { /* the first warms up */
        double start = now();
        seed(1000 + run);
        events = 0;
        for (int of = 0; of < CLASSES; of++) line[of].head = line[of].tail = 0;
        Told told = use_heap ? by_heap(people) : flat(people);
        double seconds = now() - start;
        if (run >= 0)
            fprintf(file, "%s{\"seconds\": %.6f, \"arrived\": %u, \"gave_up\": %u, \"waited\": %.6f}", run ? ", " : "",
                    seconds, people, told.gave_up, told.waited);
    }
    fputs("]\n", file);
    return fclose(file) != 0;
}
