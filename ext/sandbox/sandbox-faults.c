/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The grammar of faults; it is described in vitals-sandbox.h. */

#include <vitals/vitals-file-private.h>

#include "sandbox-private.h"

static const gchar *const route_names[] = {
  [SANDBOX_ROUTE_START] = "start",
  [SANDBOX_ROUTE_UPLOAD] = "upload",
  [SANDBOX_ROUTE_COMPLETE] = "complete",
  [SANDBOX_ROUTE_RESULT] = "result",
  [SANDBOX_ROUTE_MODEL] = "model",
  [SANDBOX_ROUTE_FILE] = "file",
  [SANDBOX_ROUTE_STREAM] = "stream"
};

typedef gboolean (*ActionFunc) (SandboxFault * fault, const gchar * value,
    GError ** error);

SandboxRoute
sandbox_route_from_name (const gchar * name)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (route_names); i++) {
    if (g_str_equal (name, route_names[i]))
      return i;
  }
  return SANDBOX_ROUTE_NONE;
}

static gboolean
read_number (const gchar * text, guint64 min, guint64 max, guint64 * number,
    GError ** error)
{
  return g_ascii_string_to_unsigned (text, 10, min, max, number, error);
}

static gboolean
parse_status (SandboxFault * fault, const gchar * value, GError ** error)
{
  guint64 status;

  if (!read_number (value, 200, 599, &status, error))
    return FALSE;
  fault->status = status;
  return TRUE;
}

static gboolean
parse_work (SandboxFault * fault, const gchar * value G_GNUC_UNUSED,
    GError ** error G_GNUC_UNUSED)
{
  fault->work = TRUE;
  return TRUE;
}

static gboolean
parse_code (SandboxFault * fault, const gchar * value,
    GError ** error G_GNUC_UNUSED)
{
  g_free (fault->code);
  fault->code = g_strdup (value);
  return TRUE;
}

static gboolean
parse_header (SandboxFault * fault, const gchar * value, GError ** error)
{
  const gchar *equals = strchr (value, '=');

  if (!equals || equals == value) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        "header=%s: give NAME=VALUE", value);
    return FALSE;
  }
  g_ptr_array_add (fault->headers, g_strndup (value, equals - value));
  g_ptr_array_add (fault->headers, g_strdup (equals + 1));
  return TRUE;
}

static void
set_body (SandboxFault * fault, gchar * text, gsize length)
{
  g_clear_pointer (&fault->body, g_bytes_unref);
  fault->body = g_bytes_new_take (text, length);
}

static gboolean
parse_body (SandboxFault * fault, const gchar * value,
    GError ** error G_GNUC_UNUSED)
{
  set_body (fault, g_strdup (value), strlen (value));
  return TRUE;
}

static gboolean
parse_body_file (SandboxFault * fault, const gchar * value, GError ** error)
{
  gchar *text;
  gsize length;

  text = vitals_file_read (value, SANDBOX_MAX_BODY_BYTES, &length, error);
  if (!text)
    return FALSE;
  set_body (fault, text, length);
  return TRUE;
}

static gboolean
parse_type (SandboxFault * fault, const gchar * value,
    GError ** error G_GNUC_UNUSED)
{
  g_free (fault->type);
  fault->type = g_strdup (value);
  return TRUE;
}

static gboolean
parse_delay (SandboxFault * fault, const gchar * value, GError ** error)
{
  guint64 delay;

  if (!read_number (value, 0, G_MAXINT, &delay, error))
    return FALSE;
  fault->delay_ms = delay;
  return TRUE;
}

static gboolean
parse_redirect (SandboxFault * fault, const gchar * value,
    GError ** error G_GNUC_UNUSED)
{
  fault->status = SOUP_STATUS_TEMPORARY_REDIRECT;
  g_ptr_array_add (fault->headers, g_strdup ("Location"));
  g_ptr_array_add (fault->headers, g_strdup (value));
  return TRUE;
}

static gboolean
parse_oversize (SandboxFault * fault, const gchar * value, GError ** error)
{
  return read_number (value, 32, G_MAXINT64, &fault->oversize, error);
}

static gboolean
parse_nested (SandboxFault * fault, const gchar * value, GError ** error)
{
  return read_number (value, 1, G_MAXINT64, &fault->nested, error);
}

static gboolean
parse_wrong_types (SandboxFault * fault, const gchar * value G_GNUC_UNUSED,
    GError ** error G_GNUC_UNUSED)
{
  fault->wrong_types = TRUE;
  return TRUE;
}

static gboolean
parse_failed (SandboxFault * fault, const gchar * value,
    GError ** error G_GNUC_UNUSED)
{
  fault->outcome = SANDBOX_OUTCOME_FAILED;
  g_free (fault->failure);
  fault->failure = g_strdup (value ? value : "The recording has no face.");
  return TRUE;
}

/* A row with a function is done by it; else with a cut (and, when it takes a
 * value, its bytes) or an outcome. */
static const struct
{
  const gchar *name;
  enum
  {
    VALUE_NONE,
    VALUE_NEEDED,
    VALUE_OPTIONAL
  } value;
  ActionFunc parse;
  SandboxCut cut;
  SandboxOutcome outcome;
} actions[] = {
  /* *INDENT-OFF* */
  {"status", VALUE_NEEDED, parse_status, 0, 0},
  {"work", VALUE_NONE, parse_work, 0, 0},
  {"code", VALUE_NEEDED, parse_code, 0, 0},
  {"header", VALUE_NEEDED, parse_header, 0, 0},
  {"body", VALUE_NEEDED, parse_body, 0, 0},
  {"body-file", VALUE_NEEDED, parse_body_file, 0, 0},
  {"type", VALUE_NEEDED, parse_type, 0, 0},
  {"delay", VALUE_NEEDED, parse_delay, 0, 0},
  {"redirect", VALUE_NEEDED, parse_redirect, 0, 0},
  {"oversize", VALUE_NEEDED, parse_oversize, 0, 0},
  {"nested", VALUE_NEEDED, parse_nested, 0, 0},
  {"wrong-types", VALUE_NONE, parse_wrong_types, 0, 0},
  {"failed", VALUE_OPTIONAL, parse_failed, 0, 0},
  {"reset", VALUE_NONE, NULL, SANDBOX_CUT_RESET, 0},
  {"reset-after", VALUE_NEEDED, NULL, SANDBOX_CUT_RESET_AFTER, 0},
  {"stall", VALUE_NONE, NULL, SANDBOX_CUT_STALL, 0},
  {"stall-after", VALUE_NEEDED, NULL, SANDBOX_CUT_STALL_AFTER, 0},
  {"stall-read", VALUE_NONE, NULL, SANDBOX_CUT_STALL_READ, 0},
  {"truncate", VALUE_NEEDED, NULL, SANDBOX_CUT_TRUNCATE, 0},
  {"work-then-reset", VALUE_NONE, NULL, SANDBOX_CUT_WORK_THEN_RESET, 0},
  {"close", VALUE_NONE, NULL, SANDBOX_CUT_CLOSE, 0},
  {"close-idle", VALUE_NONE, NULL, SANDBOX_CUT_CLOSE_IDLE, 0},
  {"expired", VALUE_NONE, NULL, 0, SANDBOX_OUTCOME_EXPIRED},
  {"never", VALUE_NONE, NULL, 0, SANDBOX_OUTCOME_NEVER},
  {"fallback", VALUE_NONE, NULL, 0, SANDBOX_OUTCOME_FALLBACK}
  /* *INDENT-ON* */
};

static gboolean
apply_row (SandboxFault * fault, guint row, const gchar * value,
    GError ** error)
{
  if (actions[row].parse)
    return actions[row].parse (fault, value, error);

  if (actions[row].cut != SANDBOX_CUT_NONE) {
    if (fault->cut != SANDBOX_CUT_NONE) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
          "%s: the connection is cut in another way already",
          actions[row].name);
      return FALSE;
    }
    fault->cut = actions[row].cut;
    return !value || read_number (value, 0, G_MAXINT64, &fault->cut_bytes,
        error);
  }
  fault->outcome = actions[row].outcome;
  return TRUE;
}

static gboolean
parse_action (SandboxFault * fault, const gchar * action, GError ** error)
{
  const gchar *equals = strchr (action, '=');
  gsize length = equals ? (gsize) (equals - action) : strlen (action);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (actions); i++) {
    if (strlen (actions[i].name) != length ||
        strncmp (actions[i].name, action, length) != 0)
      continue;
    if ((actions[i].value == VALUE_NEEDED && !equals) ||
        (actions[i].value == VALUE_NONE && equals)) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
          "%s %s value", actions[i].name, equals ? "takes no" : "needs a");
      return FALSE;
    }
    return apply_row (fault, i, equals ? equals + 1 : NULL, error);
  }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
      "there is no action \"%.*s\"", (int) length, action);
  return FALSE;
}

/* "#N", "#N-M", "#N-" */
static gboolean
parse_occurrence (SandboxFault * fault, const gchar * text, GError ** error)
{
  g_auto (GStrv) ends = g_strsplit (text, "-", 2);
  guint64 first, last;

  if (!ends[0] || !read_number (ends[0], 1, G_MAXUINT, &first, error))
    return FALSE;
  last = ends[1] ? G_MAXUINT : first;
  if (ends[1] && *ends[1] && !read_number (ends[1], first, G_MAXUINT, &last,
          error))
    return FALSE;
  fault->first = first;
  fault->last = last;
  return TRUE;
}

static gboolean
parse_route (SandboxFault * fault, gchar * text, GError ** error)
{
  gchar *hash = strchr (text, '#');

  if (hash) {
    *hash = '\0';
    if (!parse_occurrence (fault, hash + 1, error))
      return FALSE;
  }
  fault->route = g_str_equal (text, "any") ? SANDBOX_ROUTE_ANY :
      sandbox_route_from_name (text);
  if (fault->route == SANDBOX_ROUTE_NONE) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        "\"%s\" is no route: start, upload, complete, result, model, "
        "file, stream or any", text);
    return FALSE;
  }
  return TRUE;
}

static gboolean
parse_actions (SandboxFault * fault, const gchar * text, GError ** error)
{
  g_auto (GStrv) list = g_strsplit (text, ",", -1);
  guint i;

  if (!list[0]) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        "no action follows the colon");
    return FALSE;
  }
  for (i = 0; list[i]; i++) {
    if (!parse_action (fault, list[i], error))
      return FALSE;
  }
  return TRUE;
}

static void
fault_clear (SandboxFault * fault)
{
  g_free (fault->code);
  g_ptr_array_unref (fault->headers);
  g_clear_pointer (&fault->body, g_bytes_unref);
  g_free (fault->type);
  g_free (fault->failure);
}

SandboxFault *
sandbox_fault_ref (SandboxFault * fault)
{
  return g_atomic_rc_box_acquire (fault);
}

void
sandbox_fault_unref (SandboxFault * fault)
{
  g_atomic_rc_box_release_full (fault, (GDestroyNotify) fault_clear);
}

SandboxFault *
sandbox_fault_parse (const gchar * spec, GError ** error)
{
  g_auto (GStrv) parts = g_strsplit (spec, ":", 2);
  SandboxFault *fault;

  if (!parts[0] || !parts[1]) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        "fault \"%s\": write ROUTE[#N]:ACTION", spec);
    return NULL;
  }
  fault = g_atomic_rc_box_new0 (SandboxFault);
  fault->first = 1;
  fault->last = G_MAXUINT;
  fault->headers = g_ptr_array_new_with_free_func (g_free);
  if (!parse_route (fault, parts[0], error) ||
      !parse_actions (fault, parts[1], error)) {
    g_prefix_error (error, "fault \"%s\": ", spec);
    sandbox_fault_unref (fault);
    return NULL;
  }
  return fault;
}

gboolean
sandbox_fault_matches (const SandboxFault * fault, SandboxRoute route,
    guint occurrence)
{
  return (fault->route == route || fault->route == SANDBOX_ROUTE_ANY) &&
      occurrence >= fault->first && occurrence <= fault->last;
}
