/* SPDX-License-Identifier: MIT */
/*
 * Socket addresses of amateur radio. Layout: linux/ax25.h; a call sign's encoding: the AX.25 link
 * layer protocol, 3.12.
 */
#include "decode/fields.h"
#include "decode/sockaddr.h"

#define LETTERS 6    /* of a call sign, shifted by one bit, filled with spaces */
#define CALL 7	     /* its bytes, with that of the station's number */
#define STATION 0x1e /* the bits of that number */
#define DIGIS_MAX 8  /* AX25_MAX_DIGIS */
#define HEAD 16	     /* bytes before the first repeater */

/* The letters of a call sign. False: they cannot be printed. */
static bool load_letters(const unsigned char *call, char *ret)
{
	size_t len = LETTERS;

	for (size_t i = 0; i < LETTERS; i++) {
		ret[i] = (char)(call[i] >> 1);
		if (ret[i] < ' ' || ret[i] > '~')
			return false;
	}
	while (len && ret[len - 1] == ' ')
		len--;
	ret[len] = '\0';
	return !strstr(ret, "*/");
}

/* Whether these letters, encoded, are these bytes, and a call sign as it should be. */
static bool is_regular(const unsigned char *call, const char *letters)
{
	size_t len = strlen(letters);
	unsigned char any = call[LETTERS] & ~STATION;

	for (size_t i = 0; i < LETTERS; i++)
		any |= call[i] & 1;
	return !any && len && strspn(letters, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == len;
}

static void print_call(struct decode *d, const char *data)
{
	const unsigned char *call = (const unsigned char *)data;
	char letters[LETTERS + 1];
	bool readable = load_letters(call, letters);
	bool regular = readable && is_regular(call, letters);

	if (!regular) {
		text_lit(d->out, "{ax25_call=");
		decode_quoted_hex(d, call, CALL, false);
		text_char(d->out, '}');
	}
	if (!readable)
		return;
	text_string(d->out, regular ? "" : " /* ");
	text_string(d->out, letters);
	text_char(d->out, '-');
	text_uint(d->out, (call[LETTERS] & STATION) >> 1);
	text_string(d->out, regular ? "" : " */");
}

static void print_repeaters(struct decode *d, const char *data, size_t n, size_t said)
{
	decode_field(d, "fsa_digipeater");
	text_char(d->out, '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			text_lit(d->out, ", ");
		print_call(d, data + i * CALL);
	}
	if (n < said && n < DIGIS_MAX)
		text_string(d->out, n ? ", ..." : "...");
	text_char(d->out, ']');
}

/* The short form without repeaters, and the full one with as many as it says. */
void sockaddr_ax25(struct decode *d, const char *data, size_t len)
{
	size_t have = (len - HEAD) / CALL, n = have < DIGIS_MAX ? have : DIGIS_MAX;
	uint32_t said;
	bool full;

	memcpy(&said, data + 12, sizeof(said));
	full = said || len > HEAD;
	if (full) {
		decode_field(d, "fsa_ax25");
		decode_begin(d);
	}
	decode_field(d, "sax25_call");
	print_call(d, data + 2);
	decode_field(d, "sax25_ndigis");
	text_int(d->out, (int32_t)said);
	if (!full)
		return;
	decode_end(d);
	if (said)
		print_repeaters(d, data + HEAD, said < n ? said : n, said);
	if (len > HEAD + n * CALL)
		text_lit(d->out, ", ...");
}
