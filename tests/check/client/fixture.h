/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/check/gstcheck.h>
#include <vitals/vitals.h>
#include "raw-server.h"

G_BEGIN_DECLS

#define TEST_KEY "ck_test_KEYSECRET"
#define LIVE_KEY "ck_live_KEYSECRET"

/* What happens to requests @from to @to (0: all later ones, too) of a route:
 * an answer, or whatever @action does. */
typedef struct
{
  const gchar *route;
  guint from, to;
  const gchar *status, *headers, *body;
  RawHandler action;
} Fault;

/* A RawHandler; @user_data: Fault[], ended by one without a route. */
RawEnd apply_faults (RawRequest * request, gpointer user_data);

RawEnd reset_after_head (RawRequest * request, gpointer user_data);
RawEnd reset_in_body (RawRequest * request, gpointer user_data);
RawEnd stall (RawRequest * request, gpointer user_data);
RawEnd stall_in_answer (RawRequest * request, gpointer user_data);
RawEnd cut_answer (RawRequest * request, gpointer user_data);

/* Polls each 10 ms and repeats once, so that tests are quick. */
VitalsCircadifyClient *new_client (RawServer * server, const gchar * key);
VitalsReading *scan (VitalsCircadifyClient * client, GCancellable * cancellable,
    GError ** error);
/* Frees it. */
void assert_error (GError * error, VitalsError code);
/* Scans against a server with @faults and expects @code; returns the message
 * (transfer full) and how often each was asked (may be NULL). */
gchar *scan_fails (const Fault * faults, VitalsError code, guint * starts,
    guint * uploads);
/* Likewise, and expects a reading. */
void scan_works (const Fault * faults, guint * starts, guint * uploads);

G_END_DECLS
