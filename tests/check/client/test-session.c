/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A session against a service on a plain socket: start, upload, complete,
 * poll, and what goes wrong on the wire. */

#include <gst/check/gstcheck.h>
#include <vitals/vitals.h>
#include "raw-server.h"

#define KEY "ck_test_KEYSECRET"

static VitalsCircadifyClient *
new_client (RawServer * server)
{
  GError *error = NULL;
  VitalsCircadifyClient *client = vitals_circadify_client_new (KEY,
      raw_server_get_url (server), &error);

  fail_unless (client != NULL, "%s", error ? error->message : "");
  g_object_set (client, "poll-interval", 10 * GST_MSECOND, NULL);
  return client;
}

static VitalsReading *
scan (VitalsCircadifyClient * client, GError ** error)
{
  GBytes *data = g_bytes_new_take (g_malloc0 (300000), 300000);
  VitalsReading *reading = vitals_circadify_client_scan_tensor (client, data,
      NULL, NULL, error);

  g_bytes_unref (data);
  return reading;
}

GST_START_TEST (scan_gives_what_the_service_measured)
{
  RawServer *server = raw_server_new (NULL, NULL);
  VitalsCircadifyClient *client = new_client (server);
  GError *error = NULL;
  VitalsReading *reading = scan (client, &error);
  gdouble value;

  fail_unless (reading != NULL, "%s", error ? error->message : "");
  fail_unless (vitals_reading_get_value (reading, VITALS_MEASURE_HEART_RATE,
          &value));
  assert_equals_float (value, 72);
  fail_unless (vitals_reading_is_synthetic (reading));
  fail_if (vitals_reading_is_fallback (reading));
  assert_equals_string (vitals_reading_get_session_id (reading), "s1");
  assert_equals_string (vitals_reading_get_key_environment (reading), "test");
  assert_equals_int (raw_server_get_count (server, "start"), 1);
  assert_equals_int (raw_server_get_count (server, "upload"), 1);
  vitals_reading_unref (reading);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

static Suite *
session_suite (void)
{
  Suite *suite = suite_create ("session");
  TCase *tcase = tcase_create ("session");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, scan_gives_what_the_service_measured);
  return suite;
}

GST_CHECK_MAIN (session)
