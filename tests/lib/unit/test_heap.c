/* SPDX-License-Identifier: MIT */
/*
 * The heap report from made-up events: what concurrency makes of their order.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "decode/lib.h"
#include "sink/heap.h"

enum { MALLOC = 1, FREE, NEW, REALLOC };

static struct process process = { .pid = 7 };
static struct task one = { .tid = 7, .process = &process }, two = { .tid = 8, .process = &process };
static struct heap *heap;
static struct text out;

static void name(uint32_t index, const char *symbol)
{
	struct {
		struct record rec;
		struct segment s;
		char text[32];
	} r = { .rec = { .kind = RECORD_NAME, .call = index } };

	r.s.len = (uint32_t)strlen(symbol);
	strcpy(r.text, symbol);
	r.rec.in_len = sizeof(r.s) + sizeof(r.text);
	lib_names_note(&r.rec);
}

static void setup(void)
{
	heap = heap_new();
	lib_names_init(NULL, NULL, false);
	name(MALLOC, "malloc@libc.so.6");
	name(FREE, "free@libc.so.6");
	name(NEW, "_Znwm@libstdc++.so.6");
	name(REALLOC, "realloc@libc.so.6");
}

static void finish(void)
{
	heap_free(heap);
	text_release(&out);
	lib_names_release();
}

TestSuite(heap, .init = setup, .fini = finish);

struct call {
	enum event_kind kind;
	struct task *task;
	uint32_t index;
	uint64_t in, out;
	uint64_t arg, ret;
	uint64_t id;
};

static void happens(struct call c)
{
	struct record rec = { .kind = RECORD_LIB,
			      .state = c.kind == EVENT_ENTER ? RECORD_ENTERED : RECORD_DONE,
			      .call = c.index,
			      .t_in = c.in,
			      .t_out = c.out,
			      .ret = (int64_t)c.ret,
			      .args = { c.arg, c.arg } };
	struct event ev = { .kind = c.kind, .task = c.task, .rec = &rec, .id = c.id };

	ev.time = c.kind == EVENT_LEAVE ? c.out : c.in;
	heap_event(heap, &ev);
}

static void report_has(const char *line)
{
	text_clear(&out);
	heap_print(heap, &out);
	text_char(&out, '\0');
	cr_expect(strstr(out.data, line), "'%s' is not in\n%s", line, out.data);
}

Test(heap, an_address_changes_hands_between_threads)
{
	/* thread two's malloc enters first but gets the block that thread one frees meanwhile */
	happens((struct call){ EVENT_CALL, &one, MALLOC, 1, 2, 100, 0x1000, 0 });
	happens((struct call){ EVENT_CALL, &two, MALLOC, 3, 9, 100, 0x1000, 0 });
	happens((struct call){ EVENT_CALL, &one, FREE, 4, 6, 0x1000, 0, 0 });
	report_has("never freed: 100 bytes in 1 block");
	report_has("double frees: 0");
	report_has("foreign frees: 0");
}

Test(heap, a_second_free_is_told)
{
	happens((struct call){ EVENT_CALL, &one, MALLOC, 1, 2, 100, 0x1000, 0 });
	happens((struct call){ EVENT_CALL, &one, FREE, 3, 4, 0x1000, 0, 0 });
	happens((struct call){ EVENT_CALL, &one, FREE, 5, 6, 0x1000, 0, 0 });
	happens((struct call){ EVENT_CALL, &one, FREE, 7, 8, 0x2000, 0, 0 });
	report_has("double frees: 1\n    0x1000 at");
	report_has("foreign frees: 1\n    0x2000 at");
	report_has("temporary allocations: 1 (100.0 %)");
}

Test(heap, what_new_does_inside_is_its_own_affair)
{
	happens((struct call){ EVENT_ENTER, &one, NEW, 1, 0, 50, 0, 11 });
	happens((struct call){ EVENT_CALL, &one, MALLOC, 2, 3, 50, 0x1000, 0 });
	/* another thread is not inside */
	happens((struct call){ EVENT_CALL, &two, MALLOC, 3, 4, 7, 0x5000, 0 });
	happens((struct call){ EVENT_LEAVE, &one, NEW, 1, 5, 50, 0x1000, 11 });
	report_has("calls: 2 (2 allocations, 0 releases)");
	report_has("never freed: 57 bytes in 2 blocks");
}

Test(heap, realloc_moves)
{
	happens((struct call){ EVENT_CALL, &one, MALLOC, 1, 2, 100, 0x1000, 0 });
	happens((struct call){ EVENT_CALL, &one, REALLOC, 3, 4, 0x1000, 0x3000, 0 });
	report_has("calls: 2 (2 allocations, 1 releases)");
	report_has("never freed: 4096 bytes in 1 block");
	report_has("peak: 4096 bytes in 1 blocks");
}

Test(heap, many_blocks)
{
	for (uint64_t i = 1; i <= 10000; i++)
		happens((struct call){ EVENT_CALL, &one, MALLOC, 4 * i, 4 * i + 1, 16, i * 32, 0 });
	for (uint64_t i = 1; i <= 9999; i++)
		happens((struct call){ EVENT_CALL, &one, FREE, 50000 + 4 * i, 50001 + 4 * i, i * 32,
				       0, 0 });
	report_has("peak: 160000 bytes in 10000 blocks");
	report_has("never freed: 16 bytes in 1 block\n");
}
