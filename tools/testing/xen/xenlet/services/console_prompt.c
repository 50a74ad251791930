// SPDX-License-Identifier: GPL-2.0
/*
 * xenlet's own prompt on the UART: a line editor that knows backspace, and
 * the commands of command.c.
 */
#include <xenlet/lib.h>
#include <xenlet/uart.h>

#include "services.h"

#define LINE_MAX	80
#define BACKSPACE	8
#define DELETE		127

static struct {
	char line[LINE_MAX + 1];
	size_t len;
} prompt;

void prompt_show(void)
{
	static const char text[] = "xenlet> ";

	if (!uart_at_line_start())
		uart_write("\n", 1);
	uart_write(text, sizeof(text) - 1);
	uart_write(prompt.line, prompt.len);
}

static void print_answer(const char *line)
{
	printk("%s", line);
}

static void run_line(void)
{
	uart_write("\n", 1);
	prompt.line[prompt.len] = '\0';
	if (prompt.len)
		command_run(prompt.line, print_answer);
	prompt.len = 0;
	prompt_show();
}

void prompt_input(char c)
{
	if (c == '\r' || c == '\n') {
		run_line();
	} else if (c == BACKSPACE || c == DELETE) {
		if (prompt.len) {
			prompt.len--;
			uart_write("\b \b", 3);
		}
	} else if (c >= ' ' && c < DELETE && prompt.len < LINE_MAX) {
		prompt.line[prompt.len++] = c;
		uart_write(&c, 1);
	}
}
