/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a storage may answer to an upload, and what becomes of it. */

#include <string.h>
#include "fixture.h"

GST_START_TEST (redirect_of_the_upload_is_not_followed)
{
  static const Fault faults[] = {
    {"upload", 1, 0, "307 Temporary Redirect",
        "Location: http://127.0.0.1:1/upload/x\r\n", "", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  guint uploads;

  g_free (scan_fails (faults, VITALS_ERROR_UPLOAD_FAILED, NULL, &uploads));
  assert_equals_int (uploads, 1);
}

GST_END_TEST;

/* What is said of an upload that is refused for good, and what is not. */
static const struct
{
  const gchar *status, *advice;
} final_uploads[] = {
  {"301 Moved Permanently", "redirects are not followed"},
  {"307 Temporary Redirect", "redirects are not followed"},
  {"400 Bad Request", "scan again"},
  {"403 Forbidden", "scan again"},
  {"404 Not Found", "scan again"},
  {"413 Payload Too Large", "too large"}
};

GST_START_TEST (upload_refused_for_good_does_not_advise_to_wait)
{
  Fault faults[] = {
    {"upload", 1, 0, final_uploads[__i__].status,
        "Location: http://127.0.0.1:1/upload/x\r\n", "", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  guint uploads;
  gchar *message = scan_fails (faults, VITALS_ERROR_UPLOAD_FAILED, NULL,
      &uploads);

  assert_equals_int (uploads, 1);
  fail_unless (strstr (message, final_uploads[__i__].advice) != NULL, "%s",
      message);
  fail_unless (strstr (message, "later") == NULL, "%s", message);
  g_free (message);
}

GST_END_TEST;

GST_START_TEST (upload_refused_for_now_advises_to_wait)
{
  static const Fault faults[] = {
    {"upload", 1, 0, "503 Service Unavailable", NULL, "", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  guint uploads;
  gchar *message = scan_fails (faults, VITALS_ERROR_UPLOAD_FAILED, NULL,
      &uploads);

  fail_unless (uploads > 1);
  fail_unless (strstr (message, "try again later") != NULL, "%s", message);
  g_free (message);
}

GST_END_TEST;

static RawEnd
start_of_an_expired_session (RawRequest * request,
    gpointer user_data G_GNUC_UNUSED)
{
  gchar *body = g_strdup_printf ("{\"session_id\":\"s\",\"upload_url\":"
      "\"%s/upload/1?UPLOADSECRET\",\"expires_at\":\"2020-01-01T00:00:00Z\"}",
      raw_server_get_url (request->server));

  raw_request_answer (request, "200 OK", "", body);
  g_free (body);
  return RAW_ANSWERED;
}

GST_START_TEST (upload_refused_after_the_session_expired_says_so)
{
  static const Fault faults[] = {
    {"start", 1, 0, NULL, NULL, NULL, start_of_an_expired_session},
    {"upload", 1, 0, "403 Forbidden", NULL, "<Error/>", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  guint uploads;

  g_free (scan_fails (faults, VITALS_ERROR_SESSION_EXPIRED, NULL, &uploads));
  assert_equals_int (uploads, 1);
}

GST_END_TEST;

static Suite *
storage_suite (void)
{
  Suite *suite = suite_create ("storage");
  TCase *tcase = tcase_create ("storage");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, redirect_of_the_upload_is_not_followed);
  tcase_add_loop_test (tcase, upload_refused_for_good_does_not_advise_to_wait,
      0, G_N_ELEMENTS (final_uploads));
  tcase_add_test (tcase, upload_refused_for_now_advises_to_wait);
  tcase_add_test (tcase, upload_refused_after_the_session_expired_says_so);
  return suite;
}

GST_CHECK_MAIN (storage)
