/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/check/gstcheck.h>

/* Exit status of vitals measure. */
#define NO_READING 3

/* Names of files from measure_fixture_set_up() to measure_fixture_tear_down():
 * 7 s of a face of 72 beats a minute and of one without a pulse, and the folder
 * they are in. */
extern gchar *folder, *face, *mannequin;

void measure_fixture_set_up (void);
void measure_fixture_tear_down (void);
