/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What an error message says, and what to do when it is of @input, which is
 * not repeated: an address may have a password. (transfer full) */
gchar *measure_advice_describe (GstMessage * message, const gchar * input);

G_END_DECLS
