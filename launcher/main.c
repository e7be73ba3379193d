/* SPDX-License-Identifier: MIT */
/* itrace: parses the command line, shows what is to be shown, or traces. */
#include <stdio.h>
#include <unistd.h>

#include "command/trace.h"
#include "options.h"

int main(int argc, char **argv)
{
	struct text messages = TEXT_INIT;
	struct options options;
	enum options_outcome outcome = options_parse(&options, argc, argv, &messages);
	int status = 0;

	if (messages.len)
		fwrite(messages.data, 1, messages.len, outcome == OPTIONS_SHOW ? stdout : stderr);
	text_release(&messages);
	if (outcome == OPTIONS_RUN)
		status = command_trace(&options);
	else if (outcome == OPTIONS_BAD)
		status = 1;
	options_release(&options);
	return status;
}
