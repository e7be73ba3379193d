/* SPDX-License-Identifier: MIT */
/*
 * ioctl() on terminals. The layouts are the kernel's (asm-generic/termbits.h), not libc's.
 */
#include "decode/fields.h"
#include "structs.h"
#include "xlat.h"

#define NLDLY 0000400
#define CRDLY 0003000
#define TABDLY 0014000
#define BSDLY 0020000
#define VTDLY 0040000
#define FFDLY 0100000
#define CBAUD 0010017
#define CSIZE 0000060
#define IBSHIFT 16

struct modes {
	uint32_t iflag;
	uint32_t oflag;
	uint32_t cflag;
	uint32_t lflag;
	uint8_t line;
	const uint8_t *cc;
	unsigned int nr_cc;
};

struct kernel_termio {
	uint16_t iflag;
	uint16_t oflag;
	uint16_t cflag;
	uint16_t lflag;
	uint8_t line;
	uint8_t cc[8];
};

struct kernel_termios2 {
	uint32_t iflag;
	uint32_t oflag;
	uint32_t cflag;
	uint32_t lflag;
	uint8_t line;
	uint8_t cc[19];
	uint32_t ispeed;
	uint32_t ospeed;
};

#define TERMIOS_CC 19

static void print_names(struct decode *d, const struct xlat *x, uint32_t v)
{
	if (v && !decode_flag_names(d, x, v))
		text_hex(d->out, v);
}

/* A choice of several, and what separates it from the next one. */
static void print_choice(struct decode *d, const struct xlat *x, uint32_t v)
{
	decode_enum(d, x, v);
	text_char(d->out, '|');
}

static void print_oflag(struct decode *d, uint32_t v)
{
	print_choice(d, &xlat_newline_delays, v & NLDLY);
	print_choice(d, &xlat_return_delays, v & CRDLY);
	print_choice(d, &xlat_tab_delays, v & TABDLY);
	print_choice(d, &xlat_backspace_delays, v & BSDLY);
	print_choice(d, &xlat_vertical_delays, v & VTDLY);
	print_choice(d, &xlat_feed_delays, v & FFDLY);
	print_names(d, &xlat_output_modes,
		    v & ~(uint32_t)(NLDLY | CRDLY | TABDLY | BSDLY | VTDLY | FFDLY));
}

static void print_cflag(struct decode *d, uint32_t v)
{
	uint32_t input = v >> IBSHIFT & CBAUD;

	print_choice(d, &xlat_baud_rates, v & CBAUD);
	if (input) {
		decode_enum(d, &xlat_baud_rates, input);
		text_lit(d->out, "<<IBSHIFT|");
	}
	print_choice(d, &xlat_character_sizes, v & CSIZE);
	print_names(d, &xlat_control_modes, v & ~(uint32_t)(CBAUD | CBAUD << IBSHIFT | CSIZE));
}

static void print_characters(struct decode *d, const struct modes *m)
{
	decode_field(d, "c_cc");
	text_char(d->out, '[');
	for (unsigned int i = 0; i < m->nr_cc; i++) {
		const char *name = xlat_name(&xlat_control_characters, i);

		text_string(d->out, i ? ", [" : "[");
		if (name)
			text_string(d->out, name);
		else
			text_uint(d->out, i);
		text_lit(d->out, "]=");
		decode_hex(d, m->cc[i]);
	}
	text_char(d->out, ']');
}

/* All but the closing brace. */
static void print_modes(struct decode *d, const struct modes *m)
{
	text_lit(d->out, "{c_iflag=");
	print_names(d, &xlat_input_modes, m->iflag);
	text_lit(d->out, ", c_oflag=");
	print_oflag(d, m->oflag);
	text_lit(d->out, ", c_cflag=");
	print_cflag(d, m->cflag);
	text_lit(d->out, ", c_lflag=");
	print_names(d, &xlat_local_modes, m->lflag);
	if (!d->opt->no_abbrev) {
		decode_more(d);
		return;
	}
	decode_field(d, "c_line");
	decode_enum(d, &xlat_line_disciplines, m->line);
	print_characters(d, m);
}

void print_termios2(struct decode *d, const void *data, size_t len)
{
	struct kernel_termios2 t;

	FIELDS_LOAD(t, data, len);
	print_modes(
		d, &(struct modes){ t.iflag, t.oflag, t.cflag, t.lflag, t.line, t.cc, TERMIOS_CC });
	if (d->opt->no_abbrev) {
		text_lit(d->out, ", c_ispeed=");
		text_uint(d->out, t.ispeed);
		text_lit(d->out, ", c_ospeed=");
		text_uint(d->out, t.ospeed);
	}
	decode_end(d);
}

void print_termios(struct decode *d, const void *data, size_t len)
{
	struct kernel_termios2 t;

	FIELDS_LOAD(t, data, len);
	print_modes(
		d, &(struct modes){ t.iflag, t.oflag, t.cflag, t.lflag, t.line, t.cc, TERMIOS_CC });
	decode_end(d);
}

void print_termio(struct decode *d, const void *data, size_t len)
{
	struct kernel_termio t;

	FIELDS_LOAD(t, data, len);
	print_modes(d, &(struct modes){ t.iflag, t.oflag, t.cflag, t.lflag, t.line, t.cc,
					sizeof(t.cc) });
	decode_end(d);
}

void print_winsize(struct decode *d, const void *data, size_t len)
{
	struct {
		uint16_t ws_row;
		uint16_t ws_col;
		uint16_t ws_xpixel;
		uint16_t ws_ypixel;
	} ws;

	FIELDS_LOAD(ws, data, len);
	decode_begin(d);
	FIELD(d, ws, ws_row, uint);
	FIELD(d, ws, ws_col, uint);
	FIELD(d, ws, ws_xpixel, uint);
	FIELD(d, ws, ws_ypixel, uint);
	decode_end(d);
}
