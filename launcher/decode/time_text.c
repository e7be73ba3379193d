/* SPDX-License-Identifier: MIT */
/*
 * Points in time as text.
 */
#include <time.h>

#include "decode/time_text.h"

bool text_time(struct text *t, int64_t sec, uint64_t fraction, unsigned int digits)
{
	time_t when = (time_t)sec;
	char buf[80];
	struct tm tm;
	size_t n;

	if (!localtime_r(&when, &tm))
		return false;
	n = strftime(buf, sizeof(buf), "%FT%T", &tm);
	if (!n)
		return false;
	text_bytes(t, buf, n);
	if (fraction) {
		uint64_t unit = 1;

		text_char(t, '.');
		for (unsigned int i = 1; i < digits; i++)
			unit *= 10;
		for (; unit; unit /= 10)
			text_char(t, (char)('0' + fraction / unit % 10));
	}
	n = strftime(buf, sizeof(buf), "%z", &tm);
	text_bytes(t, buf, n);
	return true;
}
