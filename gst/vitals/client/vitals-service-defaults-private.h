/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

/*
 * What clients do when nobody says otherwise, and the elements on top of them.
 */
#define VITALS_DEFAULT_REQUEST_TIMEOUT (30 * GST_SECOND)
#define VITALS_DEFAULT_UPLOAD_TIMEOUT (300 * GST_SECOND)
#define VITALS_DEFAULT_MAX_RETRIES 3
/* of the Circadify service */
#define VITALS_DEFAULT_POLL_INTERVAL (2 * GST_SECOND)
#define VITALS_DEFAULT_POLL_TIMEOUT (120 * GST_SECOND)
