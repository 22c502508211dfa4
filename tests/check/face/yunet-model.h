/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/face/vitals-face-detector-private.h>

G_BEGIN_DECLS

/*
 * A model that cv::FaceDetectorYN runs as it runs YuNet, and whose answer is
 * known: in place of a face it finds a bright blob on a dark ground.
 *
 * A blob is one and a quarter times as high as wide. Strides of 8, 16, 32 and,
 * of the older layout, 64 pixels find blobs of 2 to 4 strides in width whose
 * neighbours are 8 strides away; the box is that of the blob, wherever it lies,
 * and the score is its brightness (0 to 1), less a little by the distance from
 * the middle of a blob to the next middle of a cell: at most an eighth.
 *
 * A picture has to consist of whole cells of each stride. cv::FaceDetectorYN reads
 * as many answers as it counts cells, and rounds otherwise than this network.
 */

typedef enum
{
  YUNET_2022,                   /* loc, conf, iou over priors: OpenCV up to 4.7 */
  YUNET_2023                    /* cls, obj, bbox, kps of each stride: since 4.8 */
} YunetLayout;

/* What a pixel must exceed to be of a blob. */
#define YUNET_MODEL_GROUND 128
#define YUNET_MODEL_RATIO 1.25

/* Fails the test when it cannot be written. */
void yunet_model_write (const gchar * path, YunetLayout layout);
/* A detector that uses @path, where a model of the layout that this OpenCV takes
 * is written: it has to take one of the two. @layout: (out). Returns: (transfer
 * full): NULL, and says so, where the module is not built */
VitalsFaceDetector *yunet_model_open (const gchar * path, YunetLayout * layout);

G_END_DECLS
