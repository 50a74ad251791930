# SPDX-License-Identifier: GPL-2.0
#
# The commands.  "make help" lists them; the work is done by scripts/ and by
# the makefiles of the parts.  A kernel that builds our modules reads Kbuild
# and never comes here.

# What all is built for, but "make modules": there the kernel decides.
TARGET	:= $(or $(ARCH),arm64)
O	:= $(CURDIR)/out/$(TARGET)

KDIR	?= /lib/modules/$(shell uname -r)/build
KVER	?= 6.12
GUEST	?= modules

kbuild	= $(MAKE) -C $(KDIR) M=$(CURDIR) \
	$(if $(ARCH),ARCH=$(ARCH)) \
	$(if $(CROSS_COMPILE),CROSS_COMPILE=$(CROSS_COMPILE))

.DEFAULT_GOAL := help

.PHONY: help
help:
	@sed -n 's/^## //p' $(firstword $(MAKEFILE_LIST))

## For everyone, on a fresh Debian 12 with root or sudo:
##   make demo          install what is missing, build, boot two guests with
##                      disk and network, and show what it cost
##   make check         all tests; ends with "N passed, N failed, N skipped"
##   make check-fast    the tests that need no QEMU, under a minute
##   make check-all     every kernel and configuration there is
##   make run SCENARIO= one scenario, its console attached
##   make bench         the measured scenarios as tables
##   make lint          checkpatch, sparse, W=1, kernel-doc, our own checks
##
.PHONY: deps demo check check-fast check-all run bench lint
deps:
	@scripts/deps

demo: deps
	@scripts/xenrun --arch $(TARGET) --build --table demo

check: deps
	@scripts/check --arch $(TARGET)

check-fast: deps
	@scripts/check --arch $(TARGET) --fast

check-all: deps
	@scripts/check --arch $(TARGET) --all

run: deps
	@test -n "$(SCENARIO)" || { \
		echo "make run: SCENARIO= one of:" \
			$$(scripts/xenrun --list) >&2; exit 1; }
	@scripts/xenrun --arch $(TARGET) --build --console --verbose \
		$(SCENARIO)

bench: deps
	@scripts/xenrun --build --icount --table --compare linux bench
	@scripts/xenrun --build --costs

lint: deps
	@scripts/lint

## The parts:
##   make modules       the guest's modules, beside their sources
##                      KDIR= (the running kernel's) ARCH= CROSS_COMPILE=
##   make modules_install   INSTALL_MOD_PATH= as every kernel module has it
##   make xenlet        the test hypervisor, out/ARCH/xenlet
##   make micro-guests  the bare-metal guests, out/ARCH/guest/
##   make kernel        a guest kernel into the cache; prints where
##                      ARCH= KVER=6.12 GUEST=modules|builtin|linux DEBUG=1
##                      (builtin: by scripts/overlay, which also works on
##                      a kernel tree of yours)
##                      PAGES=4k|16k|64k
##   make series KVER= [OUT=]   the patches and their cover letter
##   make clean         what the above left in this tree; the cache stays
.PHONY: modules modules_install xenlet micro-guests kernel series clean
modules modules_install:
	@test -e $(KDIR)/Makefile || { \
		echo "make $@: no kernel build folder at $(KDIR):" \
			"install the kernel's headers or give KDIR=" >&2; \
		exit 1; }
	$(kbuild) $@

# The kernel's source has libfdt.
xenlet:
	@source=$$(scripts/kernel --arch $(TARGET) --source) && \
	$(MAKE) --no-print-directory -C tools/testing/xen/xenlet \
		ARCH=$(TARGET) O=$(O) KSRC="$$source"

micro-guests:
	@$(MAKE) --no-print-directory -C tools/testing/xen/guest \
		ARCH=$(TARGET) O=$(O)

kernel: deps
	@scripts/kernel --arch $(TARGET) --kver $(KVER) --guest $(GUEST) \
		--pages $(or $(PAGES),4k) $(if $(filter-out 0,$(DEBUG)),--debug)

series:
	@test -x scripts/series || { \
		echo "make series: the patch series is not here yet" >&2; \
		exit 1; }
	@scripts/series --kver $(KVER) $(if $(OUT),--out $(OUT))

clean:
	@if [ -e $(KDIR)/Makefile ]; then $(kbuild) clean; fi
	rm -rf $(CURDIR)/out
