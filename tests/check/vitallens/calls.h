/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "../client/fixture.h"

G_BEGIN_DECLS

/* Calls of VitalsVitalLensClient to a service on a plain socket. */

#define CALLS_KEY "lensKEYSECRET"
#define CALLS_MODEL_BODY "{\"resolved_model\":\"vitallens-2.0\",\"config\":" \
    "{\"n_inputs\":5.0,\"input_size\":40,\"fps_target\":30," \
    "\"roi_method\":\"upper_body_cropped\"}}"

typedef enum
{
  SHAPE_DOCUMENTED,
  SHAPE_NEWER
} Shape;

/* The two that take frames. */
extern const gchar *const calls_routes[2];

/* Of @server, with one retry at most. (transfer full) */
VitalsVitalLensClient *calls_new_client (RawServer * server);
/* The one of CALLS_MODEL_BODY, with static strings. */
VitalsVitalLensModel calls_get_model (void);
/* Black. (transfer full) */
GBytes *calls_new_video (guint frames);
/* An answer with a waveform of @n samples 0, 1, 2 ... (transfer full) */
gchar *calls_make_body (Shape shape, guint n);
/* A server that does one thing on one route. @faults: two, to be kept as long.
 * (transfer full) */
RawServer *calls_serve (Fault * faults, const gchar * route,
    const gchar * status, const gchar * body);
/* Sends @frames of black to @route. (transfer full) */
VitalsVitalLensAnswer *calls_send (VitalsVitalLensClient * client,
    const gchar * route, guint frames, GCancellable * cancellable,
    GError ** error);
/* It is that of calls_make_body(). @answer: (transfer full) */
void calls_check_answer (VitalsVitalLensAnswer * answer, gsize n);

G_END_DECLS
