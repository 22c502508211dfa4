/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is checked before anything is sent; and the retry policy, which knows
 * no network. */

#include <string.h>
#include <glib/gstdio.h>
#include <vitals/client/vitals-key-file-private.h>
#include <vitals/client/vitals-network-private.h>
#include <vitals/client/vitals-retry-private.h>
#include <vitals/client/vitals-url-private.h>
#include <vitals/vitals-error-private.h>
#include "fixture.h"

static const struct
{
  const gchar *key;
  gint code;                    /* -1: a good one */
} keys[] = {
  {NULL, VITALS_ERROR_MISSING_API_KEY},
  {"", VITALS_ERROR_MISSING_API_KEY},
  {"ck_test_KEYSECRET", -1},
  {"ck_live_0", -1},
  {"ck_test_", VITALS_ERROR_INVALID_API_KEY},
  {"ck_prod_KEYSECRET", VITALS_ERROR_INVALID_API_KEY},
  {"KEYSECRET", VITALS_ERROR_INVALID_API_KEY},
  {"ck_test_KEYSECRET\n", VITALS_ERROR_INVALID_API_KEY},
  {"ck_test_KEY_SECRET", VITALS_ERROR_INVALID_API_KEY},
  {"ck_test_K\xc3\xa9Y", VITALS_ERROR_INVALID_API_KEY}
};

GST_START_TEST (keys_are_checked_by_their_form)
{
  GError *error = NULL;
  VitalsCircadifyClient *client;

  g_unsetenv ("CIRCADIFY_API_KEY");
  client = vitals_circadify_client_new (keys[__i__].key, NULL, &error);
  if (keys[__i__].code >= 0) {
    fail_unless (client == NULL);
    assert_error (error, keys[__i__].code);
  } else {
    fail_unless (client != NULL);
    g_object_unref (client);
  }
}

GST_END_TEST;

static const struct
{
  const gchar *url;
  gboolean good;
} urls[] = {
  {"https://api.circadify.com", TRUE},
  {"https://example.com:8443/prefix", TRUE},
  {"http://127.0.0.1:8080", TRUE},
  {"http://127.8.9.1", TRUE},
  {"http://[::1]:8080", TRUE},
  {"http://localhost:8080/", TRUE},
  {"http://api.circadify.com", FALSE},
  {"http://localhost.example.com", FALSE},
  {"http://127.0.0.1.example.com", FALSE},
  {"http://10.0.0.1", FALSE},
  {"https://user:KEYSECRET@example.com", FALSE},
  {"http://localhost@example.com", FALSE},
  {"https://", FALSE},
  {"ftp://example.com", FALSE},
  {"file:///etc/passwd", FALSE},
  {"example.com", FALSE},
  {"", FALSE}
};

GST_START_TEST (addresses_are_https_or_this_machine)
{
  GError *error = NULL;

  if (urls[__i__].good) {
    fail_unless (vitals_check_service_url (urls[__i__].url, &error), "%s: %s",
        urls[__i__].url, error ? error->message : "");
  } else {
    fail_if (vitals_check_service_url (urls[__i__].url, &error), "%s",
        urls[__i__].url);
    assert_error (error, VITALS_ERROR_INVALID_REQUEST);
  }
}

GST_END_TEST;

static const struct
{
  const gchar *url, *shown;
} shown_urls[] = {
  {"https://api.circadify.com", "https://api.circadify.com"},
  {"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
  {"http://localhost:9/", "http://localhost:9"},
  {"http://[::1]:8080/x", "http://[::1]:8080"},
  {"http://[::1]/x", "http://[::1]"},
  {"http://127.0.0.1:80/x", "http://127.0.0.1"},
  {"https://example.com:443/x", "https://example.com"},
  {"https://example.com:80/x", "https://example.com:80"},
  {"https://me:KEYSECRET@example.com:8443/KEYSECRET?a=KEYSECRET#KEYSECRET",
      "https://example.com:8443"},
  {"https://example.com:KEYSECRET/", "the given address"},
  {"KEYSECRET", "the given address"},
  {"", "the given address"}
};

GST_START_TEST (of_an_address_the_host_and_the_port_are_shown)
{
  gchar *shown = vitals_url_for_display (shown_urls[__i__].url);

  assert_equals_string (shown, shown_urls[__i__].shown);
  g_free (shown);
}

GST_END_TEST;

GST_START_TEST (key_and_address_come_from_the_environment)
{
  VitalsCircadifyClient *client;
  GError *error = NULL;
  gchar *url;

  g_setenv ("CIRCADIFY_API_KEY", LIVE_KEY, TRUE);
  g_setenv ("CIRCADIFY_BASE_URL", "http://127.0.0.1:9/", TRUE);
  client = vitals_circadify_client_new (NULL, NULL, &error);
  fail_unless (client != NULL);
  g_object_get (client, "base-url", &url, NULL);
  assert_equals_string (url, "http://127.0.0.1:9");
  assert_equals_string (vitals_circadify_client_get_key_environment (client),
      "live");
  g_free (url);
  g_object_unref (client);

  client = vitals_circadify_client_new (TEST_KEY, "https://example.com",
      &error);
  assert_equals_string (vitals_circadify_client_get_key_environment (client),
      "test");
  g_object_unref (client);

  g_setenv ("CIRCADIFY_BASE_URL", "http://example.com", TRUE);
  fail_unless (vitals_circadify_client_new (NULL, NULL, &error) == NULL);
  assert_error (error, VITALS_ERROR_INVALID_REQUEST);
  g_unsetenv ("CIRCADIFY_API_KEY");
  g_unsetenv ("CIRCADIFY_BASE_URL");
}

GST_END_TEST;

GST_START_TEST (key_cannot_be_read_back)
{
  GObjectClass *klass = g_type_class_ref (VITALS_TYPE_CIRCADIFY_CLIENT);
  GParamSpec *pspec = g_object_class_find_property (klass, "api-key");

  fail_unless (pspec != NULL);
  fail_if (pspec->flags & G_PARAM_READABLE);
  g_type_class_unref (klass);
}

GST_END_TEST;

GST_START_TEST (demographics_out_of_range_are_refused_unsent)
{
  static const VitalsDemographics people[] = { {-2, 0, 0}, {121, 0, 0},
  {30, 7, 0}, {30, 0, 7}, {30, 0, -1}
  };
  RawServer *server = raw_server_new (NULL, NULL);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GError *error = NULL;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (people); i++) {
    fail_unless (vitals_circadify_client_start_session (client, &people[i],
            NULL, &error) == NULL);
    assert_error (error, VITALS_ERROR_INVALID_REQUEST);
    error = NULL;
  }
  assert_equals_int (raw_server_get_count (server, "start"), 0);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

GST_START_TEST (upload_to_an_unsafe_address_is_refused)
{
  VitalsCircadifyClient *client = vitals_circadify_client_new (TEST_KEY, NULL,
      NULL);
  GBytes *bytes = g_bytes_new_static ("x", 1);
  GError *error = NULL;

  fail_if (vitals_circadify_client_upload (client,
          "http://example.com/UPLOADSECRET", bytes, NULL, &error));
  assert_error (error, VITALS_ERROR_INVALID_REQUEST);
  g_bytes_unref (bytes);
  g_object_unref (client);
}

GST_END_TEST;

GST_START_TEST (empty_payload_starts_no_scan)
{
  RawServer *server = raw_server_new (NULL, NULL);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GBytes *bytes = g_bytes_new_static ("", 0);
  GError *error = NULL;

  fail_unless (vitals_circadify_client_scan_tensor (client, bytes, NULL, NULL,
          &error) == NULL);
  assert_error (error, VITALS_ERROR_INVALID_TENSOR);
  assert_equals_int (raw_server_get_count (server, "start"), 0);
  g_bytes_unref (bytes);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

GST_START_TEST (missing_transport_says_what_to_install)
{
  gchar *path = g_strdup (g_getenv ("VITALS_MODULE_PATH"));
  GError *error = NULL;

  g_setenv ("VITALS_MODULE_PATH", "/nonexistent", TRUE);
  fail_if (vitals_network_prepare (FALSE, &error));
  fail_unless (strstr (error->message, "libsoup-3.0-0") != NULL, "%s",
      error->message);
  assert_error (error, VITALS_ERROR_UNSUPPORTED);
  g_setenv ("VITALS_MODULE_PATH", path, TRUE);
  g_free (path);
}

GST_END_TEST;

/* The retry policy */

static gboolean
decide (VitalsRetryRule rule, GError * error, gboolean sent, guint attempt,
    guint64 * delay)
{
  guint64 ignored;
  gboolean again = vitals_retry_decide (rule, error, sent, attempt, 3,
      delay ? delay : &ignored);

  g_error_free (error);
  return again;
}

static GError *
service_error (VitalsError code, guint status, gint64 retry_after)
{
  return vitals_error_new_service (code, NULL, status, TRUE, retry_after, "m");
}

static GError *
timeout_error (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "m");
}

GST_START_TEST (start_is_repeated_only_when_it_was_not_accepted)
{
  VitalsRetryRule rule = VITALS_RETRY_START;

  fail_unless (decide (rule, service_error (VITALS_ERROR_NETWORK, 0, -1),
          FALSE, 1, NULL));
  fail_unless (decide (rule, timeout_error (), FALSE, 1, NULL));
  fail_unless (decide (rule, service_error (VITALS_ERROR_RATE_LIMITED, 429,
              -1), TRUE, 1, NULL));
  fail_unless (decide (rule, service_error (VITALS_ERROR_SERVICE_UNAVAILABLE,
              503, 1), TRUE, 1, NULL));

  fail_if (decide (rule, service_error (VITALS_ERROR_NETWORK, 0, -1), TRUE, 1,
          NULL));
  fail_if (decide (rule, timeout_error (), TRUE, 1, NULL));
  fail_if (decide (rule, service_error (VITALS_ERROR_SERVICE_UNAVAILABLE, 503,
              -1), TRUE, 1, NULL));
  fail_if (decide (rule, service_error (VITALS_ERROR_SERVICE_UNAVAILABLE, 500,
              1), TRUE, 1, NULL));
  /* whatever the body of a 5xx says, the start may have been accepted */
  fail_if (decide (rule, service_error (VITALS_ERROR_RATE_LIMITED, 500, -1),
          TRUE, 1, NULL));
  fail_if (decide (rule, service_error (VITALS_ERROR_RATE_LIMITED, 502, 1),
          TRUE, 1, NULL));
  fail_if (decide (rule, service_error (VITALS_ERROR_RATE_LIMITED, 503, -1),
          TRUE, 1, NULL));
}

GST_END_TEST;

GST_START_TEST (others_are_repeated_when_it_can_help)
{
  VitalsRetryRule rule = VITALS_RETRY_REPEATABLE;

  fail_unless (decide (rule, timeout_error (), TRUE, 1, NULL));
  fail_unless (decide (rule, service_error (VITALS_ERROR_NETWORK, 0, -1), TRUE,
          3, NULL));
  fail_if (decide (rule, service_error (VITALS_ERROR_NETWORK, 0, -1), TRUE, 4,
          NULL));
  fail_if (decide (rule, vitals_error_new (VITALS_ERROR_INVALID_RESPONSE, "m"),
          TRUE, 1, NULL));
  fail_if (decide (rule, g_error_new_literal (G_IO_ERROR,
              G_IO_ERROR_CANCELLED, "m"), TRUE, 1, NULL));
  fail_if (decide (VITALS_RETRY_COMPLETE, timeout_error (), TRUE, 1, NULL));
}

GST_END_TEST;

GST_START_TEST (waits_grow_and_never_undercut_retry_after)
{
  guint64 delay;
  guint i;

  for (i = 0; i < 100; i++) {
    fail_unless (decide (VITALS_RETRY_REPEATABLE,
            service_error (VITALS_ERROR_NETWORK, 0, -1), TRUE, 1, &delay));
    fail_unless (delay >= 100 * GST_MSECOND && delay <= 200 * GST_MSECOND);
    fail_unless (decide (VITALS_RETRY_REPEATABLE,
            service_error (VITALS_ERROR_NETWORK, 0, -1), TRUE, 3, &delay));
    fail_unless (delay >= 400 * GST_MSECOND && delay <= 800 * GST_MSECOND);
  }
  fail_unless (decide (VITALS_RETRY_REPEATABLE,
          service_error (VITALS_ERROR_RATE_LIMITED, 429, 7), TRUE, 1, &delay));
  assert_equals_uint64 (delay, 7 * GST_SECOND);
  fail_if (decide (VITALS_RETRY_REPEATABLE,
          service_error (VITALS_ERROR_RATE_LIMITED, 429, 86400), TRUE, 1,
          &delay));
}

GST_END_TEST;

/* Editors on Windows put a byte order mark in front of the text. */
static const struct
{
  const gchar *text, *key;      /* key: NULL: refused */
} key_files[] = {
  {"\xef\xbb\xbf" TEST_KEY "\r\n", TEST_KEY},
  {"\xef\xbb\xbf  " TEST_KEY, TEST_KEY},
  {"\xef\xbb\xbf\r\n" TEST_KEY "\r\n", NULL},
  {"\xef\xbb\xbf", NULL},
  /* elsewhere it is as wrong as any other character */
  {TEST_KEY "\xef\xbb\xbf\n", TEST_KEY "\xef\xbb\xbf"}
};

GST_START_TEST (byte_order_mark_is_no_part_of_the_key_in_a_file)
{
  g_autofree gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "key", NULL);
  g_autofree gchar *key = NULL;
  GError *error = NULL;
  gboolean others_can_read;

  fail_unless (g_file_set_contents (path, key_files[__i__].text, -1, NULL));
  key = vitals_key_file_read (path, &others_can_read, &error);
  assert_equals_string (key, key_files[__i__].key);
  fail_unless (key != NULL || strstr (error->message, "line is empty"), "%s",
      error ? error->message : "");
  g_clear_error (&error);
  g_unlink (path);
  g_rmdir (folder);
}

GST_END_TEST;

static Suite *
checks_suite (void)
{
  Suite *suite = suite_create ("checks");
  TCase *tcase = tcase_create ("checks");

  suite_add_tcase (suite, tcase);
  /* first, before another test has loaded the transport */
  tcase_add_test (tcase, missing_transport_says_what_to_install);
  tcase_add_loop_test (tcase, keys_are_checked_by_their_form, 0,
      G_N_ELEMENTS (keys));
  tcase_add_loop_test (tcase, addresses_are_https_or_this_machine, 0,
      G_N_ELEMENTS (urls));
  tcase_add_loop_test (tcase, of_an_address_the_host_and_the_port_are_shown, 0,
      G_N_ELEMENTS (shown_urls));
  tcase_add_test (tcase, key_and_address_come_from_the_environment);
  tcase_add_test (tcase, key_cannot_be_read_back);
  tcase_add_loop_test (tcase, byte_order_mark_is_no_part_of_the_key_in_a_file,
      0, G_N_ELEMENTS (key_files));
  tcase_add_test (tcase, demographics_out_of_range_are_refused_unsent);
  tcase_add_test (tcase, upload_to_an_unsafe_address_is_refused);
  tcase_add_test (tcase, empty_payload_starts_no_scan);
  tcase_add_test (tcase, start_is_repeated_only_when_it_was_not_accepted);
  tcase_add_test (tcase, others_are_repeated_when_it_can_help);
  tcase_add_test (tcase, waits_grow_and_never_undercut_retry_after);
  return suite;
}

GST_CHECK_MAIN (checks)
