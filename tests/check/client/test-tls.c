/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* https: a certificate is trusted by its authority, and there is no way around
 * that. */

#include <string.h>
#include <glib/gstdio.h>
#include <vitals/client/vitals-network-private.h>
#include "fixture.h"

static gchar *
tls_file (const gchar * name)
{
  return g_build_filename (TLS_DIR, name, NULL);
}

static RawServer *
new_tls_server (GTlsCertificate ** certificate)
{
  gchar *file = tls_file ("server.pem");
  GError *error = NULL;

  *certificate = g_tls_certificate_new_from_file (file, &error);
  fail_unless (*certificate != NULL, "%s", error ? error->message : "");
  g_free (file);
  return raw_server_new_tls (*certificate, NULL, NULL);
}

static VitalsReading *
scan_over_tls (const gchar * ca_file, GError ** error)
{
  GTlsCertificate *certificate;
  RawServer *server = new_tls_server (&certificate);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  VitalsReading *reading;

  g_object_set (client, "ca-file", ca_file, NULL);
  reading = scan (client, NULL, error);
  assert_equals_int (raw_server_get_count (server, "start"), reading ? 1 : 0);
  g_object_unref (client);
  raw_server_free (server);
  g_object_unref (certificate);
  return reading;
}

GST_START_TEST (certificate_of_a_private_authority_is_trusted_by_ca_file)
{
  gchar *file = tls_file ("ca.pem");
  GError *error = NULL;
  VitalsReading *reading = scan_over_tls (file, &error);

  fail_unless (reading != NULL, "%s", error ? error->message : "");
  vitals_reading_unref (reading);
  g_free (file);
}

GST_END_TEST;

GST_START_TEST (ca_file_may_be_relative_to_the_folder)
{
  gchar *folder = g_get_current_dir ();
  GError *error = NULL;
  VitalsReading *reading;

  fail_unless_equals_int (g_chdir (TLS_DIR), 0);
  reading = scan_over_tls ("ca.pem", &error);
  fail_unless (reading != NULL, "%s", error ? error->message : "");
  fail_unless_equals_int (g_chdir (folder), 0);
  vitals_reading_unref (reading);
  g_free (folder);
}

GST_END_TEST;

GST_START_TEST (certificate_of_a_private_authority_is_refused_without)
{
  GError *error = NULL;

  fail_unless (scan_over_tls (NULL, &error) == NULL);
  fail_unless (strstr (error->message, "ca-file") != NULL, "%s",
      error->message);
  fail_if (vitals_error_get_retryable (error));
  assert_error (error, VITALS_ERROR_NETWORK);
}

GST_END_TEST;

GST_START_TEST (ca_file_that_cannot_be_read_is_told)
{
  GError *error = NULL;

  fail_unless (scan_over_tls ("/nonexistent/ca.pem", &error) == NULL);
  fail_unless (strstr (error->message, "ca-file") != NULL, "%s",
      error->message);
  fail_if (vitals_error_get_retryable (error));
  assert_error (error, VITALS_ERROR_INVALID_REQUEST);
}

GST_END_TEST;

GST_START_TEST (ca_file_is_checked_when_it_is_prepared)
{
  gchar *file = tls_file ("ca.pem");
  GError *error = NULL;

  fail_unless (vitals_network_prepare_ca_file (file, &error));
  fail_unless (vitals_network_prepare_ca_file ("", &error));
  fail_unless (vitals_network_prepare_ca_file (NULL, &error));
  fail_if (vitals_network_prepare_ca_file ("/nonexistent/ca.pem", &error));
  fail_unless (strstr (error->message, "ca-file") != NULL);
  assert_error (error, VITALS_ERROR_INVALID_REQUEST);
  g_free (file);
}

GST_END_TEST;

/* So that the network thread, which blocks everybody, finds it read. */
GST_START_TEST (ca_file_is_read_once)
{
  gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  gchar *copy = g_build_filename (folder, "ca.pem", NULL);
  gchar *file = tls_file ("ca.pem"), *text;
  GTlsDatabase *first, *second;

  fail_unless (g_file_get_contents (file, &text, NULL, NULL));
  fail_unless (g_file_set_contents (copy, text, -1, NULL));
  first = vitals_network_get_authorities (copy, NULL);
  fail_unless (first != NULL);
  g_unlink (copy);
  second = vitals_network_get_authorities (copy, NULL);
  fail_unless (first == second);
  g_object_unref (first);
  g_object_unref (second);
  g_rmdir (folder);
  g_free (text);
  g_free (file);
  g_free (copy);
  g_free (folder);
}

GST_END_TEST;

static Suite *
tls_suite (void)
{
  Suite *suite = suite_create ("tls");
  TCase *tcase = tcase_create ("tls");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase,
      certificate_of_a_private_authority_is_trusted_by_ca_file);
  tcase_add_test (tcase, ca_file_may_be_relative_to_the_folder);
  tcase_add_test (tcase, certificate_of_a_private_authority_is_refused_without);
  tcase_add_test (tcase, ca_file_that_cannot_be_read_is_told);
  tcase_add_test (tcase, ca_file_is_checked_when_it_is_prepared);
  tcase_add_test (tcase, ca_file_is_read_once);
  return suite;
}

/* TLS comes from a package of its own, glib-networking. */
int
main (int argc, char **argv)
{
  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ())) {
    g_printerr ("glib-networking is not installed: skipped\n");
    return 77;
  }
  gst_check_init (&argc, &argv);
  return gst_check_run_suite (tls_suite (), "tls", __FILE__);
}
