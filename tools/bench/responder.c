/* A DNS server for benchmarks: answers every A question `svcN.…` with 10.a.b.c of N, so many
 * milliseconds after it came; with -1 it reads and never answers. Arguments: port, milliseconds. */
#include <arpa/inet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define MOST 65536
struct waiting { double due; struct sockaddr_in to; int size; unsigned char text[512]; };
static struct waiting queue[MOST];

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static int answer(unsigned char *text, int size)
{
	int place = 12;
	if (size < 17 || text[5] != 1 || memcmp(text + 13, "svc", 3))
		return 0;
	uint32_t number = strtoul((char *)text + 16, NULL, 10);
	while (place < size && text[place])
		place += text[place] + 1;
	place += 5;
	if (place > size || place > 480)
		return 0;
	const unsigned char record[16] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, 10,
		number >> 16, number >> 8, number };
	memcpy(text + place, record, sizeof record);
	text[2] = 0x84 | (text[2] & 1);
	text[3] = 0;
	text[7] = 1;
	memset(text + 8, 0, 4);
	return place + sizeof record;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	double delay = atoi(argv[2]) / 1e3;
	int room = 8 << 20, fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
	if (bind(fd, (struct sockaddr *)&own, sizeof own))
		return 1;
	puts("ready");
	fflush(stdout);
	for (unsigned head = 0, tail = 0;;) {
		struct pollfd one = { .fd = fd, .events = POLLIN };
		struct timespec wait = { 3600, 0 };
		if (head != tail) {
			double left = queue[head % MOST].due - now();
			wait.tv_sec = 0;
			wait.tv_nsec = left > 0 ? (long)(left * 1e9) : 0;
		}
		ppoll(&one, 1, &wait, NULL);
		for (; head != tail && queue[head % MOST].due <= now(); head++) {
			struct waiting *item = &queue[head % MOST];
			sendto(fd, item->text, item->size, 0, (void *)&item->to, sizeof item->to);
		}
		for (int left = 64; left && tail - head < MOST; left--) {
			struct waiting *item = &queue[tail % MOST];
			socklen_t length = sizeof item->to;
			int size = recvfrom(fd, item->text, sizeof item->text, MSG_DONTWAIT,
					    (void *)&item->to, &length);
			if (size < 0)
				break;
			item->size = answer(item->text, size);
			if (!item->size || delay < 0)
				continue;
			item->due = now() + delay;
			if (delay)
				tail++;
			else
				sendto(fd, item->text, item->size, 0, (void *)&item->to, length);
		}
	}
}
