/* SPDX-License-Identifier: MIT */
/*
 * Asynchronous I/O of the kernel's own kind, and what io_uring is set up with.
 */
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <sys/uio.h>

#include "decode/array.h"
#include "decode/fields.h"
#include "structs.h"
#include "xlat.h"

static bool is_vector(unsigned int op)
{
	return op == IOCB_CMD_PREADV || op == IOCB_CMD_PWRITEV;
}

static bool is_transfer(unsigned int op)
{
	return op == IOCB_CMD_PREAD || op == IOCB_CMD_PWRITE || is_vector(op);
}

static void print_iocb_buffer(struct decode *d, const struct iocb *cb)
{
	text_lit(d->out, ", aio_buf=");
	if (cb->aio_lio_opcode == IOCB_CMD_PWRITE)
		decode_bytes(d, cb->aio_buf, cb->aio_nbytes);
	else if (cb->aio_lio_opcode == IOCB_CMD_PWRITEV)
		decode_iovec(d, cb->aio_buf, cb->aio_nbytes, UINT64_MAX);
	else if (cb->aio_lio_opcode == IOCB_CMD_PREADV)
		decode_array(d, cb->aio_buf, cb->aio_nbytes, sizeof(struct iovec), print_iovec);
	else
		decode_addr(d, cb->aio_buf);
	if (!is_vector(cb->aio_lio_opcode))
		FIELD(d, *cb, aio_nbytes, uint);
	FIELD(d, *cb, aio_offset, int);
}

static void print_iocb_flags(struct decode *d, const struct iocb *cb)
{
	if (cb->aio_flags)
		FIELD_SET(d, *cb, aio_flags, flags, xlat_iocb_flags);
	if (cb->aio_flags & IOCB_FLAG_RESFD) {
		decode_field(d, "aio_resfd");
		decode_fd(d, (int32_t)cb->aio_resfd);
	} else if (cb->aio_resfd) {
		FIELD(d, *cb, aio_resfd, hex);
	}
}

void print_iocb(struct decode *d, const void *data, size_t len)
{
	const char *name;
	struct iocb cb;

	FIELDS_LOAD(cb, data, len);
	decode_begin(d);
	FIELD(d, cb, aio_data, hex);
	if (cb.aio_key)
		FIELD(d, cb, aio_key, uint);
	if (cb.aio_rw_flags)
		FIELD_SET(d, cb, aio_rw_flags, flags, xlat_rwf_flags);
	name = xlat_name(&xlat_iocb_commands, cb.aio_lio_opcode);
	decode_field(d, "aio_lio_opcode");
	if (name) {
		decode_enum(d, &xlat_iocb_commands, cb.aio_lio_opcode);
	} else {
		text_uint(d->out, cb.aio_lio_opcode);
		if (d->opt->xlat != 1)
			decode_comment(d, xlat_iocb_commands.unknown);
	}
	if (cb.aio_reqprio)
		FIELD(d, cb, aio_reqprio, int);
	decode_field(d, "aio_fildes");
	decode_fd(d, (int32_t)cb.aio_fildes);
	if (is_transfer(cb.aio_lio_opcode)) {
		print_iocb_buffer(d, &cb);
		print_iocb_flags(d, &cb);
	} else if (cb.aio_lio_opcode == IOCB_CMD_POLL) {
		FIELD_SET(d, cb, aio_buf, flags, xlat_poll_events);
	}
	decode_end(d);
}

void print_io_event(struct decode *d, const void *data, size_t len)
{
	struct io_event ev;

	FIELDS_LOAD(ev, data, len);
	decode_begin(d);
	FIELD(d, ev, data, hex);
	FIELD(d, ev, obj, addr);
	FIELD(d, ev, res, int);
	FIELD(d, ev, res2, int);
	decode_end(d);
}

/* An array of pointers to control blocks. */
void decode_io_submit(struct decode *d)
{
	struct array_walk w;
	const void *e;
	uint64_t addr;
	int64_t n;

	decode_default(d, 2);
	n = (int64_t)decode_arg(d, 1);
	addr = decode_next(d);
	if (n < 0) {
		decode_addr(d, addr);
		return;
	}
	array_begin(d, &w, addr, (uint64_t)n, sizeof(uint64_t));
	while ((e = array_next(d, &w))) {
		uint64_t addr;

		memcpy(&addr, e, sizeof(addr));
		decode_struct(d, &struct_iocb, addr, sizeof(struct iocb));
	}
}

static void print_ring_offsets(struct decode *d, const struct io_uring_params *p)
{
	const struct io_sqring_offsets *sq = &p->sq_off;
	const struct io_cqring_offsets *cq = &p->cq_off;

	text_lit(d->out, ", sq_off={");
	FIELD(d, *sq, head, uint);
	FIELD(d, *sq, tail, uint);
	FIELD(d, *sq, ring_mask, uint);
	FIELD(d, *sq, ring_entries, uint);
	FIELD(d, *sq, flags, uint);
	FIELD(d, *sq, dropped, uint);
	FIELD(d, *sq, array, uint);
	text_lit(d->out, "}, cq_off={");
	FIELD(d, *cq, head, uint);
	FIELD(d, *cq, tail, uint);
	FIELD(d, *cq, ring_mask, uint);
	FIELD(d, *cq, ring_entries, uint);
	FIELD(d, *cq, overflow, uint);
	FIELD(d, *cq, cqes, uint);
	if (cq->flags)
		FIELD(d, *cq, flags, uint);
	text_char(d->out, '}');
}

void print_io_uring_params(struct decode *d, const void *data, size_t len)
{
	struct io_uring_params p;

	FIELDS_LOAD(p, data, len);
	decode_begin(d);
	FIELD_SET(d, p, flags, flags, xlat_io_uring_setup_flags);
	FIELD(d, p, sq_thread_cpu, uint);
	FIELD(d, p, sq_thread_idle, uint);
	if (p.flags & IORING_SETUP_ATTACH_WQ)
		FIELD(d, p, wq_fd, fd);
	if (decode_exit(d) && !decode_failed(d)) {
		FIELD(d, p, sq_entries, uint);
		FIELD(d, p, cq_entries, uint);
		FIELD_SET(d, p, features, flags, xlat_io_uring_features);
		print_ring_offsets(d, &p);
	}
	decode_end(d);
}
