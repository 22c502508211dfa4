/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What clients and transports hand to each other. */

#include <gst/check/gstcheck.h>
#include <vitals/client/vitals-transport-private.h>

static void
note_progress (gsize sent G_GNUC_UNUSED, gpointer user_data G_GNUC_UNUSED)
{
}

static VitalsRequest *
new_request (void)
{
  VitalsRequest *request = vitals_request_new ("PUT", "http://127.0.0.1/");
  GBytes *bytes = g_bytes_new_static ("0123456789", 10);

  vitals_request_add_header (request, "Accept", "application/json");
  request->body = vitals_payload_new (bytes, "text/plain");
  request->ca_file = g_strdup ("ca.pem");
  request->max_response_bytes = 100;
  g_bytes_unref (bytes);
  return request;
}

GST_START_TEST (copy_of_a_request_asks_for_the_same)
{
  VitalsRequest *request = new_request ();
  VitalsRequest *copy = vitals_request_copy (request);

  vitals_request_unref (request);
  assert_equals_string (copy->method, "PUT");
  assert_equals_string (copy->url, "http://127.0.0.1/");
  assert_equals_int (copy->headers->len, 2);
  assert_equals_string (g_ptr_array_index (copy->headers, 1),
      "application/json");
  assert_equals_uint64 (vitals_payload_get_size (copy->body), 10);
  assert_equals_string (copy->ca_file, "ca.pem");
  assert_equals_uint64 (copy->max_response_bytes, 100);
  vitals_request_unref (copy);
}

GST_END_TEST;

GST_START_TEST (copy_of_a_request_that_was_sent_was_not_sent)
{
  VitalsRequest *request = new_request (), *copy;

  request->sent = TRUE;
  request->progress = note_progress;
  request->progress_data = request;
  copy = vitals_request_copy (request);
  fail_if (copy->sent);
  fail_unless (copy->progress == NULL);

  /* what a transport that still holds the first does to it */
  copy->progress = note_progress;
  copy->progress_data = copy;
  request->progress = NULL;
  fail_unless (copy->progress == note_progress);
  vitals_request_unref (request);
  vitals_request_unref (copy);
}

GST_END_TEST;

static Suite *
transport_suite (void)
{
  Suite *suite = suite_create ("transport");
  TCase *tcase = tcase_create ("transport");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, copy_of_a_request_asks_for_the_same);
  tcase_add_test (tcase, copy_of_a_request_that_was_sent_was_not_sent);
  return suite;
}

GST_CHECK_MAIN (transport)
