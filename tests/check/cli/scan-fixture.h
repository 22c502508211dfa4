/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "command.h"

G_BEGIN_DECLS
/* A folder of payloads, and a sandbox to which `vitals scan` sends them. */
#define N_FILES 5
extern VitalsSandbox *sandbox;
extern gchar *folder;           /* with N_FILES payloads, 0.ckt ... */
extern gchar *state;            /* a path in it */

void set_up (void);
void tear_down (void);

/* In the folder. (transfer full) */
gchar *make_path (const gchar * name);
void write_file (const gchar * name, const gchar * content);
/* @frames of placeholder, in the default layout. (transfer full) */
GBytes *make_payload (guint frames);
void write_payload (const gchar * name, guint frames);

void add_fault (const gchar * spec);
/* The command with the sandbox's URL and its test key, as command_start() and
 * command_run(). */
GSubprocess *start (const gchar * const *arguments);
gint run (const gchar * const *arguments, gchar ** out, gchar ** err);

G_END_DECLS
