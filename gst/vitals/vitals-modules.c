/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <dlfcn.h>
#include <gmodule.h>
#include <vitals/vitals-error-private.h>
#include <vitals/vitals-modules-private.h>

#define MODULE_FOLDER "vitals-1.0"

/* Where this library lies, so that an installation can be moved. */
static gchar *
library_module_dir (void)
{
  Dl_info info;
  gchar *library, *folder;

  if (!dladdr (vitals_modules_find, &info) || !info.dli_fname)
    return NULL;
  library = g_canonicalize_filename (info.dli_fname, NULL);
  folder = g_path_get_dirname (library);
  g_free (library);
  library = g_build_filename (folder, MODULE_FOLDER, NULL);
  g_free (folder);
  return library;
}

/* (transfer full) */
static gchar **
module_dirs (void)
{
  const gchar *path = g_getenv ("VITALS_MODULE_PATH");
  GStrvBuilder *dirs;
  gchar *dir, **result;

  if (path && *path)
    return g_strsplit (path, G_SEARCHPATH_SEPARATOR_S, -1);

  dirs = g_strv_builder_new ();
  dir = library_module_dir ();
  if (dir)
    g_strv_builder_add (dirs, dir);
  g_free (dir);
  g_strv_builder_add (dirs, VITALS_LIBDIR G_DIR_SEPARATOR_S MODULE_FOLDER);
  result = g_strv_builder_end (dirs);
  g_strv_builder_unref (dirs);
  return result;
}

static gchar *
find_file (const gchar * name)
{
  gchar **dirs = module_dirs ();
  gchar *base = g_strconcat ("lib", name, "." G_MODULE_SUFFIX, NULL);
  gchar *file = NULL;
  guint i;

  for (i = 0; dirs[i] && !file; i++) {
    file = g_build_filename (dirs[i], base, NULL);
    if (!g_file_test (file, G_FILE_TEST_IS_REGULAR))
      g_clear_pointer (&file, g_free);
  }
  g_free (base);
  g_strfreev (dirs);
  return file;
}

gpointer
vitals_modules_find (const gchar * name, const gchar * symbol,
    const gchar * hint, GError ** error)
{
  gchar *file = find_file (name);
  GModule *module;
  gpointer address = NULL;

  if (!file) {
    vitals_set_error (error, VITALS_ERROR_UNSUPPORTED,
        "The module lib%s." G_MODULE_SUFFIX " is not installed: %s", name,
        hint);
    return NULL;
  }

  module = g_module_open (file, G_MODULE_BIND_LOCAL);
  if (!module) {
    vitals_set_error (error, VITALS_ERROR_UNSUPPORTED,
        "The module %s cannot be loaded: %s: %s", file, g_module_error (),
        hint);
  } else {
    /* it registers types, which cannot be taken back */
    g_module_make_resident (module);
    if (!g_module_symbol (module, symbol, &address))
      vitals_set_error (error, VITALS_ERROR_UNSUPPORTED,
          "The module %s is not of this version of the library: %s", file,
          hint);
  }
  g_free (file);
  return address;
}
