/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/tensor/vitals-tensor-layout.h>

G_BEGIN_DECLS

/*
 * VitalsPayload: what is uploaded for one window, sealed: immutable, counted
 * (atomically). A list of chunks, so that it never has to be copied into one
 * piece.
 */
typedef struct _VitalsPayload VitalsPayload;

/* One chunk: the bytes as they are. */
VITALS_API VitalsPayload *vitals_payload_new (GBytes * bytes,
    const gchar * content_type);
/* @chunks: (element-type GBytes) (transfer full) */
VITALS_API VitalsPayload *vitals_payload_new_from_chunks (GPtrArray * chunks,
    const gchar * content_type);
VITALS_API VitalsPayload *vitals_payload_ref (VitalsPayload * payload);
VITALS_API void vitals_payload_unref (VitalsPayload * payload);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsPayload, vitals_payload_unref)

/* Bytes of all chunks. */
VITALS_API gsize vitals_payload_get_size (const VitalsPayload * payload);
VITALS_API guint vitals_payload_get_n_chunks (const VitalsPayload * payload);
/* (transfer none) */
VITALS_API GBytes *vitals_payload_get_chunk (const VitalsPayload * payload,
    guint index);
VITALS_API const gchar *vitals_payload_get_content_type (const VitalsPayload *
    payload);
/* All chunks in one piece (a copy unless there is one chunk).
 * Returns: (transfer full) */
VITALS_API GBytes *vitals_payload_to_bytes (const VitalsPayload * payload);

/*
 * VitalsPayloadWriter: makes a payload frame by frame; each frame is deflated
 * when it comes, so that sealing is quick. Not thread-safe.
 */
typedef struct _VitalsPayloadWriter VitalsPayloadWriter;

/**
 * VitalsCompressor:
 * @VITALS_COMPRESSOR_AUTO: the fastest that was built in
 * @VITALS_COMPRESSOR_ZLIB: zlib
 * @VITALS_COMPRESSOR_ISAL: ISA-L, where it was built in
 *
 * What compresses payloads.
 *
 * Since: 0.1
 */
typedef enum
{
  VITALS_COMPRESSOR_AUTO,
  VITALS_COMPRESSOR_ZLIB,
  VITALS_COMPRESSOR_ISAL
} VitalsCompressor;

#define VITALS_TYPE_COMPRESSOR (vitals_compressor_get_type ())
VITALS_API GType vitals_compressor_get_type (void);

/* @layout is not opaque. @level 0 to 9, 0 writes no gzip, as does a layout
 * without gzip. Error: VITALS_ERROR_UNSUPPORTED when @compressor was not
 * built, or when @level is 0 and only gzip could frame the payload. */
VITALS_API VitalsPayloadWriter *vitals_payload_writer_new (VitalsTensorLayout *
    layout, VitalsCompressor compressor, gint level, GError ** error);
VITALS_API void vitals_payload_writer_free (VitalsPayloadWriter * writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsPayloadWriter, vitals_payload_writer_free)

/* @frame: VITALS_FRAME_BYTES bytes, planes in the library's fixed order. */
VITALS_API void vitals_payload_writer_add_frame (VitalsPayloadWriter * writer,
    const guint8 * frame);
/* Seals what was added (at least one frame) and leaves the writer empty,
 * ready for the next window. Returns: (transfer full) */
VITALS_API VitalsPayload *vitals_payload_writer_seal (VitalsPayloadWriter *
    writer, gdouble framerate);
/* Forgets what was added. */
VITALS_API void vitals_payload_writer_reset (VitalsPayloadWriter * writer);

/*
 * VitalsPayloadParser: cuts a stream of bytes (of a file) into payloads; each
 * payload is framed by its header's frame count, or by the end of its gzip
 * member. Several may follow each other. With an opaque layout everything up
 * to the end is one payload. Bounded: a payload that grows past what
 * VITALS_TENSOR_MAX_FRAMES allows is an error. Not thread-safe.
 */
typedef struct _VitalsPayloadParser VitalsPayloadParser;

typedef struct
{
  VitalsPayload *payload;       /* (transfer full), the bytes as they came */
  guint frames;                 /* 0 when opaque */
  gdouble framerate;            /* 0 when unknown */
} VitalsParsedPayload;

VITALS_API VitalsPayloadParser *vitals_payload_parser_new (VitalsTensorLayout *
    layout);
VITALS_API void vitals_payload_parser_free (VitalsPayloadParser * parser);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsPayloadParser, vitals_payload_parser_free)

/* Error: VITALS_ERROR_INVALID_TENSOR; the parser takes nothing more then. When
 * the very first bytes are neither gzip nor this layout,
 * vitals_payload_parser_is_foreign() says so. */
VITALS_API gboolean vitals_payload_parser_push (VitalsPayloadParser * parser,
    GBytes * bytes, GError ** error);
/* The end: what is left must be complete. FALSE with an error else. */
VITALS_API gboolean vitals_payload_parser_finish (VitalsPayloadParser * parser,
    GError ** error);
/* Takes the next complete payload, FALSE when there is none (yet). */
VITALS_API gboolean vitals_payload_parser_pop (VitalsPayloadParser * parser,
    VitalsParsedPayload * parsed);
VITALS_API gboolean vitals_payload_parser_is_foreign (const VitalsPayloadParser
    * parser);

/* Checks one whole payload without keeping its decoded body.
 * VITALS_ERROR_INVALID_TENSOR else. */
VITALS_API gboolean vitals_payload_check (GBytes * bytes,
    VitalsTensorLayout * layout, guint * frames, gdouble * framerate,
    GError ** error);

G_END_DECLS
