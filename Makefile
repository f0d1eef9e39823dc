# hilo: build, test, install. `make help` lists the targets.
CC ?= gcc
MODE ?= release
SANITIZE ?=
PREFIX ?= /usr/local
variant := $(MODE)$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))
comma := ,
B ?= build/$(variant)

LIBS := ncursesw libcurl sqlite3 libmicrohttpd libcjson libcrypto libunistring
CPPFLAGS += -Isrc -I$(B)/gen -D_GNU_SOURCE
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wformat=2 -Wundef -Wvla -Wimplicit-fallthrough
CFLAGS_all := -std=gnu17 -g -O2 $(WARNINGS) -pthread

layers := core net sim ui commands
srcs = $(wildcard src/$(1)/*.c)
all: $(B)/hilo
.PHONY: all
