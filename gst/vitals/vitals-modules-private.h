/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/vitals-prelude.h>

G_BEGIN_DECLS

/*
 * The adapters of ext/ are private modules: opened by name when they are
 * needed, so that the library links none of what they adapt.
 */

/* Opens the module "lib@name.so" and looks @symbol up in it. Looked for in
 * the directories of VITALS_MODULE_PATH if that is set (nowhere else then),
 * else beside this library in vitals-1.0/, else there in the configured
 * libdir. The module stays resident. @hint: what to install when there is
 * none. VITALS_ERROR_UNSUPPORTED. Any thread. */
gpointer vitals_modules_find (const gchar * name, const gchar * symbol,
    const gchar * hint, GError ** error);

G_END_DECLS
