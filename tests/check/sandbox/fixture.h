/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals-sandbox.h>

#include "raw-client.h"

G_BEGIN_DECLS

#define START "/sdk/session/start"
#define COMPLETE "/sdk/session/upload-complete"
#define TEST_KEY VITALS_SANDBOX_TEST_KEY
#define LIVE_KEY VITALS_SANDBOX_LIVE_KEY

/* All fail the test when something else happens. */

VitalsSandbox *sandbox_start (const VitalsSandboxOptions * options);
RawAnswer *sandbox_ask (VitalsSandbox * sandbox, const gchar * method,
    const gchar * path, const gchar * key, const gchar * body);
/* (out): (transfer full) */
RawAnswer *sandbox_start_session (VitalsSandbox * sandbox, const gchar * key,
    gchar ** id, gchar ** upload_url);
/* A session whose payload was uploaded: its id. (transfer full) */
gchar *sandbox_upload_session (VitalsSandbox * sandbox, const gchar * key);
/* The same with this payload. (transfer full) */
gchar *sandbox_upload_payload (VitalsSandbox * sandbox, const gchar * key,
    GBytes * payload);
RawAnswer *sandbox_complete (VitalsSandbox * sandbox, const gchar * key,
    const gchar * id);
RawAnswer *sandbox_get_new_result (VitalsSandbox * sandbox, const gchar * key,
    const gchar * id);
RawAnswer *sandbox_get_old_result (VitalsSandbox * sandbox, const gchar * key,
    const gchar * id);

/* The status and, in JSON, the error code of an answer. */
void check_refusal (const RawAnswer * answer, guint status,
    const gchar * code);
/* 200, and the session's status. */
void check_status (const RawAnswer * answer, const gchar * expected);
/* The synthetic vitals. */
void check_vitals (const RawAnswer * answer);

G_END_DECLS
