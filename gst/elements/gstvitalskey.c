/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstvitalskey.h"

#include <vitals/client/vitals-key-file-private.h>

static gchar *
read_key_file (GstElement * element, const gchar * filename)
{
  GError *error = NULL;
  gboolean others_can_read;
  gchar *key = vitals_key_file_read (filename, &others_can_read, &error);

  if (!key) {
    GST_ELEMENT_ERROR (element, RESOURCE, OPEN_READ, ("api-key-file: %s",
            error->message), (NULL));
    g_error_free (error);
    return NULL;
  }
  if (others_can_read)
    GST_ELEMENT_WARNING (element, RESOURCE, SETTINGS,
        ("Others can read the key in %s: chmod 600 it.", filename), (NULL));
  return key;
}

gboolean
gst_vitals_key_find (GstElement * element, const gchar * api_key,
    const gchar * api_key_file, gchar ** key)
{
  *key = NULL;
  if (api_key && *api_key)
    *key = g_strdup (api_key);
  else if (api_key_file && *api_key_file)
    *key = read_key_file (element, api_key_file);
  else
    return TRUE;
  return *key != NULL;
}
