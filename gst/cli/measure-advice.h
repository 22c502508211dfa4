/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Whether a message is of the source or of what decodes; our own elements say
 * what to do themselves. */
gboolean measure_advice_is_of_input (GstMessage * message);

/* What an error message says, and what to do when it is of @input, which is
 * not repeated: an address may have a password. (transfer full) */
gchar *measure_advice_describe (GstMessage * message, const gchar * input);

G_END_DECLS
