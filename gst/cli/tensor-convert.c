/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitals tensor encode, decode: raw frames to a payload and back. */

#include <string.h>
#include <vitals/tensor/vitals-tensor.h>
#include <vitals/vitals-error-private.h>

#include "scan-input.h"
#include "tensor.h"
#include "vitals-cli.h"

#define DEFAULT_LEVEL 1
#define NO_FRAMERATE (-G_MAXDOUBLE)     /* not given */
#define PICTURE_WIDTH (VITALS_N_PATCHES * VITALS_PATCH_SIZE)
#define N_COLOURS 3
#define MAX_RAW_BYTES ((gsize) VITALS_TENSOR_MAX_FRAMES * VITALS_FRAME_BYTES)

typedef struct
{
  gchar *layout;
  gchar *output;
  gchar *ppm;
  gdouble framerate;
  gint placeholder;             /* frames; not given: raw ones are read */
  gint level;
  gint window;                  /* not given: the only one */
  gint frame;                   /* not given: the first */
  gchar **files;
} Options;

static void
options_clear (Options * options)
{
  g_free (options->layout);
  g_free (options->output);
  g_free (options->ppm);
  g_strfreev (options->files);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear);

static VitalsTensorLayout *
load_layout (const Options * options, GError ** error)
{
  g_autoptr (VitalsTensorLayout) layout =
      vitals_tensor_layout_new (options->layout ? options->layout : "draft-1",
      error);

  if (layout && vitals_tensor_layout_is_opaque (layout)) {
    vitals_set_error (error, VITALS_ERROR_UNSUPPORTED,
        "layout opaque says nothing of the content: give the payload's own "
        "layout");
    return NULL;
  }
  return g_steal_pointer (&layout);
}

/* What is wrong, or NULL. */
static const gchar *
check_encode_options (const Options * options)
{
  if (options->files && options->files[0] && options->files[1])
    return "one payload is made of one file";
  if (options->output && !*options->output)
    return "--output names no file";
  if (options->level < 0 || options->level > 9)
    return "--level must be 0 to 9";
  if (options->placeholder == VITALS_CLI_NOT_GIVEN)
    return options->framerate >= VITALS_TENSOR_MIN_FRAMERATE
        && options->framerate <= VITALS_TENSOR_MAX_FRAMERATE ? NULL
        : "the raw frames do not say their rate: give --framerate, 0.1 to 1000";
  if (options->placeholder < 1
      || options->placeholder > VITALS_TENSOR_MAX_FRAMES)
    return "--placeholder must be 1 to 720 frames";
  if (options->files || options->framerate != NO_FRAMERATE)
    return "--placeholder takes no file and no --framerate";
  return NULL;
}

/* Neither @input, which may be NULL, nor the layout is written over. */
static gboolean
check_not_input (const Options * options, const gchar * option,
    const gchar * output, const gchar * input, GError ** error)
{
  return tensor_check_not_input (option, output, input, error)
      && tensor_check_not_input (option, output, options->layout, error);
}

/* Where raw frames come from. Standard input may be a file, too. */
static const gchar *
get_raw_file (const Options * options)
{
  if (options->placeholder > 0)
    return NULL;
  return options->files && !g_str_equal (options->files[0], "-")
      ? options->files[0] : "/dev/stdin";
}

static VitalsTensor *
read_raw (const gchar * path, gdouble framerate, GError ** error)
{
  g_autoptr (GBytes) pixels = tensor_read_input (path, MAX_RAW_BYTES, error);

  return pixels ? vitals_tensor_new (pixels, framerate, error) : NULL;
}

static int
encode (const Options * options, VitalsTensorLayout * layout)
{
  const gchar *path = options->files ? options->files[0] : "-";
  g_autoptr (VitalsTensor) tensor = NULL;
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (GError) error = NULL;

  if (!tensor_check_output (options->output, &error))
    return vitals_cli_failure ("%s", error->message);
  if (options->placeholder > 0)
    tensor = vitals_tensor_new_placeholder (options->placeholder);
  else
    tensor = read_raw (path, options->framerate, &error);
  if (!tensor)
    return tensor_failure (path, error);
  payload = vitals_tensor_encode (tensor, layout, options->level, &error);
  if (!payload || !tensor_write_output (options->output, payload, &error))
    return vitals_cli_failure ("%s", error->message);
  return VITALS_EXIT_OK;
}

int
tensor_encode (int argc, char **argv)
{
  g_auto (Options) options = {.level = DEFAULT_LEVEL,
    .framerate = NO_FRAMERATE,.placeholder = VITALS_CLI_NOT_GIVEN
  };
  g_autoptr (VitalsTensorLayout) layout = NULL;
  g_autoptr (GError) error = NULL;
  const gchar *wrong;
  const GOptionEntry entries[] = {
    {"framerate", 'r', 0, G_OPTION_ARG_DOUBLE, &options.framerate,
        "Frames a second of the raw frames", "RATE"},
    {"placeholder", 0, 0, G_OPTION_ARG_INT, &options.placeholder,
        "No input: N grey frames without a face", "N"},
    {"layout", 0, 0, G_OPTION_ARG_FILENAME, &options.layout,
        "Layout of the payload (default: draft-1)", "NAME|FILE"},
    {"level", 0, 0, G_OPTION_ARG_INT, &options.level,
        "Compression, 1 to 9; 0: no gzip (default: 1)", "LEVEL"},
    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
        "Where the payload goes (default: standard output)", "FILE"},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.files,
        NULL, NULL},
    G_OPTION_ENTRY_NULL
  };

  if (!tensor_parse_options (argc, argv, entries, "[FILE]",
          "Makes a payload of raw frames: of 62208 bytes each, 12 planes of "
          "72x72 bytes\n(face R, G, B, forehead R, G, B, left cheek R, G, B, "
          "right cheek R, G, B), one\nafter the other, from FILE or standard "
          "input.",
          "Exit status: 0 written, 1 failed, 2 the command line or the layout "
          "is wrong."))
    return VITALS_EXIT_USAGE;
  if ((wrong = check_encode_options (&options)))
    return vitals_cli_usage_error ("%s", wrong);
  if (!check_not_input (&options, "--output", options.output,
          get_raw_file (&options), &error)
      || !(layout = load_layout (&options, &error)))
    return vitals_cli_usage_error ("%s", error->message);
  return encode (&options, layout);
}

/* (transfer full) */
static VitalsTensor *
read_tensor (const gchar * path, VitalsTensorLayout * layout, gint window,
    GError ** error)
{
  g_autoptr (GArray) payloads = scan_input_read (path, layout, error);
  g_autoptr (GBytes) payload = NULL;

  if (!payloads)
    return NULL;
  if (window < 0 && payloads->len > 1) {
    vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
        "it holds %u payloads: choose one with --window, from 0",
        payloads->len);
    return NULL;
  }
  if (window >= (gint) payloads->len) {
    vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
        "there is no window %d: it holds %u payloads, counted from 0", window,
        payloads->len);
    return NULL;
  }
  payload = vitals_payload_to_bytes (g_array_index (payloads, ScanPayload,
          MAX (window, 0)).payload);
  return vitals_tensor_decode (payload, layout, error);
}

/* A portable pixmap: the four patches of a frame, side by side. */
static GBytes *
draw_frame (VitalsTensor * tensor, guint frame)
{
  const guint8 *pixels = g_bytes_get_data (vitals_tensor_get_pixels (tensor),
      NULL);
  g_autofree gchar *head = g_strdup_printf ("P6\n%d %d\n255\n", PICTURE_WIDTH,
      VITALS_PATCH_SIZE);
  gsize head_size = strlen (head);
  gsize size = head_size + N_COLOURS * PICTURE_WIDTH * VITALS_PATCH_SIZE;
  guint8 *picture = g_malloc (size), *pixel = picture + head_size;
  guint x, y, colour;

  pixels += (gsize) frame *VITALS_FRAME_BYTES;
  memcpy (picture, head, head_size);
  for (y = 0; y < VITALS_PATCH_SIZE; y++) {
    for (x = 0; x < PICTURE_WIDTH; x++) {
      guint patch = x / VITALS_PATCH_SIZE;
      guint cell = y * VITALS_PATCH_SIZE + x % VITALS_PATCH_SIZE;

      for (colour = 0; colour < N_COLOURS; colour++)
        *pixel++ = pixels[(N_COLOURS * patch + colour) * VITALS_PLANE_BYTES
            + cell];
    }
  }
  return g_bytes_new_take (picture, size);
}

static gboolean
write_picture (const Options * options, VitalsTensor * tensor, GError ** error)
{
  g_autoptr (GBytes) picture = NULL;
  gint frame = MAX (options->frame, 0);

  if (frame >= (gint) vitals_tensor_get_frames (tensor)) {
    vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
        "there is no frame %d: it has %u frames, counted from 0", frame,
        vitals_tensor_get_frames (tensor));
    return FALSE;
  }
  picture = draw_frame (tensor, frame);
  return tensor_write_output (options->ppm, picture, error);
}

/* Standard output gets them unless the picture is all that is wanted. */
static gboolean
wants_raw_frames (const Options * options)
{
  return options->output || !options->ppm;
}

static gboolean
check_outputs (const Options * options, GError ** error)
{
  if (options->ppm && !tensor_check_output (options->ppm, error))
    return FALSE;
  return !wants_raw_frames (options)
      || tensor_check_output (options->output, error);
}

static int
decode (const Options * options, VitalsTensorLayout * layout)
{
  const gchar *path = options->files[0];
  g_autoptr (VitalsTensor) tensor = NULL;
  g_autoptr (GError) error = NULL;

  if (!check_outputs (options, &error))
    return vitals_cli_failure ("%s", error->message);
  tensor = read_tensor (path, layout, options->window, &error);
  if (!tensor || (options->ppm && !write_picture (options, tensor, &error)))
    return tensor_failure (path, error);
  if (!wants_raw_frames (options))
    return VITALS_EXIT_OK;
  if (!tensor_write_output (options->output, vitals_tensor_get_pixels (tensor),
          &error))
    return vitals_cli_failure ("%s", error->message);
  return VITALS_EXIT_OK;
}

static const gchar *
check_decode_options (const Options * options)
{
  if (!options->files || options->files[1])
    return "which file? (one)";
  if (options->output && !*options->output)
    return "--output names no file";
  if (options->ppm && !*options->ppm)
    return "--ppm names no file";
  if (g_strcmp0 (options->output, options->ppm) == 0 && options->ppm)
    return "--output and --ppm name one file: give each its own";
  if (options->window < 0 && options->window != VITALS_CLI_NOT_GIVEN)
    return "--window counts from 0";
  if (options->frame < 0 && options->frame != VITALS_CLI_NOT_GIVEN)
    return "--frame counts from 0";
  if (options->frame != VITALS_CLI_NOT_GIVEN && !options->ppm)
    return "--frame says which frame goes into the picture of --ppm";
  return NULL;
}

int
tensor_decode (int argc, char **argv)
{
  g_auto (Options) options = {.window = VITALS_CLI_NOT_GIVEN,
    .frame = VITALS_CLI_NOT_GIVEN
  };
  g_autoptr (VitalsTensorLayout) layout = NULL;
  g_autoptr (GError) error = NULL;
  const gchar *wrong;
  const GOptionEntry entries[] = {
    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
        "Where the raw frames go (default: standard output, but nowhere with "
          "--ppm)", "FILE"},
    {"ppm", 0, 0, G_OPTION_ARG_FILENAME, &options.ppm,
          "Write one frame as a picture (PPM), the four patches side by side",
        "FILE"},
    {"frame", 0, 0, G_OPTION_ARG_INT, &options.frame,
        "Which frame, from 0 (default: 0)", "N"},
    {"window", 0, 0, G_OPTION_ARG_INT, &options.window,
        "Which payload of a file with several, from 0", "N"},
    {"layout", 0, 0, G_OPTION_ARG_FILENAME, &options.layout,
        "Layout of the payload (default: draft-1)", "NAME|FILE"},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.files,
        NULL, NULL},
    G_OPTION_ENTRY_NULL
  };

  if (!tensor_parse_options (argc, argv, entries, "FILE",
          "Reads a payload and writes its raw frames, of 62208 bytes each, as "
          "\"vitals tensor\nencode\" takes them, or one frame as a picture of "
          "288x72.",
          "Exit status: 0 written, 1 failed or not a valid payload, 2 the "
          "command line or the\nlayout is wrong."))
    return VITALS_EXIT_USAGE;
  if ((wrong = check_decode_options (&options)))
    return vitals_cli_usage_error ("%s", wrong);
  if (!check_not_input (&options, "--output", options.output,
          options.files[0], &error)
      || !check_not_input (&options, "--ppm", options.ppm,
          options.files[0], &error)
      || !(layout = load_layout (&options, &error)))
    return vitals_cli_usage_error ("%s", error->message);
  return decode (&options, layout);
}
