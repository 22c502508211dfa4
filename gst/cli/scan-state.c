/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>
#include <fcntl.h>
#include <gst/gst.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vitals/vitals-json-private.h>

#include "scan-state.h"

#define MAX_LINE_BYTES (1024 * 1024)
/* As gst_structure_new_empty ("answered") becomes JSON. */
#define LINE_START "{\"type\":\"answered\","

struct _ScanState
{
  gchar *path;                  /* NULL: nothing is kept */
  gchar *shown;                 /* the same, for messages */
  int fd;
  GHashTable *answers;          /* payload key -> ScanStateAnswer */
  GHashTable *counts;           /* file key -> number of payloads */
};

static gchar *
make_file_key (const ScanFile * file)
{
  return g_strdup_printf ("%s %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %s",
      file->key_environment, file->size, file->modified, file->path);
}

static gchar *
make_payload_key (const ScanFile * file, guint payload)
{
  g_autofree gchar *file_key = make_file_key (file);

  return g_strdup_printf ("%u %s", payload, file_key);
}

static void
remember (ScanState * state, const ScanFile * file, guint payload,
    guint n_payloads, ScanStateAnswer answer)
{
  g_hash_table_insert (state->answers, make_payload_key (file, payload),
      GUINT_TO_POINTER (answer));
  g_hash_table_insert (state->counts, make_file_key (file),
      GUINT_TO_POINTER (n_payloads));
}

/* What errno says. */
static void
set_system_error (const ScanState * state, GError ** error)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s",
      state->shown, g_strerror (errno));
}

/* --- reading --- */

static gboolean
get_whole_number (JsonObject * object, const gchar * member, gint64 * number)
{
  JsonNode *node = json_object_get_member (object, member);

  if (!node || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  *number = json_node_get_int (node);
  return TRUE;
}

static gboolean
read_answer (const gchar * text, ScanStateAnswer * answer)
{
  *answer = g_strcmp0 (text, "read") == 0 ? SCAN_STATE_READ : SCAN_STATE_FAILED;
  return *answer == SCAN_STATE_READ || g_strcmp0 (text, "failed") == 0;
}

/* See add_path(). Returns: (transfer full): NULL when the line names none */
static gchar *
read_path (JsonObject * object)
{
  const gchar *uri = vitals_json_get_string (object, "file-uri", NULL);

  if (uri)
    return g_filename_from_uri (uri, NULL, NULL);
  return g_strdup (vitals_json_get_string (object, "file", NULL));
}

static gboolean
read_line (ScanState * state, const gchar * line, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (line, length);
  g_autoptr (JsonObject) object = vitals_json_parse_object (bytes,
      MAX_LINE_BYTES, NULL);
  gint64 size, modified, payload, n_payloads;
  g_autofree gchar *path = NULL;
  ScanStateAnswer answer;
  ScanFile file;

  if (!object)
    return FALSE;
  path = read_path (object);
  file.key_environment = vitals_json_get_string (object, "key-environment",
      NULL);
  if (!path || !file.key_environment ||
      !read_answer (vitals_json_get_string (object, "answer", NULL), &answer) ||
      !get_whole_number (object, "size", &size) ||
      !get_whole_number (object, "modified", &modified) ||
      !get_whole_number (object, "payload", &payload) ||
      !get_whole_number (object, "payloads", &n_payloads) ||
      payload < 0 || payload >= n_payloads || n_payloads > G_MAXINT32)
    return FALSE;

  file.path = path;
  file.size = size;
  file.modified = modified;
  remember (state, &file, payload, n_payloads, answer);
  return TRUE;
}

/* Whether it can be the beginning of a line of a state file. */
static gboolean
is_begun (const gchar * text, gsize length)
{
  return strncmp (text, LINE_START, MIN (length, strlen (LINE_START))) == 0;
}

static gboolean
read_lines (ScanState * state, const gchar * text, gsize length,
    GError ** error)
{
  const gchar *line = text;
  const gchar *end;
  guint number = 1;

  while ((end = memchr (line, '\n', length - (line - text)))) {
    if (!read_line (state, line, end - line)) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
          "%s: line %u is no line of a state file: name another file",
          state->shown, number);
      return FALSE;
    }
    line = end + 1;
    number++;
  }
  /* what is left was cut short by a crash: its answer was never told */
  if (number == 1 && !is_begun (line, length - (line - text))) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
        "%s is no state file: name another file", state->shown);
    return FALSE;
  }
  if (ftruncate (state->fd, line - text) == 0)
    return TRUE;
  set_system_error (state, error);
  return FALSE;
}

/* --- opening --- */

static gboolean
lock_file (ScanState * state, GError ** error)
{
  state->fd = open (state->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (state->fd >= 0 && flock (state->fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  if (state->fd >= 0 && errno == EWOULDBLOCK)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
        "%s: another scan uses this state file", state->shown);
  else
    set_system_error (state, error);
  return FALSE;
}

/* A device or a pipe keeps nothing, and may have no end. */
static gboolean
check_is_file (ScanState * state, GError ** error)
{
  struct stat info;

  if (fstat (state->fd, &info) == 0 && S_ISREG (info.st_mode))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
      "%s keeps nothing: name a file", state->shown);
  return FALSE;
}

static gboolean
load (ScanState * state, GError ** error)
{
  g_autofree gchar *text = NULL;
  gsize length;

  return lock_file (state, error) && check_is_file (state, error) &&
      g_file_get_contents (state->path, &text, &length, error) &&
      read_lines (state, text, length, error);
}

ScanState *
scan_state_open (const gchar * path, GError ** error)
{
  g_autoptr (ScanState) state = g_new0 (ScanState, 1);

  state->path = g_strdup (path);
  state->shown = path ? g_filename_display_name (path) : NULL;
  state->fd = -1;
  state->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      NULL);
  state->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (path && !load (state, error))
    return NULL;
  return g_steal_pointer (&state);
}

void
scan_state_close (ScanState * state)
{
  if (state->fd >= 0)
    close (state->fd);
  g_hash_table_unref (state->answers);
  g_hash_table_unref (state->counts);
  g_free (state->path);
  g_free (state->shown);
  g_free (state);
}

/* --- asking and adding --- */

ScanStateAnswer
scan_state_get (ScanState * state, const ScanFile * file, guint payload)
{
  g_autofree gchar *key = make_payload_key (file, payload);

  return GPOINTER_TO_UINT (g_hash_table_lookup (state->answers, key));
}

guint
scan_state_get_n_payloads (ScanState * state, const ScanFile * file)
{
  g_autofree gchar *key = make_file_key (file);

  return GPOINTER_TO_UINT (g_hash_table_lookup (state->counts, key));
}

/* The name of a file is any bytes, a line is UTF-8: what is not is written as a
 * URI. All else is written as it is, which people and older versions read. */
static void
add_path (GstStructure * structure, const gchar * path)
{
  g_autofree gchar *uri = NULL;

  if (g_utf8_validate (path, -1, NULL)) {
    gst_structure_set (structure, "file", G_TYPE_STRING, path, NULL);
    return;
  }
  uri = g_filename_to_uri (path, NULL, NULL);
  gst_structure_set (structure, "file-uri", G_TYPE_STRING, uri, NULL);
}

static gchar *
make_line (const ScanFile * file, guint payload, guint n_payloads,
    ScanStateAnswer answer, const gchar * result)
{
  g_autoptr (GstStructure) structure = NULL;
  g_autofree gchar *json = NULL;

  structure = gst_structure_new_empty ("answered");
  add_path (structure, file->path);
  gst_structure_set (structure, "size", G_TYPE_UINT64, file->size,
      "modified", G_TYPE_INT64, file->modified,
      "key-environment", G_TYPE_STRING, file->key_environment,
      "payload", G_TYPE_UINT, payload, "payloads", G_TYPE_UINT, n_payloads,
      "answer", G_TYPE_STRING, answer == SCAN_STATE_READ ? "read" : "failed",
      NULL);
  json = vitals_structure_to_json (structure);
  json[strlen (json) - 1] = '\0';       /* its closing brace */
  return g_strdup_printf ("%s,\"result\":%s}\n", json, result);
}

static gboolean
write_all (int fd, const gchar * text)
{
  gsize left = strlen (text);

  while (left > 0) {
    gssize written = write (fd, text, left);

    if (written < 0 && errno != EINTR)
      return FALSE;
    if (written > 0) {
      text += written;
      left -= written;
    }
  }
  return fsync (fd) == 0;
}

/* A full disk takes a part of a line only. It is removed, and with it what may
 * not be on the disk: later lines, for which there may be room again, would
 * follow it, and the whole file could not be read. FALSE with errno */
static gboolean
append_line (int fd, const gchar * line)
{
  struct stat before;
  int failure;

  if (fstat (fd, &before) < 0)
    return FALSE;
  if (write_all (fd, line))
    return TRUE;
  failure = errno;
  while (ftruncate (fd, before.st_size) < 0 && errno == EINTR);
  errno = failure;
  return FALSE;
}

gboolean
scan_state_add (ScanState * state, const ScanFile * file, guint payload,
    guint n_payloads, ScanStateAnswer answer, const gchar * result,
    GError ** error)
{
  g_autofree gchar *line = NULL;

  remember (state, file, payload, n_payloads, answer);
  if (!state->path)
    return TRUE;
  line = make_line (file, payload, n_payloads, answer, result);
  if (append_line (state->fd, line))
    return TRUE;
  set_system_error (state, error);
  return FALSE;
}
