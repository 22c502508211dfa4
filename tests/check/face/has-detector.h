/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* FALSE, and says so, where the module or the cascade is not installed. */
gboolean has_detector (void);

G_END_DECLS
