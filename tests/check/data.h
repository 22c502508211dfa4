/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

/*
 * The recordings that VITALS_TEST_DATA names. They are not part of the project:
 * a test that needs one is left out of its suite where it is not there, with a
 * line that tests/results.py counts; a program that needs one for all of its
 * tests returns EXIT_SKIPPED.
 */
#define EXIT_SKIPPED 77

/* Returns: (transfer full): the path, whether the file is there or not */
static inline gchar *
data_get_path (const gchar * name)
{
  const gchar *folder = g_getenv ("VITALS_TEST_DATA");

  return g_build_filename (folder ? folder : "", name, NULL);
}

/* FALSE, and says that @test is left out, when the file is not there. */
static inline gboolean
data_is_there (const gchar * name, const gchar * test)
{
  gchar *path = data_get_path (name);
  gboolean there = g_file_test (path, G_FILE_TEST_EXISTS);

  if (!there)
    g_print ("skipped: %s: no %s in VITALS_TEST_DATA\n", test, name);
  g_free (path);
  return there;
}
