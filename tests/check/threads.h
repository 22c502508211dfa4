/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/check/gstcheck.h>

/* How many network threads of libvitals this process has. */
static inline guint
count_network_threads (void)
{
  GDir *dir = g_dir_open ("/proc/self/task", 0, NULL);
  const gchar *id;
  guint count = 0;

  fail_unless (dir != NULL);
  while ((id = g_dir_read_name (dir))) {
    gchar *path = g_strdup_printf ("/proc/self/task/%s/comm", id), *name;

    if (g_file_get_contents (path, &name, NULL, NULL)) {
      count += g_str_has_prefix (name, "vitals-network");
      g_free (name);
    }
    g_free (path);
  }
  g_dir_close (dir);
  return count;
}
