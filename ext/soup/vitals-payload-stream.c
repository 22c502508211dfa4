/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "vitals-payload-stream.h"

#include <string.h>

/* *INDENT-OFF* */
struct _VitalsPayloadStream
{
  GInputStream parent;

  VitalsPayload *payload;
  guint chunk;                  /* the one that is read */
  gsize offset;                 /* in it */
};

static void vitals_payload_stream_pollable_init (GPollableInputStreamInterface *
    iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VitalsPayloadStream, vitals_payload_stream,
    G_TYPE_INPUT_STREAM, G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
        vitals_payload_stream_pollable_init))
/* *INDENT-ON* */

static gssize
vitals_payload_stream_read (GInputStream * stream, gpointer buffer, gsize count,
    GCancellable * cancellable G_GNUC_UNUSED, GError ** error G_GNUC_UNUSED)
{
  VitalsPayloadStream *self = VITALS_PAYLOAD_STREAM (stream);
  guint n_chunks = vitals_payload_get_n_chunks (self->payload);
  guint8 *target = buffer;
  gsize left = count;

  while (left > 0 && self->chunk < n_chunks) {
    gsize size, part;
    const guint8 *bytes = g_bytes_get_data (vitals_payload_get_chunk
        (self->payload, self->chunk), &size);

    part = MIN (left, size - self->offset);
    if (part > 0)
      memcpy (target, bytes + self->offset, part);
    target += part;
    left -= part;
    self->offset += part;
    if (self->offset == size) {
      self->chunk++;
      self->offset = 0;
    }
  }
  return count - left;
}

static gboolean
vitals_payload_stream_is_readable (GPollableInputStream * stream G_GNUC_UNUSED)
{
  return TRUE;
}

static GSource *
vitals_payload_stream_create_source (GPollableInputStream * stream,
    GCancellable * cancellable)
{
  GSource *ready = g_timeout_source_new (0);
  GSource *source = g_pollable_source_new_full (stream, ready, cancellable);

  g_source_unref (ready);
  return source;
}

static void
vitals_payload_stream_finalize (GObject * object)
{
  vitals_payload_unref (VITALS_PAYLOAD_STREAM (object)->payload);
  G_OBJECT_CLASS (vitals_payload_stream_parent_class)->finalize (object);
}

static void
vitals_payload_stream_class_init (VitalsPayloadStreamClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitals_payload_stream_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = vitals_payload_stream_read;
}

static void
vitals_payload_stream_init (VitalsPayloadStream * self G_GNUC_UNUSED)
{
}

static void
vitals_payload_stream_pollable_init (GPollableInputStreamInterface * iface)
{
  iface->is_readable = vitals_payload_stream_is_readable;
  iface->create_source = vitals_payload_stream_create_source;
}

GInputStream *
vitals_payload_stream_new (VitalsPayload * payload)
{
  VitalsPayloadStream *self = g_object_new (VITALS_TYPE_PAYLOAD_STREAM, NULL);

  self->payload = vitals_payload_ref (payload);
  return G_INPUT_STREAM (self);
}
