# SPDX-License-Identifier: MIT
# hilo: build, test, install. `make help` lists the targets and the variables.
#
# One archive for each layer, so that a wrong arrow between layers does not link. Everything made goes into $(B);
# nothing outside it is written except by install. Libraries are looked up only when a recipe needs them, so that
# `make check` and `make demo` can start on a machine that does not have them yet.

#: make             builds build/release/hilo
#: make demo        the console on throw-away data with a pretend carrier; DEMO="--speed 2" gives it flags
#: make check       builds with gcc and clang, lints, runs all tests; ends with "N passed, N failed"
#: make lint        the rules of the source alone
#: make fuzz        each fuzz target for FUZZ_SECONDS=60; FUZZ=name takes one
#: make crash       kills and restarts under load, ROUNDS=1000 times
#: make bench       the figures beside bare programs; BENCH="..." gives it flags
#: make install     PREFIX=/usr/local DESTDIR=; make uninstall takes the files away
#: make pot         collects the messages to translate into data/po
#: make clean       removes build/
#:
#: MODE=release|debug  SANITIZE=address,undefined|thread  CC=gcc|clang  WERROR=1  B=build-folder  V=1 shows commands
#: Libraries that are missing are installed by tools/bootstrap, which demo and check call by themselves.

ifeq ($(origin CC),default)
CC := gcc
endif
MODE ?= release
SANITIZE ?=
PREFIX ?= /usr/local
DESTDIR ?=
VERSION := $(strip $(file < VERSION))

comma := ,
empty :=
space := $(empty) $(empty)
clang := $(findstring clang,$(notdir $(CC)))
variant := $(if $(SANITIZE),$(subst $(comma),-,$(SANITIZE)),$(MODE))$(if $(clang),-clang)
B ?= build/$(variant)

ifeq ($(filter $(MODE),release debug),)
$(error MODE is "$(MODE)"; write MODE=release or MODE=debug)
endif

# Quiet unless V=1.
Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@printf '  %-6s %s\n' '$(1)' '$(2)')

# --- flags -----------------------------------------------------------------------------------------------------------

warnings := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wformat=2 -Wno-format-y2k \
	-Wundef -Wvla -Wimplicit-fallthrough -Wold-style-definition \
	-Werror=implicit-function-declaration -Werror=incompatible-pointer-types -Werror=int-conversion
warnings_gcc := -Wtrampolines -Wbidi-chars=any -Wlogical-op -Wduplicated-cond -Wcast-align=strict \
	-Wstringop-overflow=4 -Warray-bounds=2 -Wuse-after-free=3 -Wformat-overflow=2
warnings_clang := -Wcomma -Wunreachable-code
warnings += $(if $(clang),$(warnings_clang),$(warnings_gcc)) $(if $(filter 1,$(WERROR)),-Werror)

x86 := $(filter x86_64,$(shell uname -m))
hardening := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection \
	$(if $(x86),-fcf-protection=full) -fno-delete-null-pointer-checks -fno-strict-overflow -fno-strict-aliasing
hardening_link := -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,-z,separate-code

ifneq ($(SANITIZE),)
optimise := -O1 -fno-omit-frame-pointer -fsanitize=$(SANITIZE) -fno-sanitize-recover=all
else ifeq ($(MODE),release)
optimise := -O2 $(hardening)
else
optimise := -Og -fno-omit-frame-pointer -fstack-protector-strong
endif

pkgs_core := sqlite3 libcjson libcrypto
pkgs_net := libmicrohttpd libcurl
pkgs_sim := libmicrohttpd libcurl
pkgs_ui := ncursesw enchant-2 libpng libturbojpeg libwebp libgif
pkgs_commands :=
pkgs_all := $(sort $(pkgs_core) $(pkgs_net) $(pkgs_sim) $(pkgs_ui))
PKG_CONFIG ?= pkg-config

# Asked once, at the first use. _XOPEN_SOURCE of ncurses would take back what _GNU_SOURCE gives.
pkg_cflags = $(eval pkg_cflags := $$(filter-out -D%,$$(shell $(PKG_CONFIG) --cflags $(pkgs_all))))$(pkg_cflags)
pkg_libs = $(shell $(PKG_CONFIG) --libs $(1))

cppflags = -Isrc -D_GNU_SOURCE -DHILO_VERSION='"$(VERSION)"' $(pkg_cflags) $(CPPFLAGS)
cflags = -std=gnu17 -g -pthread -fPIE $(optimise) $(warnings) $(CFLAGS)
ldflags = -pthread -pie -Wl,--as-needed $(hardening_link) $(if $(SANITIZE),-fsanitize=$(SANITIZE)) $(LDFLAGS)
test_cppflags = -Itests/unit -Itests/tools -DHILO_TESTS_DIR='"$(CURDIR)/tests"' -DHILO_DATA_DIR='"$(CURDIR)/data"'

# --- what there is ---------------------------------------------------------------------------------------------------

layers := core net sim ui commands
below_core := core
below_net := net core
below_sim := sim core
below_ui := ui core
below_commands := commands ui sim net core

objects = $(patsubst %.c,$(B)/obj/%.o,$(wildcard src/$(1)/*.c))
archives = $(foreach layer,$(1),$(B)/lib$(layer).a)
libraries = $(call pkg_libs,$(sort $(foreach layer,$(1),$(pkgs_$(layer))))) -lunistring -lm

main_object := $(B)/obj/src/main.o
program := $(if $(wildcard src/main.c),$(B)/hilo)
schema_files := $(sort $(wildcard data/schema/sqlite/*.sql))
schema_object := $(B)/obj/gen/schema_sqlite.o
languages := $(patsubst data/po/%.po,%,$(wildcard data/po/*.po))
catalogues := $(foreach language,$(languages),$(B)/locale/$(language)/LC_MESSAGES/hilo.mo)
layer_objects := $(foreach layer,$(layers),$(call objects,$(layer)))

all: $(program) $(call archives,$(layers)) $(catalogues)

.PHONY: all FORCE
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
FORCE:

# Rewrites $@ only when the text given differs from what it holds, so that what depends on it is made again.
define write_if_changed
@mkdir -p $(@D)
@printf '%s\n' '$(subst ','\'',$(strip $(1)))' | cmp -s - $@ || printf '%s\n' '$(subst ','\'',$(strip $(1)))' > $@
endef

$(B)/flags: FORCE
	@$(PKG_CONFIG) --exists $(pkgs_all) || { \
		echo "Some libraries to build with are missing; run: tools/bootstrap" >&2; exit 1; }
	$(call write_if_changed,$(CC) $(cppflags) $(filter-out -Werror,$(cflags)) $(ldflags))

$(B)/prefix: FORCE
	$(call write_if_changed,$(PREFIX))

$(B)/obj/%.o: %.c $(B)/flags
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(cppflags) $(extra) $(cflags) -MMD -MP -c -o $@ $<

$(B)/obj/gen/%.o: $(B)/gen/%.c $(B)/flags
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(cppflags) $(cflags) -MMD -MP -c -o $@ $<

$(B)/obj/src/core/i18n.o: extra = -DHILO_LOCALE_DIR='"$(PREFIX)/share/locale"'
$(B)/obj/src/core/i18n.o: $(B)/prefix

$(B)/gen/schema_sqlite.list: FORCE
	$(call write_if_changed,$(schema_files))

$(B)/gen/schema_sqlite.c: tools/embed-schema $(B)/gen/schema_sqlite.list $(schema_files)
	$(call say,GEN,$@)
	$(Q)tools/embed-schema sqlite $(schema_files) > $@

define layer_rules
$(B)/lib$(1).list: FORCE
	$$(call write_if_changed,$$(call objects,$(1)))

$(B)/lib$(1).a: $(call objects,$(1)) $(if $(filter core,$(1)),$(schema_object)) $(B)/lib$(1).list
	$$(call say,AR,$$@)
	$$(Q)rm -f $$@ && $(AR) rcsD $$@ $$(filter %.o,$$^)
endef
$(foreach layer,$(layers),$(eval $(call layer_rules,$(layer))))

$(B)/hilo: $(main_object) $(call archives,$(below_commands))
	$(call say,LINK,$@)
	$(Q)$(CC) $(ldflags) -o $@ $^ $(call libraries,$(layers))

$(B)/locale/%/LC_MESSAGES/hilo.mo: data/po/%.po
	$(call say,MO,$@)
	@mkdir -p $(@D)
	$(Q)msgfmt --check --output-file=$@ $<

include $(wildcard $(patsubst %.o,%.d,$(layer_objects) $(main_object) $(schema_object)))

.PHONY: objects clean
objects: $(layer_objects) $(schema_object) $(if $(wildcard src/main.c),$(main_object))

clean:
	rm -rf build

# --- tests -----------------------------------------------------------------------------------------------------------
# tests/unit/<layer>/test_x.c links the archives of its layer and those below; a name with "vterm" links the terminal
# emulator too. Other .c files of that folder are linked into each of its tests. tests/contract and tests/screen may
# hold such programs as well: they may use every layer.

test_layers := $(layers) contract screen
test_folder = $(if $(filter $(1),$(layers)),tests/unit/$(1),tests/$(1))
below_contract := $(below_commands)
below_screen := $(below_commands)
test_sources = $(wildcard $(call test_folder,$(1))/test_*.c)
test_helpers = $(patsubst %.c,$(B)/obj/%.o,$(filter-out $(call test_folder,$(1))/test_%.c,$(wildcard $(call test_folder,$(1))/*.c)))
test_programs = $(patsubst $(call test_folder,$(1))/%.c,$(B)/tests/$(1)/%,$(call test_sources,$(1)))

define test_rules
$(B)/tests/$(1)/%: $(B)/obj/$(call test_folder,$(1))/%.o $(call test_helpers,$(1)) $(call archives,$(below_$(1)))
	$$(call say,LINK,$$@)
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(ldflags) -o $$@ $$^ $$(call libraries,$(below_$(1))) $$(call pkg_libs,cmocka $$(if $$(findstring vterm,$$*),vterm))
endef
$(foreach layer,$(test_layers),$(eval $(call test_rules,$(layer))))

all_test_programs := $(foreach layer,$(test_layers),$(call test_programs,$(layer)))
all_test_objects := $(foreach layer,$(test_layers),$(call test_helpers,$(layer)) \
	$(patsubst %.c,$(B)/obj/%.o,$(call test_sources,$(layer))))
$(B)/obj/tests/%.o: extra = $(test_cppflags)
.SECONDARY: $(all_test_objects)

# The terminal emulator that the screen tests drive.
vtscreen_objects := $(patsubst %.c,$(B)/obj/%.o,$(wildcard tests/tools/*.c))

$(B)/tests/vtscreen: $(vtscreen_objects) $(call archives,core)
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ldflags) -o $@ $^ $(call libraries,core) $(call pkg_libs,vterm) -lutil

# Each fuzz target is linked in two ways: with a main that replays the files of its corpus (any compiler, in
# `make check`) and with libFuzzer (clang, `make fuzz`).
fuzz_targets := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
replay_programs := $(patsubst %,$(B)/tests/fuzz/replay_%,$(fuzz_targets))
fuzz_programs := $(patsubst %,$(B)/tests/fuzz/fuzz_%,$(fuzz_targets))
fuzz_objects := $(patsubst %,$(B)/obj/tests/fuzz/fuzz_%.o,$(fuzz_targets)) $(B)/obj/tests/fuzz/replay.o
.SECONDARY: $(fuzz_objects)

$(B)/tests/fuzz/replay_%: $(B)/obj/tests/fuzz/fuzz_%.o $(B)/obj/tests/fuzz/replay.o $(call archives,$(below_commands))
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ldflags) -o $@ $^ $(call libraries,$(layers))

$(B)/tests/fuzz/fuzz_%: $(B)/obj/tests/fuzz/fuzz_%.o $(call archives,$(below_commands))
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ldflags) -fsanitize=fuzzer -o $@ $^ $(call libraries,$(layers))

# The bare programs that the benchmarks measure beside.
bench_programs := $(patsubst tests/bench/%.c,$(B)/tests/bench/%,$(wildcard tests/bench/*.c))
bench_objects := $(patsubst %.c,$(B)/obj/%.o,$(wildcard tests/bench/*.c))
.SECONDARY: $(bench_objects)

$(B)/tests/bench/%: $(B)/obj/tests/bench/%.o $(call archives,$(below_commands))
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ldflags) -o $@ $^ $(call libraries,$(layers))

test_tools := $(if $(wildcard tests/tools/vtscreen.c),$(B)/tests/vtscreen)

include $(wildcard $(patsubst %.o,%.d,$(all_test_objects) $(fuzz_objects) $(bench_objects) \
	$(vtscreen_objects)))

.PHONY: tests unit test-objects fuzz-programs bench-programs
unit: $(all_test_programs) $(replay_programs)
tests: all unit $(test_tools)
test-objects: objects $(all_test_objects) $(fuzz_objects) $(bench_objects)
fuzz-programs: $(fuzz_programs)
bench-programs: all $(bench_programs) $(test_tools)

# --- what people call ------------------------------------------------------------------------------------------------
# These install what is missing first and then start make again, since the libraries are looked up anew.

jobs = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))
again = $(MAKE) --no-print-directory $(jobs)
python = python3 -B
ROUNDS ?= 1000
FUZZ_SECONDS ?= 60
FUZZ ?= $(fuzz_targets)

.PHONY: demo check lint fuzz crash bench
demo:
	@tools/bootstrap build
	@$(again) all
	@$(B)/hilo demo $(DEMO)

check:
	@tools/bootstrap build tests
	@MAKE='$(MAKE)' JOBS='$(jobs)' SANITIZE='$(SANITIZE)' tests/check

lint:
	@tools/bootstrap build tests
	@tests/run lint

fuzz:
	@tools/bootstrap build fuzz
	@$(again) fuzz-programs B=build/fuzz CC=clang MODE=release SANITIZE=fuzzer-no-link,address,undefined
	@for what in $(FUZZ); do tests/fuzz/run build/fuzz $$what $(FUZZ_SECONDS) || exit 1; done

crash:
	@tools/bootstrap build tests
	@$(again) tests
	@HILO_BUILD='$(abspath $(B))' ROUNDS='$(ROUNDS)' PYTHONPATH=tests/e2e $(python) tests/e2e/crash.py

bench:
	@tools/bootstrap build tests
	@tools/bootstrap bench || true
	@$(again) bench-programs
	@HILO_BUILD='$(abspath $(B))' PYTHONPATH=tests/e2e $(python) tests/bench/run.py $(BENCH)

# --- translation -----------------------------------------------------------------------------------------------------

.PHONY: pot
pot:
	@tools/extract-messages > data/po/hilo.pot.new
	@mv data/po/hilo.pot.new data/po/hilo.pot
	@for po in data/po/*.po; do [ -e "$$po" ] || continue; \
		msgmerge --quiet --no-fuzzy-matching --no-wrap "$$po" data/po/hilo.pot | \
			msgattrib --no-obsolete --no-wrap --output-file="$$po.new" && mv "$$po.new" "$$po" || exit 1; done

# --- install ---------------------------------------------------------------------------------------------------------

bin_folder = $(DESTDIR)$(PREFIX)/bin
man_folder = $(DESTDIR)$(PREFIX)/share/man/man1
locale_folder = $(DESTDIR)$(PREFIX)/share/locale
unit_folder = $(DESTDIR)$(PREFIX)/lib/systemd/system
manual := $(wildcard data/man/hilo.1)
unit := $(wildcard data/systemd/hilo.service)

.PHONY: install uninstall help
install: all
	$(Q)install -D -m 755 $(B)/hilo $(bin_folder)/hilo
	$(if $(manual),$(Q)install -D -m 644 $(manual) $(man_folder)/hilo.1)
	$(if $(unit),$(Q)install -d $(unit_folder) && \
		sed 's|/usr/local/bin/|$(PREFIX)/bin/|' $(unit) > $(unit_folder)/hilo.service)
	$(Q)for language in $(languages); do \
		install -D -m 644 $(B)/locale/$$language/LC_MESSAGES/hilo.mo \
			$(locale_folder)/$$language/LC_MESSAGES/hilo.mo || exit 1; done

uninstall:
	$(Q)rm -f $(bin_folder)/hilo $(man_folder)/hilo.1 $(unit_folder)/hilo.service
	$(Q)for language in $(languages); do rm -f $(locale_folder)/$$language/LC_MESSAGES/hilo.mo; done

help:
	@sed -n 's/^#: //p' Makefile
