/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <vitals/vitals.h>

#include "scan-fixture.h"

VitalsSandbox *sandbox;
gchar *folder;
gchar *state;

gchar *
make_path (const gchar * name)
{
  return g_build_filename (folder, name, NULL);
}

void
write_file (const gchar * name, const gchar * content)
{
  g_autofree gchar *path = make_path (name);

  fail_unless (g_file_set_contents (path, content, -1, NULL));
}

GBytes *
make_payload (guint frames)
{
  g_autoptr (VitalsTensorLayout) layout = vitals_tensor_layout_new ("draft-1",
      NULL);
  g_autoptr (VitalsTensor) tensor = vitals_tensor_new_placeholder (frames);

  return vitals_tensor_encode (tensor, layout, 1, NULL);
}

void
write_payload (const gchar * name, guint frames)
{
  g_autofree gchar *path = make_path (name);
  g_autoptr (GBytes) payload = make_payload (frames);
  gsize size;
  const gchar *data = g_bytes_get_data (payload, &size);

  fail_unless (g_file_set_contents (path, data, size, NULL));
}

void
set_up (void)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  guint i;

  sandbox = vitals_sandbox_new (&options, NULL);
  fail_unless (sandbox != NULL);
  folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  state = make_path ("state");
  for (i = 0; i < N_FILES; i++) {
    g_autofree gchar *name = g_strdup_printf ("%u.ckt", i);

    write_payload (name, i + 1);
  }
}

void
tear_down (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while ((name = g_dir_read_name (dir))) {
    g_autofree gchar *path = make_path (name);

    g_unlink (path);
  }
  g_rmdir (folder);
  g_clear_pointer (&folder, g_free);
  g_clear_pointer (&state, g_free);
  vitals_sandbox_free (sandbox);
}

void
add_fault (const gchar * spec)
{
  fail_unless (vitals_sandbox_add_fault (sandbox, spec, NULL), "%s", spec);
}

GSubprocess *
start (const gchar * const *arguments)
{
  return command_start (vitals_sandbox_get_url (sandbox),
      VITALS_SANDBOX_TEST_KEY, arguments);
}

gint
run (const gchar * const *arguments, gchar ** out, gchar ** err)
{
  return command_run (vitals_sandbox_get_url (sandbox),
      VITALS_SANDBOX_TEST_KEY, arguments, out, err);
}
