/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* The library is built with -fvisibility=hidden: what carries this mark is
 * exported. Headers that end in -private.h are exported for the elements and
 * the command of this project only; they are not installed and may change. */
#ifdef __GI_SCANNER__
#define VITALS_API extern
#else
#define VITALS_API __attribute__ ((visibility ("default"))) extern
#endif
