/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The sandbox under many clients at once. */

#include <gst/check/gstcheck.h>

#include "fixture.h"

#define N_CLIENTS 400

/* A connection under way, which nothing waits for: more of them come at once
 * than the sandbox can accept meanwhile. (transfer full) */
static GSocket *
begin_connection (const gchar * url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
      G_SOCKET_PROTOCOL_TCP, NULL);

  address = g_inet_socket_address_new_from_string (g_uri_get_host (uri),
      g_uri_get_port (uri));
  g_socket_set_blocking (socket, FALSE);
  if (!g_socket_connect (socket, address, NULL, &error))
    fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PENDING),
        "%s", error->message);
  return socket;
}

GST_START_TEST (hundreds_that_connect_at_once_are_all_answered)
{
  static const VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  g_autoptr (VitalsSandbox) sandbox = sandbox_start (&options);
  const gchar *url = vitals_sandbox_get_url (sandbox);
  g_autofree gchar *start = g_strconcat (url, START, NULL);
  g_autofree gchar *request = raw_make_request ("POST", start, TEST_KEY, "{}");
  GSocketConnection *connections[N_CLIENTS];
  guint i;

  for (i = 0; i < N_CLIENTS; i++) {
    g_autoptr (GSocket) socket = begin_connection (url);

    connections[i] = g_socket_connection_factory_create_connection (socket);
  }
  for (i = 0; i < N_CLIENTS; i++) {
    GSocket *socket = g_socket_connection_get_socket (connections[i]);
    g_autoptr (GError) error = NULL;

    g_socket_set_blocking (socket, TRUE);
    g_socket_set_timeout (socket, 20);
    fail_unless (g_socket_condition_wait (socket, G_IO_OUT, NULL, NULL));
    fail_unless (g_socket_check_connect_result (socket, &error), "%u: %s", i,
        error ? error->message : "");
    fail_unless (raw_send (connections[i], request, strlen (request), NULL));
  }
  for (i = 0; i < N_CLIENTS; i++) {
    g_autoptr (RawAnswer) answer = raw_read_answer (connections[i], G_MAXUINT);

    fail_unless (answer->status == 200, "client %u: status %u, %s", i,
        answer->status, answer->error ? answer->error->message : "closed");
    g_object_unref (connections[i]);
  }
}

GST_END_TEST;

static Suite *
sandbox_load_suite (void)
{
  Suite *suite = suite_create ("sandbox-load");
  TCase *tcase = tcase_create ("load");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, hundreds_that_connect_at_once_are_all_answered);
  return suite;
}

GST_CHECK_MAIN (sandbox_load);
