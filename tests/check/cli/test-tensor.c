/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitals tensor, as a child. */

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <gst/check/gstcheck.h>
#include <vitals/tensor/vitals-tensor.h>
#include <vitals/vitals-json-private.h>

#include "command.h"

#define FRAMES 3
#define BODY_BYTES (FRAMES * VITALS_FRAME_BYTES)
#define PICTURE_HEAD "P6\n288 72\n255\n"
#define RUN(...) ((const gchar *const[]) { __VA_ARGS__, NULL })

static const gchar *const names[] = { "raw", "a.ckt", "b.ckt", "out", "layout",
  "ppm"
};

static gchar *folder, *raw, *payload, *other, *output, *layout, *picture;

static void
set_up (void)
{
  gchar **paths[] = { &raw, &payload, &other, &output, &layout, &picture };
  guint8 *pixels = g_malloc (BODY_BYTES);
  guint i;

  folder = g_dir_make_tmp ("tensor-XXXXXX", NULL);
  for (i = 0; i < G_N_ELEMENTS (names); i++)
    *paths[i] = g_build_filename (folder, names[i], NULL);
  /* each plane of each frame has a level of its own */
  for (i = 0; i < BODY_BYTES; i++)
    pixels[i] = 10 * (i / VITALS_PLANE_BYTES % VITALS_N_CHANNELS)
        + i / VITALS_FRAME_BYTES;
  fail_unless (g_file_set_contents (raw, (gchar *) pixels, BODY_BYTES, NULL));
  g_free (pixels);
}

static void
tear_down (void)
{
  gchar *paths[] = { raw, payload, other, output, layout, picture };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_unlink (paths[i]);
    g_free (paths[i]);
  }
  g_rmdir (folder);
  g_free (folder);
}

static void
assert_runs (const gchar * const *arguments)
{
  g_autofree gchar *out = NULL, *err = NULL;

  fail_unless_equals_int (command_run (NULL, NULL, arguments, &out, &err), 0);
  fail_unless_equals_string (err, "");
  fail_unless_equals_string (out, "");
}

static void
assert_fails (const gchar * const *arguments, gint status, const gchar * reason)
{
  g_autofree gchar *err = NULL;

  fail_unless_equals_int (command_run (NULL, NULL, arguments, NULL, &err),
      status);
  fail_unless (strstr (err, reason) != NULL, "%s", err);
}

static void
encode (const gchar * path, const gchar * level)
{
  assert_runs (RUN ("tensor", "encode", "-r", "29.97", "--level", level, "-o",
          path, raw));
}

/* (transfer full) */
static GByteArray *
load (const gchar * path)
{
  gchar *data;
  gsize size;

  fail_unless (g_file_get_contents (path, &data, &size, NULL));
  return g_byte_array_new_take ((guint8 *) data, size);
}

static void
save (const gchar * path, const GByteArray * bytes)
{
  fail_unless (g_file_set_contents (path, (gchar *) bytes->data, bytes->len,
          NULL));
}

static void
assert_same_bytes (const gchar * a, const gchar * b)
{
  GByteArray *one = load (a), *two = load (b);

  fail_unless_equals_int (one->len, two->len);
  fail_unless (memcmp (one->data, two->data, one->len) == 0);
  g_byte_array_unref (one);
  g_byte_array_unref (two);
}

GST_START_TEST (raw_frames_come_back_the_same)
{
  static const gchar *const levels[] = { "0", "1", "9" };

  encode (payload, levels[__i__]);
  assert_runs (RUN ("tensor", "decode", "-o", output, payload));
  assert_same_bytes (raw, output);
}

GST_END_TEST;

GST_START_TEST (payload_file_is_for_its_owner_only)
{
  GStatBuf info;

  encode (payload, "1");
  fail_unless (g_stat (payload, &info) == 0);
  fail_unless_equals_int (info.st_mode & 0777, 0600);
}

GST_END_TEST;

GST_START_TEST (json_says_header_sizes_and_colours)
{
  g_autofree gchar *out = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (JsonObject) object = NULL;
  JsonObject *header, *means;
  JsonArray *cheek;

  encode (payload, "1");
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("tensor", "inspect",
              "--json", payload), &out, NULL), 0);
  bytes = g_bytes_new (out, strlen (out));
  object = vitals_json_parse_object (bytes, 1 << 20, NULL);
  fail_unless (object != NULL, "%s", out);
  fail_unless_equals_string (json_object_get_string_member (object, "type"),
      "tensor");
  fail_unless_equals_string (json_object_get_string_member (object, "layout"),
      "draft-1");
  fail_unless_equals_int (json_object_get_int_member (object, "frames"),
      FRAMES);
  fail_unless_equals_int (json_object_get_int_member (object, "body-bytes"),
      BODY_BYTES);
  fail_unless (json_object_get_boolean_member (object, "gzip"));
  fail_unless_equals_int (json_object_get_int_member (object, "window"), 0);
  header = json_object_get_object_member (object, "header");
  fail_unless_equals_string (json_object_get_string_member (header, "magic"),
      "CKT1");
  fail_unless_equals_string (json_object_get_string_member (header, "height"),
      "72");
  means = json_object_get_object_member (object, "mean-colour");
  cheek = json_object_get_array_member (means, "left-cheek");
  /* planes 6 to 8, the mean of frames 0 to 2 */
  fail_unless (json_array_get_double_element (cheek, 0) == 61);
  fail_unless (json_array_get_double_element (cheek, 2) == 81);
}

GST_END_TEST;

GST_START_TEST (file_whose_name_is_no_text_is_named_in_json)
{
  g_autofree gchar *path = g_build_filename (folder, "caf\xe9.ckt", NULL);
  g_autofree gchar *out = NULL;

  encode (path, "1");
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("tensor", "inspect",
              "--json", path), &out, NULL), 0);
  g_unlink (path);
  fail_unless (strstr (out, "\"file\":\"") != NULL, "%s", out);
  fail_unless (g_utf8_validate (out, -1, NULL));
}

GST_END_TEST;

GST_START_TEST (each_payload_of_a_file_is_inspected)
{
  g_autofree gchar *out = NULL;
  GByteArray *bytes, *more;

  encode (payload, "1");
  encode (other, "0");
  bytes = load (payload);
  more = load (other);
  g_byte_array_append (bytes, more->data, more->len);
  save (output, bytes);
  g_byte_array_unref (bytes);
  g_byte_array_unref (more);

  fail_unless_equals_int (command_run (NULL, NULL, RUN ("tensor", "inspect",
              output), &out, NULL), 0);
  fail_unless_equals_int (count_strings (out, ", payload "), 2);
  fail_unless_equals_int (count_strings (out, "one gzip member"), 1);
  fail_unless_equals_int (count_strings (out, "no gzip"), 1);
  fail_unless_equals_int (count_strings (out, "29.970"), 2);

  assert_fails (RUN ("tensor", "decode", output), 1, "--window");
  assert_fails (RUN ("tensor", "decode", "--window", "2", output), 1,
      "there is no window 2");
  assert_runs (RUN ("tensor", "decode", "--window", "1", "-o", other, output));
  assert_same_bytes (raw, other);
}

GST_END_TEST;

GST_START_TEST (picture_shows_the_patches_side_by_side)
{
  gsize head = strlen (PICTURE_HEAD);
  GByteArray *bytes;
  guint patch, colour;

  encode (payload, "1");
  assert_runs (RUN ("tensor", "decode", "--ppm", picture, "--frame", "2",
          payload));
  bytes = load (picture);
  fail_unless_equals_int (bytes->len, head + 3 * 288 * 72);
  fail_unless (memcmp (bytes->data, PICTURE_HEAD, head) == 0);
  for (patch = 0; patch < 4; patch++) {
    for (colour = 0; colour < 3; colour++)
      fail_unless_equals_int (bytes->data[head + 3 * (288 * 71 + 72 * patch
                  + 71) + colour], 10 * (3 * patch + colour) + 2);
  }
  g_byte_array_unref (bytes);
  assert_fails (RUN ("tensor", "decode", "--ppm", picture, "--frame", "3",
          payload), 1, "there is no frame 3");
}

GST_END_TEST;

GST_START_TEST (placeholder_needs_no_input)
{
  g_autofree gchar *out = NULL;

  assert_runs (RUN ("tensor", "encode", "--placeholder", "2", "-o", payload));
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("tensor", "inspect",
              payload), &out, NULL), 0);
  fail_unless_equals_int (count_strings (out, "128.00 128.00 128.00"), 4);
}

GST_END_TEST;

GST_START_TEST (own_payload_fits_its_layout)
{
  static const gchar *const levels[] = { "0", "1" };
  g_autofree gchar *out = NULL;

  encode (payload, levels[__i__]);
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("tensor", "compare",
              payload), &out, NULL), 0);
  /* gzip, nine fields, body */
  fail_unless_equals_int (count_strings (out, " fits\n"), 11);
  fail_unless_equals_int (count_strings (out, "does not fit"), 0);
}

GST_END_TEST;

GST_START_TEST (each_field_that_does_not_fit_is_named)
{
  g_autofree gchar *out = NULL;
  GByteArray *bytes;

  encode (payload, "0");
  bytes = load (payload);
  bytes->data[4] = 2;           /* version */
  bytes->data[16] = 36;         /* height */
  save (payload, bytes);
  g_byte_array_unref (bytes);
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("tensor", "compare",
              payload), &out, NULL), 1);
  fail_unless_equals_int (count_strings (out, "does not fit"), 2);
  fail_unless (strstr (out, "is 2, not 1") != NULL, "%s", out);
  fail_unless (strstr (out, "is 36, not 72") != NULL, "%s", out);
}

GST_END_TEST;

GST_START_TEST (frame_count_that_the_body_contradicts_is_named)
{
  g_autofree gchar *out = NULL;
  GByteArray *bytes;

  encode (payload, "0");
  bytes = load (payload);
  bytes->data[8] = FRAMES + 1;
  save (payload, bytes);
  g_byte_array_unref (bytes);
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("tensor", "compare",
              payload), &out, NULL), 1);
  fail_unless (strstr (out, "3 frames, not 4") != NULL, "%s", out);
}

GST_END_TEST;

GST_START_TEST (header_of_another_size_is_suggested)
{
  g_autofree gchar *out = NULL;
  const gchar *text = "[layout]\nname = short\nheader-size = 12\n"
      "[field frame-count]\noffset = 8\ntype = u32\n";

  fail_unless (g_file_set_contents (layout, text, -1, NULL));
  encode (payload, "1");
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("tensor", "compare",
              "--layout", layout, payload), &out, NULL), 1);
  fail_unless (strstr (out, "try header-size = 36") != NULL, "%s", out);
}

GST_END_TEST;

GST_START_TEST (what_follows_a_gzip_member_is_named)
{
  g_autofree gchar *out = NULL;
  GByteArray *bytes;

  encode (payload, "1");
  bytes = load (payload);
  g_byte_array_append (bytes, (const guint8 *) "xyz", 3);
  save (payload, bytes);
  g_byte_array_unref (bytes);
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("tensor", "compare",
              payload), &out, NULL), 1);
  fail_unless (strstr (out, "nothing may follow") != NULL, "%s", out);
}

GST_END_TEST;

GST_START_TEST (truncated_payload_is_an_error_of_each_command)
{
  static const gsize sizes[] = { 0, 1, 9, 40, 200 };
  GByteArray *bytes;

  encode (payload, "1");
  bytes = load (payload);
  g_byte_array_set_size (bytes, sizes[__i__]);
  save (payload, bytes);
  g_byte_array_unref (bytes);
  assert_fails (RUN ("tensor", "inspect", payload), 1, payload);
  assert_fails (RUN ("tensor", "decode", "-o", output, payload), 1, payload);
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("tensor", "compare",
              payload), NULL, NULL), 1);
  fail_if (g_file_test (output, G_FILE_TEST_EXISTS));
}

GST_END_TEST;

/* Opening one would wait for who writes into it. */
GST_START_TEST (pipe_that_is_named_is_refused_at_once)
{
  fail_unless_equals_int (mkfifo (payload, 0600), 0);
  assert_fails (RUN ("tensor", "inspect", payload), 1, "no regular file");
  assert_fails (RUN ("tensor", "decode", "-o", output, payload), 1,
      "no regular file");
  assert_fails (RUN ("tensor", "inspect", "--layout", payload, "x"), 2,
      "no regular file");
}

GST_END_TEST;

GST_START_TEST (raw_frames_of_a_wrong_size_are_refused)
{
  GByteArray *bytes = load (raw);

  g_byte_array_set_size (bytes, BODY_BYTES - 1);
  save (raw, bytes);
  g_byte_array_unref (bytes);
  assert_fails (RUN ("tensor", "encode", "-r", "30", "-o", payload, raw), 1,
      "frames of 62208 bytes");
}

GST_END_TEST;

/* A file that is not there would be told instead, had it been read first. */
GST_START_TEST (output_that_cannot_be_written_is_told_before_the_input_is_read)
{
  static const gchar *const outputs[] = { "/nowhere/out", "nowhere/out",
    "/dev/null"
  };
  const gchar *path = outputs[__i__];

  assert_fails (RUN ("tensor", "encode", "-r", "30", "-o", path, "/none"), 1,
      path);
  assert_fails (RUN ("tensor", "decode", "-o", path, "/none"), 1, path);
  assert_fails (RUN ("tensor", "decode", "--ppm", path, "/none"), 1, path);
  assert_fails (RUN ("tensor", "encode", "-r", "30", "-o", folder, "/none"), 1,
      folder);
}

GST_END_TEST;

GST_START_TEST (output_is_replaced_only_when_there_is_a_new_one)
{
  encode (payload, "1");
  encode (other, "1");
  assert_fails (RUN ("tensor", "encode", "-r", "30", "-o", other, "/none"), 1,
      "/none");
  assert_same_bytes (payload, other);
  assert_runs (RUN ("tensor", "encode", "-r", "30", "-o", other, raw));
}

GST_END_TEST;

static const struct
{
  const gchar *arguments[6];
  const gchar *reason;
} usage_errors[] = {
  {{"tensor"}, "which command?"},
  {{"tensor", "melt"}, "melt"},
  {{"tensor", "inspect"}, "which files?"},
  {{"tensor", "inspect", "--layout", "/nowhere", "x"}, "/nowhere"},
  {{"tensor", "encode", "x"}, "--framerate"},
  {{"tensor", "encode", "--framerate=-1", "x"}, "--framerate"},
  {{"tensor", "encode", "--framerate=nan", "x"}, "--framerate"},
  {{"tensor", "encode", "--placeholder", "721"}, "720"},
  {{"tensor", "encode", "--placeholder=0", "--framerate=30", "x"}, "720"},
  {{"tensor", "encode", "--placeholder=-1"}, "720"},
  {{"tensor", "encode", "--placeholder=1", "--framerate=0"}, "takes no file"},
  {{"tensor", "encode", "--placeholder=1", "--level", "-1"}, "0 to 9"},
  {{"tensor", "encode", "--placeholder", "1", "x"}, "takes no file"},
  {{"tensor", "encode", "--level", "10", "x"}, "0 to 9"},
  {{"tensor", "encode", "--placeholder=1", "-o", ""}, "names no file"},
  {{"tensor", "encode", "--layout", "opaque", "--framerate=30"}, "opaque"},
  {{"tensor", "decode"}, "which file?"},
  {{"tensor", "decode", "--frame", "1", "x"}, "--ppm"},
  {{"tensor", "decode", "--frame", "0", "x"}, "--ppm"},
  {{"tensor", "decode", "--frame", "-1", "x"}, "counts from 0"},
  {{"tensor", "decode", "--window", "-1", "x"}, "counts from 0"},
  {{"tensor", "decode", "-o", "", "x"}, "names no file"},
  {{"tensor", "decode", "--ppm", "", "x"}, "names no file"},
  {{"tensor", "decode", "--output=y", "--ppm=y", "x"}, "one file"},
  {{"tensor", "compare", "a", "b"}, "which file?"},
  {{"tensor", "compare", "--layout", "opaque", "a"}, "opaque"},
  {{"tensor", "compare", "--what"}, "--what"}
};

GST_START_TEST (wrong_command_line_has_status_2)
{
  assert_fails (usage_errors[__i__].arguments, 2, usage_errors[__i__].reason);
}

GST_END_TEST;

GST_START_TEST (help_tells_the_exit_statuses)
{
  static const gchar *const commands[] = { "--help", "inspect", "encode",
    "decode", "compare"
  };
  g_autofree gchar *out = NULL;

  fail_unless_equals_int (command_run (NULL, NULL, RUN ("tensor",
              commands[__i__], __i__ > 0 ? "--help" : NULL), &out, NULL), 0);
  fail_unless (strstr (out, "Exit status: 0") != NULL, "%s", out);
}

GST_END_TEST;

static Suite *
tensor_suite (void)
{
  Suite *suite = suite_create ("tensor");
  TCase *test = tcase_create ("general");

  suite_add_tcase (suite, test);
  tcase_add_checked_fixture (test, set_up, tear_down);
  tcase_add_loop_test (test, raw_frames_come_back_the_same, 0, 3);
  tcase_add_test (test, payload_file_is_for_its_owner_only);
  tcase_add_test (test, json_says_header_sizes_and_colours);
  tcase_add_test (test, file_whose_name_is_no_text_is_named_in_json);
  tcase_add_test (test, each_payload_of_a_file_is_inspected);
  tcase_add_test (test, picture_shows_the_patches_side_by_side);
  tcase_add_test (test, placeholder_needs_no_input);
  tcase_add_loop_test (test, own_payload_fits_its_layout, 0, 2);
  tcase_add_test (test, each_field_that_does_not_fit_is_named);
  tcase_add_test (test, frame_count_that_the_body_contradicts_is_named);
  tcase_add_test (test, header_of_another_size_is_suggested);
  tcase_add_test (test, what_follows_a_gzip_member_is_named);
  tcase_add_loop_test (test, truncated_payload_is_an_error_of_each_command, 0,
      5);
  tcase_add_test (test, pipe_that_is_named_is_refused_at_once);
  tcase_add_test (test, raw_frames_of_a_wrong_size_are_refused);
  tcase_add_loop_test (test,
      output_that_cannot_be_written_is_told_before_the_input_is_read, 0, 3);
  tcase_add_test (test, output_is_replaced_only_when_there_is_a_new_one);
  tcase_add_loop_test (test, wrong_command_line_has_status_2, 0,
      G_N_ELEMENTS (usage_errors));
  tcase_add_loop_test (test, help_tells_the_exit_statuses, 0, 5);
  return suite;
}

GST_CHECK_MAIN (tensor);
