/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-circadify-client.h>
#include <vitals/vitals-reading-private.h>

G_BEGIN_DECLS

/* A range that the service names for a measure that it did not take. */
typedef struct
{
  gboolean present;
  gdouble min, max;
} VitalsFallbackRange;

struct _VitalsSession
{
  gatomicrefcount ref_count;

  gchar *session_id;
  gchar *upload_url;
  gint64 expires_at;            /* Unix seconds, -1: unknown */
  VitalsFallbackRange fallback[VITALS_N_MEASURES];
};

/* Copies. Filled further by the one who creates it, before it is shared. */
VitalsSession *vitals_session_new (const gchar * session_id,
    const gchar * upload_url);

/* The middle of each range, marked as fallback, confidence 0; NULL when the
 * service named no range: no number is ever made up here. */
VitalsReading *vitals_session_make_fallback (const VitalsSession * session);

G_END_DECLS
