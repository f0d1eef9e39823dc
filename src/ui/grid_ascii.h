/* SPDX-License-Identifier: MIT */
/* Lines and symbols of the console in ASCII, for braille displays, screen readers and poor fonts. */
#ifndef HILO_UI_GRID_ASCII_H
#define HILO_UI_GRID_ASCII_H

#include <stddef.h>

/* What stands for a cluster of one column; NUL if it stays as it is. */
char grid_ascii(const char *cluster, size_t len);

#endif
