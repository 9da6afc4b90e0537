/* The floor of the overlap benchmark: parse, sort and sweep prefixes in C. Reads one `a.b.c.d/n` a
 * line; prints the seconds that parsing and looking took, and how many lie inside another. */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct prefix { uint32_t first, last; };

static int order(const void *a, const void *b)
{
	const struct prefix *x = a, *y = b;
	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return x->last > y->last ? -1 : x->last < y->last;
}

int main(void)
{
	size_t size = 0, room = 1 << 16, count = 0, inside = 0;
	char *text = malloc(room + 1);
	for (size_t got; (got = fread(text + size, 1, room - size, stdin)) > 0;) {
		size += got;
		if (size == room)
			text = realloc(text, (room *= 2) + 1);
	}
	text[size] = 0;
	struct timespec from, to;
	clock_gettime(CLOCK_MONOTONIC, &from);
	struct prefix *all = malloc((size / 8 + 1) * sizeof *all);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		char *slash = strchr(line, '/');
		struct in_addr address;
		if (!slash)
			return 1;
		*slash = 0;
		int bits = atoi(slash + 1);
		if (inet_pton(AF_INET, line, &address) != 1 || bits < 1 || bits > 32)
			return 1;
		uint32_t low = bits == 32 ? 0 : 0xffffffffu >> bits;
		uint32_t first = ntohl(address.s_addr);
		if (first & low)
			return 1;
		all[count++] = (struct prefix){ first, first | low };
	}
	qsort(all, count, sizeof *all, order);
	uint64_t furthest = 0;
	int any = 0;
	for (size_t i = 0; i < count; i++) {
		if (any && all[i].first <= furthest)
			inside++;
		if (!any || all[i].last > furthest)
			furthest = all[i].last;
		any = 1;
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	printf("%.9f %zu\n", (to.tv_sec - from.tv_sec) + (to.tv_nsec - from.tv_nsec) / 1e9, inside);
	return 0;
}
