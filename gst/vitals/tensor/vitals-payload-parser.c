/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/tensor/vitals-payload-reader-private.h>
#include <vitals/tensor/vitals-payload-private.h>
#include <vitals/vitals-error-private.h>

/* Nobody sends a window larger than this, opaque or not. */
#define MAX_OPAQUE_BYTES (VITALS_HEADER_MAX_BYTES + 65536 + \
    (gsize) VITALS_TENSOR_MAX_FRAMES * VITALS_FRAME_BYTES)

struct _VitalsPayloadParser
{
  VitalsTensorLayout *layout;
  VitalsPayloadReader *reader;  /* NULL: opaque */
  GPtrArray *chunks;            /* of the payload that is being gathered */
  gsize gathered;
  GQueue ready;                 /* of VitalsParsedPayload */
  gboolean any;                 /* a payload was complete */
  gboolean failed;
  gboolean foreign;
};

VitalsPayloadParser *
vitals_payload_parser_new (VitalsTensorLayout * layout)
{
  VitalsPayloadParser *parser = g_new0 (VitalsPayloadParser, 1);

  parser->layout = vitals_tensor_layout_ref (layout);
  if (!vitals_tensor_layout_is_opaque (layout))
    parser->reader = vitals_payload_reader_new (layout, NULL, NULL);
  parser->chunks = g_ptr_array_new_with_free_func ((GDestroyNotify)
      g_bytes_unref);
  g_queue_init (&parser->ready);
  return parser;
}

static void
parsed_free (gpointer data)
{
  VitalsParsedPayload *parsed = data;

  vitals_payload_unref (parsed->payload);
  g_free (parsed);
}

void
vitals_payload_parser_free (VitalsPayloadParser * parser)
{
  g_queue_clear_full (&parser->ready, parsed_free);
  g_ptr_array_unref (parser->chunks);
  g_clear_pointer (&parser->reader, vitals_payload_reader_free);
  vitals_tensor_layout_unref (parser->layout);
  g_free (parser);
}

static void
complete (VitalsPayloadParser * parser, guint frames, gdouble framerate)
{
  VitalsParsedPayload *parsed = g_new0 (VitalsParsedPayload, 1);

  parsed->payload = vitals_payload_new_from_chunks (parser->chunks,
      vitals_tensor_layout_get_content_type (parser->layout));
  parsed->frames = frames;
  parsed->framerate = framerate;
  g_queue_push_tail (&parser->ready, parsed);
  parser->chunks = g_ptr_array_new_with_free_func ((GDestroyNotify)
      g_bytes_unref);
  parser->gathered = 0;
  parser->any = TRUE;
}

static void
gather (VitalsPayloadParser * parser, GBytes * bytes, gsize offset, gsize size)
{
  if (size == 0)
    return;
  g_ptr_array_add (parser->chunks, g_bytes_new_from_bytes (bytes, offset,
          size));
  parser->gathered += size;
}

static gboolean
push_opaque (VitalsPayloadParser * parser, GBytes * bytes, GError ** error)
{
  gsize size = g_bytes_get_size (bytes);

  if (size > MAX_OPAQUE_BYTES - parser->gathered) {
    vitals_set_error (error, VITALS_ERROR_INVALID_TENSOR,
        "The payload has more than %" G_GSIZE_FORMAT " bytes: one file is one "
        "payload", (gsize) MAX_OPAQUE_BYTES);
    return FALSE;
  }
  gather (parser, bytes, 0, size);
  return TRUE;
}

static gboolean
push_checked (VitalsPayloadParser * parser, GBytes * bytes, GError ** error)
{
  VitalsPayloadReader *reader = parser->reader;
  gsize size, taken, offset = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  while (offset < size) {
    if (!vitals_payload_reader_feed (reader, data + offset, size - offset,
            &taken, error)) {
      parser->foreign = !parser->any
          && vitals_payload_reader_is_foreign (reader);
      return FALSE;
    }
    gather (parser, bytes, offset, taken);
    offset += taken;
    if (vitals_payload_reader_is_done (reader)) {
      complete (parser, vitals_payload_reader_get_frames (reader),
          vitals_payload_reader_get_framerate (reader));
      vitals_payload_reader_reset (reader);
    }
  }
  return TRUE;
}

static gboolean
refuse_after_failure (GError ** error)
{
  vitals_set_error (error, VITALS_ERROR_INVALID_TENSOR,
      "Nothing more is read after a payload that was not valid");
  return FALSE;
}

gboolean
vitals_payload_parser_push (VitalsPayloadParser * parser, GBytes * bytes,
    GError ** error)
{
  gboolean good;

  if (parser->failed)
    return refuse_after_failure (error);
  good = parser->reader ? push_checked (parser, bytes, error)
      : push_opaque (parser, bytes, error);
  if (!good) {
    parser->failed = TRUE;
    g_ptr_array_set_size (parser->chunks, 0);
  }
  return good;
}

gboolean
vitals_payload_parser_finish (VitalsPayloadParser * parser, GError ** error)
{
  if (parser->failed)
    return refuse_after_failure (error);
  if (!parser->reader && parser->gathered > 0) {
    complete (parser, 0, 0);
    return TRUE;
  }
  if (parser->any && parser->gathered == 0)
    return TRUE;
  parser->failed = TRUE;
  if (parser->reader)
    g_propagate_error (error,
        vitals_payload_reader_get_truncation (parser->reader));
  else
    vitals_set_error (error, VITALS_ERROR_INVALID_TENSOR,
        "There is no payload: it has 0 bytes");
  return FALSE;
}

gboolean
vitals_payload_parser_pop (VitalsPayloadParser * parser,
    VitalsParsedPayload * parsed)
{
  VitalsParsedPayload *first = g_queue_pop_head (&parser->ready);

  if (!first)
    return FALSE;
  *parsed = *first;
  g_free (first);
  return TRUE;
}

gboolean
vitals_payload_parser_is_foreign (const VitalsPayloadParser * parser)
{
  return parser->foreign;
}

gboolean
vitals_payload_check (GBytes * bytes, VitalsTensorLayout * layout,
    guint * frames, gdouble * framerate, GError ** error)
{
  VitalsPayloadParser *parser = vitals_payload_parser_new (layout);
  VitalsParsedPayload first, second;
  gboolean good = vitals_payload_parser_push (parser, bytes, error)
      && vitals_payload_parser_finish (parser, error)
      && vitals_payload_parser_pop (parser, &first);

  if (good) {
    if (vitals_payload_parser_pop (parser, &second)) {
      vitals_payload_unref (second.payload);
      vitals_set_error (error, VITALS_ERROR_INVALID_TENSOR,
          "More than one payload: send them one by one");
      good = FALSE;
    }
    if (frames)
      *frames = first.frames;
    if (framerate)
      *framerate = first.framerate;
    vitals_payload_unref (first.payload);
  }
  vitals_payload_parser_free (parser);
  return good;
}
