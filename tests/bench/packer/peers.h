/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>
#include <vitals/capture/vitals-packer-private.h>

G_BEGIN_DECLS

/* Programs that do the same work on the same frame in the same process. */

typedef struct
{
  const gchar *name;
  /* NULL: not for this format */
  gpointer (*create) (const GstVideoInfo * info, const VitalsBox * face);
  void (*run) (gpointer peer, GstVideoFrame * frame);
  void (*destroy) (gpointer peer);
} Peer;

/* The patches in whole pixels, clipped to the frame, corners even. */
void get_patch (const GstVideoInfo * info, const VitalsBox * face, guint patch,
    GstVideoRectangle * rectangle);

extern const Peer peer_packer;
extern const Peer peer_read;
extern const Peer peer_converter_linear;
extern const Peer peer_converter_cubic;
extern const Peer peer_converter_two_taps;
#if HAVE_OPENCV
extern const Peer peer_opencv;
#endif

G_END_DECLS
