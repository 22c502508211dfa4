/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Uploads over loopback to a service that discards, in turns: the transport
 * module on the network thread, and bare libsoup PUTs of the same bytes, one
 * asynchronous as that thread has to send, one that blocks its thread.
 *
 *   bench-upload [--rounds N] [--megabytes N]
 *
 * Prints the medians, and how much of what libsoup can send the network thread
 * sends.
 */

#include <discard-server.h>
#include <libsoup/soup.h>
#include <stdlib.h>
#include <vitals/client/vitals-network-private.h>

#define CHUNK_BYTES (64 * 1024)

static gint n_rounds = 21;
static gint megabytes = 45;

static const GOptionEntry options[] = {
  {"rounds", 0, 0, G_OPTION_ARG_INT, &n_rounds,
      "Uploads of each, the median counts (21)", "N"},
  {"megabytes", 0, 0, G_OPTION_ARG_INT, &megabytes,
      "Size of an upload (45, the largest payload)", "N"},
  {NULL, 0, 0, 0, NULL, NULL, NULL}
};

typedef struct
{
  gchar *url;
  GBytes *bytes;
  VitalsPayload *payload;       /* the same, in chunks as the sink makes them */
  SoupSession *session;
} Upload;

static void
upload_init (Upload * upload, const gchar * base_url)
{
  gsize size = (gsize) megabytes * 1000000, at;
  guint8 *data = g_malloc (size);
  GPtrArray *chunks =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (at = 0; at < size; at++)
    data[at] = at * 2654435761u >> 24;
  upload->url = g_strconcat (base_url, "/upload", NULL);
  upload->bytes = g_bytes_new_take (data, size);
  for (at = 0; at < size; at += CHUNK_BYTES)
    g_ptr_array_add (chunks, g_bytes_new_from_bytes (upload->bytes, at,
            MIN (CHUNK_BYTES, size - at)));
  upload->payload = vitals_payload_new_from_chunks (chunks,
      "application/octet-stream");
  upload->session = soup_session_new ();
}

static void
upload_clear (Upload * upload)
{
  g_object_unref (upload->session);
  vitals_payload_unref (upload->payload);
  g_bytes_unref (upload->bytes);
  g_free (upload->url);
}

static SoupMessage *
make_message (Upload * upload)
{
  SoupMessage *message = soup_message_new ("PUT", upload->url);

  soup_message_add_flags (message, SOUP_MESSAGE_NEW_CONNECTION);
  soup_message_set_request_body_from_bytes (message,
      "application/octet-stream", upload->bytes);
  return message;
}

static gboolean
send_blocking (Upload * upload)
{
  SoupMessage *message = make_message (upload);
  GBytes *answer = soup_session_send_and_read (upload->session, message, NULL,
      NULL);
  gboolean good = answer && soup_message_get_status (message) == 200;

  g_clear_pointer (&answer, g_bytes_unref);
  g_object_unref (message);
  return good;
}

static void
keep_result (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
send_async (Upload * upload)
{
  SoupMessage *message = make_message (upload);
  GAsyncResult *result = NULL;
  GBytes *answer;
  gboolean good;

  soup_session_send_and_read_async (upload->session, message,
      G_PRIORITY_DEFAULT, NULL, keep_result, &result);
  while (!result)
    g_main_context_iteration (NULL, TRUE);
  answer = soup_session_send_and_read_finish (upload->session, result, NULL);
  g_object_unref (result);
  good = answer && soup_message_get_status (message) == 200;
  g_clear_pointer (&answer, g_bytes_unref);
  g_object_unref (message);
  return good;
}

/* One upload on the network thread, and who waits for it. */
typedef struct
{
  VitalsRequest *request;
  GMutex lock;
  GCond cond;
  gboolean done, good;
} Sending;

static void
sent (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Sending *sending = user_data;
  VitalsResponse *response = vitals_transport_send_finish (VITALS_TRANSPORT
      (source), result, NULL);

  g_mutex_lock (&sending->lock);
  sending->good = response && response->status == 200;
  sending->done = TRUE;
  g_cond_signal (&sending->cond);
  g_mutex_unlock (&sending->lock);
  g_clear_pointer (&response, vitals_response_free);
}

static gboolean
start_sending (gpointer user_data)
{
  Sending *sending = user_data;

  vitals_transport_send_async (vitals_network_get_transport (),
      sending->request, NULL, sent, sending);
  return G_SOURCE_REMOVE;
}

static gboolean
send_own (Upload * upload)
{
  Sending sending = { NULL };

  g_mutex_init (&sending.lock);
  g_cond_init (&sending.cond);
  sending.request = vitals_request_new ("PUT", upload->url);
  sending.request->body = vitals_payload_ref (upload->payload);
  sending.request->max_response_bytes = 1000;
  vitals_network_invoke (start_sending, &sending, NULL);
  g_mutex_lock (&sending.lock);
  while (!sending.done)
    g_cond_wait (&sending.cond, &sending.lock);
  g_mutex_unlock (&sending.lock);
  vitals_request_unref (sending.request);
  g_mutex_clear (&sending.lock);
  g_cond_clear (&sending.cond);
  return sending.good;
}

static gdouble
measure (gboolean (*send) (Upload * upload), Upload * upload)
{
  gint64 start = g_get_monotonic_time ();

  if (!send (upload)) {
    g_printerr ("an upload failed\n");
    exit (1);
  }
  return (g_get_monotonic_time () - start) * 1e-6;
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return (x > y) - (x < y);
}

static gdouble
take_median (GArray * seconds)
{
  g_array_sort (seconds, compare);
  return g_array_index (seconds, gdouble, seconds->len / 2);
}

typedef struct
{
  const gchar *name;
    gboolean (*send) (Upload * upload);
  GArray *seconds;
} Peer;

static Peer peers[] = {
  {"network thread", send_own, NULL},
  {"libsoup, asynchronous", send_async, NULL},
  {"libsoup, blocking", send_blocking, NULL}
};

static void
report (void)
{
  gdouble own = take_median (peers[0].seconds);
  guint i;

  g_print ("%d MB, medians of %d:\n", megabytes, n_rounds);
  for (i = 0; i < G_N_ELEMENTS (peers); i++) {
    gdouble median = take_median (peers[i].seconds);

    g_print ("  %-24s %6.0f MB/s, the network thread has %3.0f %% of it\n",
        peers[i].name, megabytes / median, 100.0 * median / own);
  }
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *url = NULL;
  DiscardServer server;
  Upload upload;
  guint peer;
  gint i;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("%s\n", error->message);
    return 2;
  }
  if (n_rounds < 1 || megabytes < 1 || !discard_server_start (&server)) {
    g_printerr ("--rounds and --megabytes must be 1 or more\n");
    return 2;
  }
  if (!vitals_network_prepare (FALSE, &error)) {
    g_printerr ("%s\n", error->message);
    discard_server_stop (&server);
    return 1;
  }
  url = discard_server_dup_url (&server);
  upload_init (&upload, url);
  for (peer = 0; peer < G_N_ELEMENTS (peers); peer++)
    peers[peer].seconds = g_array_new (FALSE, FALSE, sizeof (gdouble));
  for (i = 0; i < n_rounds; i++) {
    for (peer = 0; peer < G_N_ELEMENTS (peers); peer++) {
      gdouble seconds = measure (peers[peer].send, &upload);

      g_array_append_val (peers[peer].seconds, seconds);
    }
  }
  report ();
  for (peer = 0; peer < G_N_ELEMENTS (peers); peer++)
    g_array_unref (peers[peer].seconds);
  upload_clear (&upload);
  discard_server_stop (&server);
  return 0;
}
