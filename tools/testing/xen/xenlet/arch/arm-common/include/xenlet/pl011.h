/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Registers of the PL011 (DDI 0183), the machine's and the emulated one's.
 */
#ifndef XENLET_PL011_H
#define XENLET_PL011_H

#define PL011_DR	0x00
#define PL011_RSR	0x04
#define PL011_FR	0x18
#define PL011_CR	0x30
#define PL011_IMSC	0x38
#define PL011_RIS	0x3c
#define PL011_MIS	0x40
#define PL011_ICR	0x44

#define PL011_FR_RXFE	0x10
#define PL011_FR_TXFF	0x20
#define PL011_FR_TXFE	0x80

#define PL011_CR_ENABLE	0x001
#define PL011_CR_TX	0x100
#define PL011_CR_RX	0x200

#define PL011_INT_RX	0x10
#define PL011_INT_TX	0x20
#define PL011_INT_RT	0x40

#endif /* XENLET_PL011_H */
