/* SPDX-License-Identifier: MIT */
/*
 * itrace-doc: what is derived from the option table beside --help.
 *
 *     itrace-doc man TEMPLATE    the man page: TEMPLATE with its lines @TITLE@, @OPTIONS@ and
 * @REFUSED@ filled in itrace-doc bash            completion for bash itrace-doc zsh completion for
 * zsh
 *
 * Writes to stdout. Exit status 1 if the template cannot be read.
 */
#include <stdio.h>
#include <string.h>

#include "help.h"

static bool is_shown(const struct option_row *row)
{
	return !(row->flags & (OPTION_ALIAS | OPTION_UNSUPPORTED));
}

/* Text for roff: a backslash, a hyphen and a dot or quote that begins a line mean themselves. */
static void put_roff(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!i && (*text == '.' || *text == '\''))
			fputs("\\&", stdout);
		if (text[i] == '\\')
			fputs("\\e", stdout);
		else if (text[i] == '-')
			fputs("\\-", stdout);
		else
			putchar(text[i]);
	}
}

/* The help's lines; a line that explains its words ("units: ...") starts on its own, as in --help.
 */
static void put_man_help(const char *help)
{
	for (size_t len; *help; help += len + (help[len] == '\n')) {
		size_t word = strcspn(help, " \n");

		len = strcspn(help, "\n");
		if (word && help[word - 1] == ':' && word < len)
			puts(".br");
		put_roff(help, len);
		putchar('\n');
	}
}

static void put_man_row(const struct option_row *row)
{
	struct text forms = TEXT_INIT;

	help_print_forms(&forms, row);
	fputs(".TP\n.B \"", stdout);
	put_roff(forms.data, forms.len);
	puts("\"");
	put_man_help(row->help);
	text_release(&forms);
}

static void put_man_options(void)
{
	for (unsigned int group = 0; group < NR_GROUPS; group++) {
		bool titled = false;

		for (unsigned int i = 0; i < nr_option_rows; i++) {
			if (option_rows[i].group != group || !is_shown(&option_rows[i]))
				continue;
			if (!titled)
				printf(".SS %s\n", help_group_name(group));
			titled = true;
			put_man_row(&option_rows[i]);
		}
	}
}

/* strace's options that are refused. */
static void put_man_refused(void)
{
	const char *separator = "";

	for (unsigned int i = 0; i < nr_option_rows; i++) {
		const struct option_row *row = &option_rows[i];

		if (!(row->flags & OPTION_UNSUPPORTED))
			continue;
		fputs(separator, stdout);
		if (row->letter)
			printf("\\-%c", row->letter);
		if (row->letter && row->name)
			fputs(" (", stdout);
		if (row->name) {
			put_roff("--", 2);
			put_roff(row->name, strlen(row->name));
		}
		if (row->letter && row->name)
			putchar(')');
		separator = ",\n";
	}
	puts(".");
}

static int put_man(const char *path)
{
	FILE *template = fopen(path, "r");
	char line[1024];

	if (!template) {
		perror(path);
		return 1;
	}
	while (fgets(line, sizeof(line), template)) {
		if (!strcmp(line, "@OPTIONS@\n"))
			put_man_options();
		else if (!strcmp(line, "@REFUSED@\n"))
			put_man_refused();
		else if (!strcmp(line, "@TITLE@\n"))
			puts(".TH ITRACE 1 \"\" \"itrace " ITRACE_VERSION "\" \"User Commands\"");
		else
			fputs(line, stdout);
	}
	fclose(template);
	return 0;
}

static void put_words(const struct option_word *words, const char *separator)
{
	for (const struct option_word *w = words; w->word; w++)
		printf("%s%s", w == words ? "" : separator, w->word);
}

static void put_bash_options(void)
{
	fputs("\tlocal options='", stdout);
	for (unsigned int i = 0; i < nr_option_rows; i++) {
		const struct option_row *row = &option_rows[i];

		if (!is_shown(row))
			continue;
		if (row->letter)
			printf("-%c ", row->letter);
		if (row->name)
			printf("--%s%s ", row->name, row->argument == ARGUMENT_REQUIRED ? "=" : "");
	}
	puts("'");
}

/* One branch of the case over the word before: "-X|--const-print-style) ...". */
static void put_bash_branch(const struct option_row *row)
{
	fputs("\t", stdout);
	if (row->letter)
		printf("-%c%s", row->letter, row->name ? "|" : "");
	if (row->name)
		printf("--%s", row->name);
	fputs(") ", stdout);
	if (row->words) {
		fputs("COMPREPLY=($(compgen -W '", stdout);
		put_words(row->words, " ");
		puts("' -- \"$cur\")); return ;;");
	} else if (row->letter == 'o' || row->letter == 'P') {
		puts("COMPREPLY=($(compgen -f -- \"$cur\")); return ;;");
	} else if (row->letter == 'u') {
		puts("COMPREPLY=($(compgen -u -- \"$cur\")); return ;;");
	} else if (row->letter == 'p') {
		puts("COMPREPLY=($(compgen -W \"$(cd /proc && echo [0-9]*)\" -- \"$cur\")); return "
		     ";;");
	} else {
		puts("COMPREPLY=(); return ;;");
	}
}

static void put_bash(void)
{
	puts("# itrace(1) completion for bash\n"
	     "_itrace()\n"
	     "{\n"
	     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}");
	put_bash_options();
	puts("\tif [[ $prev == '=' ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
	     "\tif [[ $cur == '=' ]]; then cur=; fi\n"
	     "\tcase $prev in");
	for (unsigned int i = 0; i < nr_option_rows; i++) {
		if (is_shown(&option_rows[i]) && option_rows[i].argument == ARGUMENT_REQUIRED)
			put_bash_branch(&option_rows[i]);
	}
	puts("\tesac\n"
	     "\tif [[ $cur == -* ]]; then\n"
	     "\t\tCOMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
	     "\t\t[[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace\n"
	     "\telse\n"
	     "\t\tCOMPREPLY=($(compgen -c -f -- \"$cur\"))\n"
	     "\tfi\n"
	     "}\n"
	     "complete -F _itrace itrace");
}

/* The first line of the help, for zsh: between brackets within single quotes. */
static void put_zsh_help(const char *help)
{
	for (size_t i = 0; help[i] && help[i] != '\n'; i++) {
		if (help[i] == '[' || help[i] == ']' || help[i] == ':')
			putchar('\\');
		if (help[i] == '\'')
			fputs("'\\''", stdout);
		else
			putchar(help[i]);
	}
}

static void put_zsh_argument(const struct option_row *row)
{
	if (row->words) {
		fputs(":word:(", stdout);
		put_words(row->words, " ");
		putchar(')');
	} else if (row->letter == 'o' || row->letter == 'P') {
		fputs(":file:_files", stdout);
	} else if (row->letter == 'p') {
		fputs(":process:_pids", stdout);
	} else if (row->letter == 'u') {
		fputs(":user:_users", stdout);
	} else {
		fputs(":argument: ", stdout);
	}
}

static void put_zsh_form(const struct option_row *row, const char *form, const char *joint)
{
	fputs("\t'*", stdout);
	printf("%s%s[", form, joint);
	put_zsh_help(row->help);
	putchar(']');
	if (*joint == '=' && row->argument == ARGUMENT_OPTIONAL)
		putchar(':');
	if (*joint)
		put_zsh_argument(row);
	puts("' \\");
}

static void put_zsh(void)
{
	char form[64];

	puts("#compdef itrace\n"
	     "_arguments -s -S \\");
	for (unsigned int i = 0; i < nr_option_rows; i++) {
		const struct option_row *row = &option_rows[i];

		if (!is_shown(row))
			continue;
		snprintf(form, sizeof(form), "-%c", row->letter);
		if (row->letter)
			put_zsh_form(row, form, row->argument == ARGUMENT_REQUIRED ? "+" : "");
		snprintf(form, sizeof(form), "--%s", row->name ? row->name : "");
		if (row->name)
			put_zsh_form(row, form, row->argument == ARGUMENT_NONE ? "" : "=");
	}
	puts("\t'*::command:_normal'");
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "man"))
		return put_man(argv[2]);
	if (argc == 2 && !strcmp(argv[1], "bash")) {
		put_bash();
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "zsh")) {
		put_zsh();
		return 0;
	}
	fputs("usage: itrace-doc man TEMPLATE | bash | zsh\n", stderr);
	return 1;
}
