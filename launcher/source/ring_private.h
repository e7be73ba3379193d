/* SPDX-License-Identifier: MIT */
/* What the files of the ring source share: streams and the reader's state. */
#ifndef ITRACE_SOURCE_RING_PRIVATE_H
#define ITRACE_SOURCE_RING_PRIVATE_H

#include "itrace/record.h"
#include "source/ring.h"

struct record_place {
	unsigned int chunk;
	uint32_t offset;
};

/* A call that was entered and has not been seen to return. */
struct open_call {
	struct record_place place;
	uint32_t call;
	uint8_t kind;
	uint64_t id;
};

struct chunk_ref {
	unsigned int index;
	uint32_t seq;
};

/* All chunks of one writer (thread uid), read in the order of seq. */
struct stream {
	uint32_t uid;
	int pid, tid;	  /* as the launcher sees them */
	int own_pid;	  /* as the process sees itself */
	int parent_pid;	  /* foreign_ids: of the process whose child it is; 0 = not known */
	bool lost_ids;	  /* it was dead before its ids were known: pid and tid are foreign */
	bool foreign_ids; /* the ids in its records are those of another PID namespace */
	uint32_t method;
	struct task *task; /* NULL until its first event */
	struct chunk_ref *chunks;
	unsigned int nr_chunks, room_chunks;
	uint32_t seq;	 /* of the chunk to be read */
	uint32_t offset; /* of the next record in it */
	struct open_call *open;
	unsigned int nr_open, room_open;
	bool last_word;	   /* its writer has said that nothing follows */
	bool looked_again; /* for chunks, since it ended */
	bool ended;	   /* nothing more will be written; goes away when it has been read */
	bool corrupt;
	uint64_t reserved_floor; /* a RESERVED record was first seen when the watermark was here; 0
				    = none */
	uint64_t reserved_since; /* ticks */
	uint64_t lost;		 /* of chunks already given back */
	uint64_t last_time;
	uint32_t untraced; /* enum untraced_reason of what its open execve starts; 0 = traced */
	/* the next event, as stream_peek() found it */
	uint64_t next_time;
	int next_open; /* index into open[] of the call that returns next; -1 = a record starts */
};

struct ring_reader {
	struct launcher_session *session;
	struct process_table *processes;
	struct ring_reader_ops ops;
	bool unordered;
	struct stream **streams;
	unsigned int nr_streams, room_streams;
	struct stream **heap;
	unsigned int nr_heap;
	unsigned int nr_free; /* chunks in play: the first of the session's, and more as needed */
	uint32_t *known;      /* by chunk: uid of the stream that has it, 0 = free */
	uint32_t *open_refs;  /* by chunk: open calls in it, and who looks at it */
	uint8_t *read_out;    /* by chunk: read to its end, given back when no open call is in it */
	uint64_t watermark;   /* of the pass before */
	uint64_t slack;
	uint64_t next_id;
	uint64_t lost;
	uint64_t reserved_patience; /* ticks after which a RESERVED record no longer holds the
				       others up */
	uint64_t growth_patience;   /* ticks that the pool is empty before it grows */
	uint64_t stuck_since; /* ticks: no chunk is free and nothing is there to be read; 0 = not so
			       */
	uint64_t status_patience; /* ticks that a parent has to tell how its child ended */
	char *copy;		  /* the private copy of the record being delivered */
	char *copy_inner;	  /* of one whose end is delivered in front of it */
	uint64_t delivered;
};

/* stream.c */
struct stream *stream_new(struct ring_reader *r, struct chunk *c, uint32_t uid);
void stream_free(struct stream *s);
int stream_add_chunk(struct stream *s, unsigned int index, uint32_t seq);
int stream_open_push(struct ring_reader *r, struct stream *s, const struct record *rec,
		     struct record_place place, uint64_t id);
void stream_open_remove(struct ring_reader *r, struct stream *s, unsigned int i);
/* Finds the stream's next event. False: none yet. */
bool stream_peek(struct ring_reader *r, struct stream *s);
/* Whether an event is left that has happened: one from the future, as only damage makes it, does
 * not count. */
bool stream_is_unread(struct ring_reader *r, struct stream *s);
/* Copies the record at offset of chunk index into buffer and checks it. NULL = corrupt (the stream
 * is marked). */
struct record *stream_copy(struct ring_reader *r, struct stream *s, unsigned int index,
			   uint32_t offset, char *buffer);
/* A chunk that is held is not given back when it has been read. */
void chunk_hold(struct ring_reader *r, unsigned int index);
void chunk_let_go(struct ring_reader *r, unsigned int index);
void chunk_give_back(struct ring_reader *r, unsigned int index);

/* lifecycle*.c: births, execs, deaths */
void lifecycle_start(struct ring_reader *r, struct stream *s, uint64_t time);
void lifecycle_exec(struct ring_reader *r, struct stream *s, uint64_t time);
void lifecycle_before_leave(struct ring_reader *r, const struct stream *s,
			    const struct record *rec);
void lifecycle_after_call(struct ring_reader *r, struct stream *s, const struct record *rec);
void lifecycle_signal(struct ring_reader *r, const struct stream *s, const struct record *rec);
void lifecycle_exit(struct ring_reader *r, struct stream *s, int status, uint64_t time);
void lifecycle_poll(struct ring_reader *r);
void lifecycle_end_all(struct ring_reader *r);
/* Whether an execve of s has been entered and has not returned. */
bool lifecycle_is_in_exec(const struct stream *s);
/* It has succeeded, and nobody goes on for the new program. */
void lifecycle_exec_alone(struct ring_reader *r, struct stream *s, uint64_t time);

/* untraced.c: processes that live on outside the trace */
/* The program that s has executed is not traced. */
void untraced_report(struct ring_reader *r, const struct stream *s);
/* A RECORD_DETACH of the core: s ends here, its thread does not. */
void untraced_detach(struct ring_reader *r, struct stream *s, const struct record *rec);
/* Reports those whose execve has succeeded. */
void untraced_poll(struct ring_reader *r);

/* note.c: a RECORD_NOTE of s */
void note_report(struct ring_reader *r, const struct stream *s, const struct record *rec);

/* ring.c */
/* Finds the chunks that have been taken since it was called last. */
void ring_discover(struct ring_reader *r);

/* merge.c */
/* Delivers all that is there of one stream, whatever its time. */
void ring_drain_stream(struct ring_reader *r, struct stream *s);
void ring_deliver(struct ring_reader *r, enum event_kind kind, struct task *task, uint64_t time,
		  const struct record *rec, int status, uint64_t id);
/* The open calls of s never return: deliver that. */
void ring_abandon_open(struct ring_reader *r, struct stream *s, uint64_t time);

#endif
