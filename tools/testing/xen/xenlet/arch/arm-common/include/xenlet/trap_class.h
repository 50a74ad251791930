/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is done about a trap, by exception class. Handlers return HANDLED, or
 * UNHANDLED for an undefined instruction in the guest; none can fail xenlet.
 */
#ifndef XENLET_TRAP_CLASS_H
#define XENLET_TRAP_CLASS_H

#include <xenlet/syndrome.h>
#include <xenlet/trap.h>

struct vcpu;

enum verdict { UNHANDLED, HANDLED };

/** struct trap_class - @handle: NULL where there is nothing to be done */
struct trap_class {
	enum exit_class exit;
	enum verdict (*handle)(struct vcpu *v, struct syndrome *s);
};

/* By exception class; each instruction set has its own (arch). */
extern const struct trap_class trap_classes[EC_COUNT];

enum verdict trap_wait(struct vcpu *v, struct syndrome *s);
/** trap_firmware() - PSCI and the like */
enum verdict trap_firmware(struct vcpu *v, struct syndrome *s);
enum verdict trap_coprocessor(struct vcpu *v, struct syndrome *s);
enum verdict trap_data_abort(struct vcpu *v, struct syndrome *s);
enum verdict trap_instruction_abort(struct vcpu *v, struct syndrome *s);

#endif /* XENLET_TRAP_CLASS_H */
