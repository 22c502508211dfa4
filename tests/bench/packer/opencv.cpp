/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* OpenCV's INTER_AREA on the same patches: whole pixels, and each plane as it
 * is, without conversion to RGB. */

#include <opencv2/imgproc.hpp>
#include <vector>

extern "C"
{
#include "peers.h"
}

namespace
{

struct Plane
{
  guint index;
  int type;
  cv::Rect area;
};

struct OpenCV
{
  std::vector<Plane> planes;
  std::vector<cv::Mat> outputs;
};

void
add_plane (OpenCV *self, guint index, int type, const GstVideoRectangle *patch,
    int shift)
{
  self->planes.push_back ({index, type, cv::Rect (patch->x >> shift,
          patch->y >> shift, patch->w >> shift, patch->h >> shift)});
  self->outputs.push_back (cv::Mat (VITALS_PATCH_SIZE, VITALS_PATCH_SIZE,
          type));
}

gpointer
opencv_create (const GstVideoInfo *info, const VitalsBox *face)
{
  OpenCV *self = new OpenCV;

  cv::setNumThreads (1);
  for (guint i = 0; i < VITALS_N_PATCHES; i++) {
    GstVideoRectangle patch;

    get_patch (info, face, i, &patch);
    switch (GST_VIDEO_INFO_FORMAT (info)) {
      case GST_VIDEO_FORMAT_I420:
        add_plane (self, 0, CV_8UC1, &patch, 0);
        add_plane (self, 1, CV_8UC1, &patch, 1);
        add_plane (self, 2, CV_8UC1, &patch, 1);
        break;
      case GST_VIDEO_FORMAT_NV12:
        add_plane (self, 0, CV_8UC1, &patch, 0);
        add_plane (self, 1, CV_8UC2, &patch, 1);
        break;
      case GST_VIDEO_FORMAT_RGB:
        add_plane (self, 0, CV_8UC3, &patch, 0);
        break;
      case GST_VIDEO_FORMAT_BGRx:
        add_plane (self, 0, CV_8UC4, &patch, 0);
        break;
      default:
        delete self;
        return nullptr;
    }
  }
  return self;
}

void
opencv_run (gpointer peer, GstVideoFrame *frame)
{
  OpenCV *self = static_cast<OpenCV *> (peer);

  for (size_t i = 0; i < self->planes.size (); i++) {
    const Plane &plane = self->planes[i];
    cv::Mat all (plane.area.y + plane.area.height,
        plane.area.x + plane.area.width, plane.type,
        GST_VIDEO_FRAME_PLANE_DATA (frame, plane.index),
        GST_VIDEO_FRAME_PLANE_STRIDE (frame, plane.index));

    cv::resize (all (plane.area), self->outputs[i],
        self->outputs[i].size (), 0, 0, cv::INTER_AREA);
  }
}

void
opencv_destroy (gpointer peer)
{
  delete static_cast<OpenCV *> (peer);
}

}

extern "C" const Peer peer_opencv = {
  "opencv-area", opencv_create, opencv_run, opencv_destroy
};
