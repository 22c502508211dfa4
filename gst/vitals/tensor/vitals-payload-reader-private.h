/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/tensor/vitals-tensor-layout-private.h>

G_BEGIN_DECLS

/*
 * VitalsPayloadReader: reads one payload, gzip member or plain, from bytes in
 * blocks of any size, checks it against a layout that is not opaque and hands
 * on its body. It never holds more than a few KiB, whatever is in the bytes.
 */
typedef struct _VitalsPayloadReader VitalsPayloadReader;

/* Bytes of the body as they lie in the payload, in order. */
typedef void (*VitalsPayloadBodyFunc) (const guint8 * bytes, gsize size,
    gpointer user_data);

/* @body_func may be NULL. */
VitalsPayloadReader *vitals_payload_reader_new (VitalsTensorLayout * layout,
    VitalsPayloadBodyFunc body_func, gpointer user_data);
void vitals_payload_reader_free (VitalsPayloadReader * reader);
/* Ready for the next payload. */
void vitals_payload_reader_reset (VitalsPayloadReader * reader);

/* Takes bytes up to the end of the payload; @taken says how many. FALSE with
 * VITALS_ERROR_INVALID_TENSOR. */
gboolean vitals_payload_reader_feed (VitalsPayloadReader * reader,
    const guint8 * bytes, gsize size, gsize * taken, GError ** error);
/* The payload is complete. */
gboolean vitals_payload_reader_is_done (const VitalsPayloadReader * reader);
/* It failed on bytes that are neither gzip nor a header of the layout. */
gboolean vitals_payload_reader_is_foreign (const VitalsPayloadReader * reader);
/* Of a payload that is done. */
guint vitals_payload_reader_get_frames (const VitalsPayloadReader * reader);
gdouble vitals_payload_reader_get_framerate (const VitalsPayloadReader *
    reader);
/* What is missing, for one that ends too early. */
GError *vitals_payload_reader_get_truncation (const VitalsPayloadReader *
    reader);

G_END_DECLS
