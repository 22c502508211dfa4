/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <vitals/tensor/vitals-payload-private.h>

G_BEGIN_DECLS

/*
 * The bytes of a payload as a stream: chunk after chunk, each byte copied once,
 * into the block that libsoup sends. (GMemoryInputStream looks for its place
 * from the first chunk on, at each read.)
 */
#define VITALS_TYPE_PAYLOAD_STREAM (vitals_payload_stream_get_type ())
G_DECLARE_FINAL_TYPE (VitalsPayloadStream, vitals_payload_stream, VITALS,
    PAYLOAD_STREAM, GInputStream)

/* Keeps a reference to @payload. Returns: (transfer full) */
GInputStream *vitals_payload_stream_new (VitalsPayload * payload);

G_END_DECLS
