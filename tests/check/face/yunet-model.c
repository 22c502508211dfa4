/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "yunet-model.h"

#include <math.h>
#include <gst/check/gstcheck.h>
#include <vitals/vitals-error.h>

#include "onnx-writer.h"

/* Cells of a stride that a blob is looked for in, around each cell. */
#define WINDOW 9
/* Area of a blob, square strides: widths of 2 to 4 strides. */
#define LEAST_AREA (4 * YUNET_MODEL_RATIO - 0.5)
#define MOST_AREA (16 * YUNET_MODEL_RATIO + 0.5)
/* So much of a blob lies in the 3x3 cells around its middle: several small ones
 * together are none. */
#define HEART 3
#define LEAST_HEART 3.5
/* How steep what stands for a step is. */
#define STEEP 8
/* By square stride of distance from the middle of the cell. */
#define SCORE_LOSS 0.25
#define NO_AREA 1e-3

/* Of cv::FaceDetectorYN up to OpenCV 4.7, modules/objdetect/src/face_detect.cpp:
 * priors of each stride, pixels, and what loc is multiplied by. */
#define MAX_PRIORS 3
#define LOC_FIELDS 14
#define VARIANCE_PLACE 0.1
#define VARIANCE_WIDTH 0.1
#define VARIANCE_HEIGHT 0.2

typedef struct
{
  guint stride, n_priors;
  gfloat priors[MAX_PRIORS];
} Level;

static const Level levels[] = {
  {8, 3, {10, 16, 24}}, {16, 2, {32, 48}}, {32, 2, {64, 96}},
  {64, 3, {128, 192, 256}}
};

/* What is known of each cell: offset of the blob's middle, logarithm of its
 * area, both in strides; score. */
enum
{
  CELL_X,
  CELL_Y,
  CELL_LOG_AREA,
  CELL_SCORE,
  N_CELL
};

static void
add_conv (OnnxWriter * writer, const gchar * input, const gchar * output,
    guint n_out, guint n_in, guint kernel, guint stride,
    const gfloat * weights, const gfloat * biases)
{
  const gint64 sizes[] = { n_out, n_in, kernel, kernel }, n_biases = n_out;
  gint64 pad = stride < kernel ? kernel / 2 : 0;
  const OnnxAttribute attributes[] = {
    {"kernel_shape", 2, {kernel, kernel}}, {"strides", 2, {stride, stride}},
    {"pads", 4, {pad, pad, pad, pad}}, {NULL, 0, {0}}
  };
  g_autofree gchar *weights_name = g_strconcat (output, ".weights", NULL);
  g_autofree gchar *biases_name = g_strconcat (output, ".biases", NULL);
  g_autofree gchar *inputs = g_strjoin (" ", input, weights_name, biases_name,
      NULL);

  onnx_writer_add_floats (writer, weights_name, sizes, 4, weights);
  onnx_writer_add_floats (writer, biases_name, &n_biases, 1, biases);
  onnx_writer_add_node (writer, "Conv", inputs, output, attributes);
}

/* output = factor * input + shift */
static void
add_line (OnnxWriter * writer, const gchar * input, const gchar * output,
    gfloat factor, gfloat shift)
{
  add_conv (writer, input, output, 1, 1, 1, 1, &factor, &shift);
}

static void
add_channels (OnnxWriter * writer, const gchar * inputs, const gchar * output)
{
  const OnnxAttribute attributes[] = { {"axis", 0, {1}}, {NULL, 0, {0}} };

  onnx_writer_add_node (writer, "Concat", inputs, output, attributes);
}

/* Channels of each pixel: whether it is of a blob, and how bright it is then. */
static void
add_pixels (OnnxWriter * writer)
{
  const gfloat step[] = { STEEP / 3.0, STEEP / 3.0, STEEP / 3.0 };
  const gfloat step_bias = -STEEP * YUNET_MODEL_GROUND, no_bias = 0;
  const gfloat mean[] = { 1 / 765.0, 1 / 765.0, 1 / 765.0 };

  add_conv (writer, "input", "above", 1, 3, 1, 1, step, &step_bias);
  onnx_writer_add_node (writer, "Sigmoid", "above", "blob", NULL);
  add_conv (writer, "input", "bright", 1, 3, 1, 1, mean, &no_bias);
  onnx_writer_add_node (writer, "Mul", "blob bright", "shine", NULL);
  add_channels (writer, "blob shine", "pixels");
}

/* Channels of each cell: area, moments to the right and down from its middle,
 * and brightness, all in strides. */
static void
add_cells (OnnxWriter * writer, guint stride, const gchar * output)
{
  const gfloat no_biases[4] = { 0 };
  gsize n = (gsize) stride * stride, i;
  g_autofree gfloat *weights = g_new0 (gfloat, 4 * 2 * n);

  for (i = 0; i < n; i++) {
    weights[i] = 1.0f / n;
    weights[2 * n + i] = ((i % stride + 0.5f) / stride - 0.5f) / n;
    weights[4 * n + i] = ((i / stride + 0.5f) / stride - 0.5f) / n;
    weights[7 * n + i] = 1.0f / n;
  }
  add_conv (writer, "pixels", output, 4, 2, stride, stride, weights, no_biases);
}

/* The area in the cells next to each. */
static void
add_heart (OnnxWriter * writer, const gchar * cells, const gchar * output)
{
  gfloat weights[4 * HEART * HEART] = { 0 }, no_bias = 0;
  guint i;

  for (i = 0; i < HEART * HEART; i++)
    weights[i] = 1;
  add_conv (writer, cells, output, 1, 4, HEART, 1, weights, &no_bias);
}

/* The sum of a channel of the cells over the window. @across, @down: so many
 * times the area of each cell besides, by the cell's place in the window. */
static void
add_window (OnnxWriter * writer, const gchar * cells, const gchar * output,
    guint channel, gfloat across, gfloat down, gfloat bias)
{
  const guint n = WINDOW * WINDOW;
  gfloat weights[4 * WINDOW * WINDOW] = { 0 };
  guint i;

  for (i = 0; i < n; i++) {
    weights[i] = across * ((gfloat) (i % WINDOW) - WINDOW / 2)
        + down * ((gfloat) (i / WINDOW) - WINDOW / 2);
    weights[channel * n + i] += 1;
  }
  add_conv (writer, cells, output, 1, 4, WINDOW, 1, weights, &bias);
}

/* "a b" of stride 8 are the tensors "a8 b8". */
static gchar *
name_all (const gchar * names, guint stride)
{
  g_auto (GStrv) each = g_strsplit (names, " ", -1);
  GString *all = g_string_new (NULL);
  guint i;

  for (i = 0; each[i]; i++)
    g_string_append_printf (all, "%s%s%u", i ? " " : "", each[i], stride);
  return g_string_free (all, FALSE);
}

static void
add_named (OnnxWriter * writer, const gchar * operation, const gchar * inputs,
    const gchar * output, guint stride)
{
  g_autofree gchar *from = name_all (inputs, stride);
  g_autofree gchar *to = name_all (output, stride);

  onnx_writer_add_node (writer, operation, from, to, NULL);
}

#define ADD(operation, inputs, output) add_named (writer, operation, inputs, \
    output, stride)

static void
add_named_line (OnnxWriter * writer, const gchar * input, const gchar * output,
    guint stride, gfloat factor, gfloat shift)
{
  g_autofree gchar *from = name_all (input, stride);
  g_autofree gchar *to = name_all (output, stride);

  add_line (writer, from, to, factor, shift);
}

static void
add_sums (OnnxWriter * writer, guint stride)
{
  g_autofree gchar *cells = name_all ("cells", stride);
  g_autofree gchar *area = name_all ("area", stride);
  g_autofree gchar *right = name_all ("right", stride);
  g_autofree gchar *down = name_all ("down", stride);
  g_autofree gchar *shine = name_all ("shine", stride);
  g_autofree gchar *heart = name_all ("heart", stride);

  add_cells (writer, stride, cells);
  add_window (writer, cells, area, 0, 0, 0, NO_AREA);
  add_window (writer, cells, right, 1, 1, 0, 0);
  add_window (writer, cells, down, 2, 0, 1, 0);
  add_window (writer, cells, shine, 3, 0, 0, 0);
  add_heart (writer, cells, heart);
}

/* The channels N_CELL of a stride, under the name "known". */
static void
add_level (OnnxWriter * writer, guint stride)
{
  g_autofree gchar *channels = name_all ("x y log score", stride);
  g_autofree gchar *known = name_all ("known", stride);

  add_sums (writer, stride);
  ADD ("Div", "right area", "x");
  ADD ("Div", "down area", "y");
  ADD ("Div", "shine area", "brightness");
  ADD ("Log", "area", "log");

  add_named_line (writer, "area", "over", stride, STEEP, -STEEP * LEAST_AREA);
  add_named_line (writer, "area", "under", stride, -STEEP, STEEP * MOST_AREA);
  ADD ("Sigmoid", "over", "enough");
  ADD ("Sigmoid", "under", "inside");
  ADD ("Mul", "enough inside", "sized");
  add_named_line (writer, "heart", "whole", stride, STEEP,
      -STEEP * LEAST_HEART);
  ADD ("Sigmoid", "whole", "solid");
  ADD ("Mul", "sized solid", "fits");

  ADD ("Mul", "x x", "xx");
  ADD ("Mul", "y y", "yy");
  ADD ("Add", "xx yy", "far");
  add_named_line (writer, "far", "left", stride, -SCORE_LOSS, 1);
  ADD ("Relu", "left", "near");
  ADD ("Mul", "near brightness", "seen");
  ADD ("Mul", "fits seen", "score");
  add_channels (writer, channels, known);
}

/* From channels to what is read row by row, @fields for each prior. */
static void
add_rows (OnnxWriter * writer, const gchar * input, const gchar * output,
    guint fields)
{
  const OnnxAttribute order[] = { {"perm", 4, {0, 2, 3, 1}}, {NULL, 0, {0}} };
  const gint64 shape[] = { 1, -1, fields };
  g_autofree gchar *turned = g_strconcat (output, ".turned", NULL);
  g_autofree gchar *shape_name = g_strconcat (output, ".shape", NULL);
  g_autofree gchar *inputs = g_strjoin (" ", turned, shape_name, NULL);

  onnx_writer_add_node (writer, "Transpose", input, turned, order);
  onnx_writer_add_integers (writer, shape_name, shape, G_N_ELEMENTS (shape));
  onnx_writer_add_node (writer, "Reshape", inputs, output, NULL);
}

/* One answer of a stride: a line of weights and a bias for each channel. */
static void
add_answer (OnnxWriter * writer, guint stride, const gchar * name,
    guint n_channels, guint fields, const gfloat * weights,
    const gfloat * biases)
{
  g_autofree gchar *known = name_all ("known", stride);
  g_autofree gchar *output = g_strdup_printf ("%s_%u", name, stride);
  g_autofree gchar *channels = g_strconcat (output, ".channels", NULL);

  add_conv (writer, known, channels, n_channels, N_CELL, 1, 1, weights, biases);
  add_rows (writer, channels, output, fields);
}

/* The width of a blob is the root of its area by the ratio. */
#define LOG_RATIO log (YUNET_MODEL_RATIO)

static void
add_loc (OnnxWriter * writer, const Level * level)
{
  gfloat weights[MAX_PRIORS * LOC_FIELDS][N_CELL] = { {0} };
  gfloat biases[MAX_PRIORS * LOC_FIELDS] = { 0 };
  guint i;

  for (i = 0; i < level->n_priors; i++) {
    gfloat (*field)[N_CELL] = weights + i * LOC_FIELDS;
    gfloat *bias = biases + i * LOC_FIELDS;
    gdouble strides = level->stride / level->priors[i];

    field[0][CELL_X] = field[1][CELL_Y] = strides / VARIANCE_PLACE;
    field[2][CELL_LOG_AREA] = 0.5 / VARIANCE_WIDTH;
    bias[2] = (log (strides) - LOG_RATIO / 2) / VARIANCE_WIDTH;
    field[3][CELL_LOG_AREA] = 0.5 / VARIANCE_HEIGHT;
    bias[3] = (log (strides) + LOG_RATIO / 2) / VARIANCE_HEIGHT;
  }
  add_answer (writer, level->stride, "loc", level->n_priors * LOC_FIELDS,
      LOC_FIELDS, weights[0], biases);
}

/* OpenCV takes the root of the product of the two. */
static void
add_conf_and_iou (OnnxWriter * writer, const Level * level)
{
  gfloat conf[MAX_PRIORS * 2][N_CELL] = { {0} };
  gfloat conf_biases[MAX_PRIORS * 2] = { 0 };
  gfloat iou[MAX_PRIORS][N_CELL] = { {0} };
  gfloat iou_biases[MAX_PRIORS] = { 0 };
  guint i;

  for (i = 0; i < level->n_priors; i++) {
    conf[2 * i][CELL_SCORE] = -1;
    conf_biases[2 * i] = 1;
    conf[2 * i + 1][CELL_SCORE] = 1;
    iou[i][CELL_SCORE] = 1;
  }
  add_answer (writer, level->stride, "conf", level->n_priors * 2, 2, conf[0],
      conf_biases);
  add_answer (writer, level->stride, "iou", level->n_priors, 1, iou[0],
      iou_biases);
}

static void
add_2022 (OnnxWriter * writer)
{
  const gchar *const names[] = { "loc", "conf", "iou" };
  const gint64 fields[] = { LOC_FIELDS, 2, 1 };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (levels); i++) {
    add_level (writer, levels[i].stride);
    add_loc (writer, &levels[i]);
    add_conf_and_iou (writer, &levels[i]);
  }
  for (i = 0; i < G_N_ELEMENTS (names); i++) {
    const gint64 sizes[] = { 1, 0, fields[i] };
    g_autofree gchar *parts = g_strdup_printf ("%s_8 %s_16 %s_32 %s_64",
        names[i], names[i], names[i], names[i]);

    add_channels (writer, parts, names[i]);
    onnx_writer_add_output (writer, names[i], sizes, G_N_ELEMENTS (sizes));
  }
}

static void
add_2023_level (OnnxWriter * writer, guint stride)
{
  const gfloat score[N_CELL] = {[CELL_SCORE] = 1 }, no_biases[10] = { 0 };
  const gfloat box[4][N_CELL] = { {[CELL_X] = 1}, {[CELL_Y] = 1},
  {[CELL_LOG_AREA] = 0.5}, {[CELL_LOG_AREA] = 0.5}
  };
  const gfloat box_biases[] = { 0.5, 0.5, -LOG_RATIO / 2, LOG_RATIO / 2 };
  const gfloat points[10][N_CELL] = { {0} };

  add_level (writer, stride);
  add_answer (writer, stride, "cls", 1, 1, score, no_biases);
  add_answer (writer, stride, "obj", 1, 1, score, no_biases);
  add_answer (writer, stride, "bbox", 4, 4, box[0], box_biases);
  add_answer (writer, stride, "kps", 10, 10, points[0], no_biases);
}

static void
add_2023 (OnnxWriter * writer)
{
  const gchar *const names[] = { "cls", "obj", "bbox", "kps" };
  const gint64 fields[] = { 1, 1, 4, 10 };
  guint level, i;

  for (level = 0; level < 3; level++)
    add_2023_level (writer, levels[level].stride);
  for (i = 0; i < G_N_ELEMENTS (names); i++) {
    const gint64 sizes[] = { 1, 0, fields[i] };

    for (level = 0; level < 3; level++) {
      g_autofree gchar *name = g_strdup_printf ("%s_%u", names[i],
          levels[level].stride);

      onnx_writer_add_output (writer, name, sizes, G_N_ELEMENTS (sizes));
    }
  }
}

void
yunet_model_write (const gchar * path, YunetLayout layout)
{
  /* blue, green and red of a picture of this size: it is that of the published
   * files, and pictures of any other size have to do as well */
  const gint64 older[] = { 1, 3, 120, 160 }, newer[] = { 1, 3, 640, 640 };
  g_autoptr (OnnxWriter) writer = onnx_writer_new ();
  GError *error = NULL;

  onnx_writer_add_input (writer, "input", layout == YUNET_2022 ? older : newer,
      4);
  add_pixels (writer);
  if (layout == YUNET_2022)
    add_2022 (writer);
  else
    add_2023 (writer);
  if (!onnx_writer_save (writer, path, &error))
    fail ("%s", error->message);
}

VitalsFaceDetector *
yunet_model_open (const gchar * path, YunetLayout * layout)
{
  VitalsFaceDetectorConfig config = { NULL, path };
  VitalsFaceDetector *detector;
  g_autoptr (GError) older = NULL;
  g_autoptr (GError) newer = NULL;

  *layout = YUNET_2022;
  yunet_model_write (path, *layout);
  detector = vitals_face_detector_new (&config, &older);
  if (detector)
    return detector;
  if (g_error_matches (older, VITALS_ERROR, VITALS_ERROR_UNSUPPORTED)) {
    g_print ("skipped: %s\n", older->message);
    return NULL;
  }
  *layout = YUNET_2023;
  yunet_model_write (path, *layout);
  detector = vitals_face_detector_new (&config, &newer);
  if (!detector)
    fail ("%s\n%s", older->message, newer->message);
  return detector;
}
