/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What starts CPUs and switches the machine off: PSCI, but for a board that is
 * older.
 */
#ifndef XENLET_BOARD_H
#define XENLET_BOARD_H

/**
 * struct board - the three things that only a machine's firmware can do
 * @cpu_on: enter secondary_cpu() on CPU @cpu, its struct cpu in the first
 *	register; not 0: it will not come
 * @reset, @off: the whole machine; return if that failed
 */
struct board {
	long (*cpu_on)(unsigned int cpu);
	void (*reset)(void);
	void (*off)(void);
};

extern const struct board psci_board;

/** arch_board() - this machine's */
const struct board *arch_board(void);

#endif /* XENLET_BOARD_H */
