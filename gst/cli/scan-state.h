/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * ScanState: the payloads that were answered, in a file of JSON lines. A line
 * is on the disk before anything is told of the answer. One process at a time
 * uses a file. Not thread-safe.
 */
typedef struct _ScanState ScanState;

/* Which payload: the file (known by path, size and time of change), the kind
 * of key, the place of the payload in the file. */
typedef struct
{
  gchar *path;                  /* absolute */
  guint64 size;                 /* bytes */
  gint64 modified;              /* microseconds since 1970 */
  const gchar *key_environment; /* "test" or "live" */
} ScanFile;

typedef enum
{
  SCAN_STATE_UNKNOWN,
  SCAN_STATE_READ,              /* has a reading */
  SCAN_STATE_FAILED             /* was paid, could not be measured */
} ScanStateAnswer;

/* @path NULL: nothing is kept. Creates the file (0600); a last line that a
 * crash cut short is removed. */
ScanState *scan_state_open (const gchar * path, GError ** error);
void scan_state_close (ScanState * state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScanState, scan_state_close)

ScanStateAnswer scan_state_get (ScanState * state, const ScanFile * file,
    guint payload);
/* Payloads of the file if they were counted, 0 else. */
guint scan_state_get_n_payloads (ScanState * state, const ScanFile * file);
/* @result: the line of JSON that is printed. Returns when it is on the disk. */
gboolean scan_state_add (ScanState * state, const ScanFile * file,
    guint payload, guint n_payloads, ScanStateAnswer answer,
    const gchar * result, GError ** error);

G_END_DECLS
