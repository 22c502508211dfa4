/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/check/gstcheck.h>
#include <unistd.h>

#include "command.h"

static void
set_or_unset (GSubprocessLauncher * launcher, const gchar * name,
    const gchar * value)
{
  if (value)
    g_subprocess_launcher_setenv (launcher, name, value, TRUE);
  else
    g_subprocess_launcher_unsetenv (launcher, name);
}

GSubprocess *
command_spawn (GSubprocessLauncher * launcher, const gchar * base_url,
    const gchar * key, const gchar * const *arguments)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  set_or_unset (launcher, "CIRCADIFY_BASE_URL", base_url);
  set_or_unset (launcher, "CIRCADIFY_API_KEY", key);
  g_ptr_array_add (argv, (gpointer) g_getenv ("VITALS_COMMAND"));
  while (*arguments)
    g_ptr_array_add (argv, (gpointer) * arguments++);
  g_ptr_array_add (argv, NULL);
  process = g_subprocess_launcher_spawnv (launcher,
      (const gchar * const *) argv->pdata, &error);
  fail_unless (process != NULL, "%s", error ? error->message : "");
  return process;
}

GSubprocess *
command_start (const gchar * base_url, const gchar * key,
    const gchar * const *arguments)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE |
      G_SUBPROCESS_FLAGS_STDERR_PIPE);

  return command_spawn (launcher, base_url, key, arguments);
}

gint
command_wait (GSubprocess * process, gchar ** out, gchar ** err)
{
  g_autofree gchar *own_out = NULL;
  g_autofree gchar *own_err = NULL;
  g_autoptr (GError) error = NULL;

  fail_unless (g_subprocess_communicate_utf8 (process, NULL, NULL, &own_out,
          &own_err, &error), "%s", error ? error->message : "");
  fail_unless (g_subprocess_get_if_exited (process), "ended by a signal: %s",
      own_err);
  if (out)
    *out = g_steal_pointer (&own_out);
  if (err)
    *err = g_steal_pointer (&own_err);
  return g_subprocess_get_exit_status (process);
}

gint
command_run (const gchar * base_url, const gchar * key,
    const gchar * const *arguments, gchar ** out, gchar ** err)
{
  g_autoptr (GSubprocess) process = command_start (base_url, key, arguments);

  return command_wait (process, out, err);
}

static void
close_output (gpointer data G_GNUC_UNUSED)
{
  close (STDOUT_FILENO);
}

gint
command_run_without_output (const gchar * base_url, const gchar * key,
    const gchar * const *arguments, gchar ** err)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;

  g_subprocess_launcher_set_child_setup (launcher, close_output, NULL, NULL);
  process = command_spawn (launcher, base_url, key, arguments);
  return command_wait (process, NULL, err);
}

guint
count_strings (const gchar * text, const gchar * needle)
{
  guint count = 0;

  while ((text = strstr (text, needle))) {
    text += strlen (needle);
    count++;
  }
  return count;
}
