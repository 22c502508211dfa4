/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Layouts: what a key file may say, and what is refused. */

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <math.h>
#include <string.h>
#include <vitals/tensor/vitals-payload-private.h>
#include <vitals/tensor/vitals-tensor-layout-private.h>
#include <vitals/tensor/vitals-tensor.h>
#include <vitals/vitals-error.h>

#define LAYOUT "[layout]\nname = test\nheader-size = 16\n"
#define EDGES(left, top, right, bottom) "left = " left "\ntop = " top \
    "\nright = " right "\nbottom = " bottom "\n"
#define COUNT "[field frame-count]\noffset = 0\ntype = u32\n"

static VitalsTensorLayout *
parse (const gchar * text)
{
  g_autoptr (GError) error = NULL;
  VitalsTensorLayout *layout = vitals_tensor_layout_new_from_data (text, -1,
      &error);

  fail_unless (layout != NULL, "%s", error ? error->message : "");
  return layout;
}

GST_START_TEST (built_in_header_is_the_documented_36_bytes)
{
  static const guint8 documented[] = {
    'C', 'K', 'T', '1', 1, 0, 0, 0, 0x2d, 1, 0, 0, 12, 0, 0, 0, 72, 0, 0, 0,
    72, 0, 0, 0, 0, 0, 0xf0, 0x41, 0, 0, 0, 0, 0, 0, 0, 0
  };
  g_autoptr (VitalsTensorLayout) layout = vitals_tensor_layout_new ("draft-1",
      NULL);
  VitalsTensorHeader header = { 301, 30 }, read;
  guint8 bytes[sizeof documented];

  fail_unless_equals_int (vitals_tensor_layout_get_header_size (layout), 36);
  vitals_tensor_layout_write_header (layout, &header, bytes);
  fail_unless (memcmp (bytes, documented, sizeof bytes) == 0);
  fail_unless (vitals_tensor_layout_read_header (layout, bytes, &read, NULL));
  fail_unless_equals_int (read.frames, 301);
  fail_unless (read.framerate == 30);
}

GST_END_TEST;

/* The lines of the page's key file: indented by four spaces. */
static gchar *
read_example (void)
{
  g_autofree gchar *page = NULL;
  g_auto (GStrv) lines = NULL;
  GString *example = g_string_new (NULL);
  gboolean inside = FALSE;
  guint i;

  fail_unless (g_file_get_contents (LAYOUT_PAGE, &page, NULL, NULL));
  lines = g_strsplit (page, "\n", -1);
  for (i = 0; lines[i]; i++) {
    inside = inside || g_str_equal (lines[i], "    [layout]");
    if (inside && *lines[i] && !g_str_has_prefix (lines[i], "    "))
      break;
    if (inside)
      g_string_append_printf (example, "%s\n", g_strstrip (lines[i]));
  }
  return g_string_free (example, FALSE);
}

GST_START_TEST (example_of_the_page_is_the_built_in_layout)
{
  g_autofree gchar *example = read_example ();
  g_autoptr (VitalsTensorLayout) documented = parse (example);
  g_autoptr (VitalsTensorLayout) built_in = vitals_tensor_layout_new
      ("draft-1", NULL);
  g_autofree gchar *a = vitals_tensor_layout_to_data (documented);
  g_autofree gchar *b = vitals_tensor_layout_to_data (built_in);

  fail_unless_equals_string (a, b);
}

GST_END_TEST;

GST_START_TEST (layout_reads_back_from_its_own_text)
{
  g_autoptr (VitalsTensorLayout) layout = parse ("[layout]\nname = other\n"
      "header-size = 40\norder = channel-major\ngzip = none\n"
      "patches = forehead;left-cheek;right-cheek;face\nplanes = B;R;G\n"
      "content-type = video/webm\n"
      "[field frame-count]\noffset = 2\ntype = u64\n"
      "[field frame-rate]\noffset = 10\ntype = f64\n"
      "[field mark]\noffset = 20\ntype = bytes\nvalue = a;b\n"
      "[field scale]\noffset = 30\ntype = f32\nvalue = 0.5\n"
      "[patch forehead]\n" EDGES ("-0.5", "0.1", "1.5", "0.25"));
  g_autofree gchar *text = vitals_tensor_layout_to_data (layout);
  g_autoptr (VitalsTensorLayout) again = parse (text);
  g_autofree gchar *same = vitals_tensor_layout_to_data (again);

  fail_unless_equals_string (text, same);
  fail_unless_equals_string (vitals_tensor_layout_get_name (again), "other");
  fail_unless_equals_string (vitals_tensor_layout_get_content_type (again),
      "video/webm");
  fail_unless (vitals_tensor_layout_is_channel_major (again));
  fail_if (vitals_tensor_layout_get_gzip (again));
  fail_unless_equals_int (vitals_tensor_layout_get_plane_order (again)[0], 5);
  fail_unless_equals_int (vitals_tensor_layout_get_plane_order (again)[11], 1);
  fail_unless (vitals_tensor_layout_get_patches (again)[1].left == -0.5);
  fail_unless (vitals_tensor_layout_get_patches (again)[1].right == 1.5);
  fail_unless (memcmp (&vitals_tensor_layout_get_patches (again)[2],
          &vitals_default_patches[2], 2 * sizeof (VitalsPatchPlace)) == 0);
}

GST_END_TEST;

static const struct
{
  const gchar *text;
  const gchar *reason;
} bad[] = {
  {"", "no [layout] group"},
  {"nonsense", ""},
  {"[layout]\nheader-size = 16\n" COUNT, "needs a name"},
  {"[layout]\nname = a\tb\nheader-size = 16\n" COUNT, "needs a name"},
  {"[layout]\nname = test\n" COUNT, "\"header-size\""},
  {"[layout]\nname = test\nheader-size = 4097\n" COUNT, "0 to 4096"},
  {"[layout]\nname = test\nheader-size = -1\n" COUNT, "0 to 4096"},
  {"[layout]\nname = test\nheader-size = 36 bytes\n" COUNT, "0 to 4096"},
  {LAYOUT "colour = red\n" COUNT, "\"colour\", which is not known"},
  {LAYOUT "order = row-major\n" COUNT, "order"},
  {LAYOUT "gzip = yes\n" COUNT, "gzip"},
  {LAYOUT "patches = face;forehead;left-cheek\n" COUNT, "patches must name"},
  {LAYOUT "patches = face;face;left-cheek;right-cheek\n" COUNT,
      "patches must name"},
  {LAYOUT "patches = face;forehead;left-cheek;right-cheek;chin\n" COUNT,
      "patches must name"},
  {LAYOUT "planes = R;G;X\n" COUNT, "planes must name"},
  {LAYOUT "content-type = \n" COUNT, "content-type"},
  {LAYOUT "[fields]\n" COUNT, "[fields] is not known"},
  {LAYOUT COUNT "[patch chin]\n" EDGES ("0", "0", "1", "1"), "no such patch"},
  {LAYOUT COUNT "[patch face]\nleft = 0\n", "lacks the key \"top\""},
  {LAYOUT COUNT "[patch face]\nwidth = 1\n", "\"width\", which is not known"},
  {LAYOUT COUNT "[patch face]\n" EDGES ("nan", "0", "1", "1"), "a fraction"},
  {LAYOUT COUNT "[patch face]\n" EDGES ("0", "0", "inf", "1"), "a fraction"},
  {LAYOUT COUNT "[patch face]\n" EDGES ("0", "-1.5", "1", "1"), "-1 to 2"},
  {LAYOUT COUNT "[patch face]\n" EDGES ("0", "0", "1 ", "2.1"), "-1 to 2"},
  {LAYOUT COUNT "[patch face]\n" EDGES ("0,1", "0", "1", "1"), "a fraction"},
  {LAYOUT COUNT "[patch face]\n" EDGES ("0.5", "0", "0.5", "1"), "is empty"},
  {LAYOUT COUNT "[patch face]\n" EDGES ("0", "0.7", "1", "0.2"), "is empty"},
  {LAYOUT "gzip = none\n", "a payload ends"},
  {LAYOUT "[field frame-count]\ntype = u32\n", "\"offset\""},
  {LAYOUT "[field frame-count]\noffset = 0\n", "needs a type"},
  {LAYOUT "[field frame-count]\noffset = 0\ntype = u24\n", "needs a type"},
  {LAYOUT "[field frame-count]\noffset = 0\ntype = u8\n", "720"},
  {LAYOUT "[field frame-count]\noffset = 0\ntype = bytes\n",
      "must be a number"},
  {LAYOUT "[field frame-count]\noffset = 13\ntype = u32\n",
      "leaves the header of 16"},
  {LAYOUT "[field frame-count]\noffset = 99999\ntype = u32\n", "0 to 4096"},
  {LAYOUT COUNT "size = 4\n", "\"size\", which is not known"},
  {LAYOUT COUNT "value = 4\n", "can have no value"},
  {LAYOUT COUNT "[field a]\noffset = 4\ntype = u8\n", "needs a value"},
  {LAYOUT COUNT "[field a]\noffset = 4\ntype = bytes\nvalue = \n",
      "needs a value"},
  {LAYOUT COUNT "[field a]\noffset = 4\ntype = u8\nvalue = 256\n",
      "that its type u8 holds"},
  {LAYOUT COUNT "[field a]\noffset = 4\ntype = u8\nvalue = -1\n",
      "that its type u8 holds"},
  {LAYOUT COUNT "[field a]\noffset = 4\ntype = u16\nvalue = 1.5\n",
      "that its type u16 holds"},
  {LAYOUT COUNT "[field a]\noffset = 4\ntype = f32\nvalue = 0.1\n",
      "that its type f32 holds"},
  {LAYOUT COUNT "[field a]\noffset = 4\ntype = f64\nvalue = inf\n",
      "that its type f64 holds"},
  {LAYOUT COUNT "[field a]\noffset = 4\ntype = u32\nvalue = CKT1\n",
      "that its type u32 holds"},
  {LAYOUT COUNT "[field a]\noffset = 3\ntype = u16\nvalue = 1\n",
      "frame-count and a overlap"},
  {LAYOUT COUNT "[field a]\noffset = 4\ntype = bytes\nvalue = abcdefghijklm\n",
      "leaves the header of 16"}
};

GST_START_TEST (what_is_wrong_in_a_layout_file_is_named)
{
  g_autoptr (GError) error = NULL;

  fail_unless (vitals_tensor_layout_new_from_data (bad[__i__].text, -1,
          &error) == NULL, "%s", bad[__i__].text);
  fail_unless (strstr (error->message, bad[__i__].reason) != NULL, "%s",
      error->message);
}

GST_END_TEST;

/* Somebody gives the file of the key by mistake. */
GST_START_TEST (message_does_not_quote_what_is_no_key_file)
{
  g_autoptr (GError) error = NULL;

  fail_unless (vitals_tensor_layout_new_from_data ("ck_live_secret\n", -1,
          &error) == NULL);
  fail_unless (strstr (error->message, "secret") == NULL, "%s", error->message);
}

GST_END_TEST;

GST_START_TEST (message_names_the_file)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = NULL;
  gint fd = g_file_open_tmp ("layout-XXXXXX", &path, NULL);

  fail_unless (fd >= 0);
  g_close (fd, NULL);
  fail_unless (vitals_tensor_layout_new (path, &error) == NULL);
  fail_unless (strstr (error->message, path) != NULL, "%s", error->message);
  g_unlink (path);
  g_clear_error (&error);

  fail_unless (vitals_tensor_layout_new (path, &error) == NULL);
  fail_unless (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT));
  fail_unless (strstr (error->message, path) != NULL, "%s", error->message);
}

GST_END_TEST;

GST_START_TEST (rate_in_an_integer_is_rounded)
{
  static const struct
  {
    const gchar *type;
    gdouble rate, written;
  } rates[] = {
    {"u8", 29.9999, 30}, {"u16", 29.97, 30}, {"u32", 14.4, 14},
    {"u64", 1000, 1000}, {"u8", 1000, 255}, {"f32", 12.5, 12.5},
    {"f64", 29.97, 29.97}
  };
  g_autofree gchar *text = g_strdup_printf (LAYOUT COUNT
      "[field frame-rate]\noffset = 8\ntype = %s\n", rates[__i__].type);
  g_autoptr (VitalsTensorLayout) layout = parse (text);
  VitalsTensorHeader header = { 10, rates[__i__].rate }, read;
  guint8 bytes[16];

  vitals_tensor_layout_write_header (layout, &header, bytes);
  fail_unless (vitals_tensor_layout_read_header (layout, bytes, &read, NULL));
  fail_unless (read.framerate == rates[__i__].written);
  fail_unless_equals_int (read.frames, 10);
}

GST_END_TEST;

/* What is written can be read again. */
GST_START_TEST (rate_that_no_header_tells_is_written_as_unknown)
{
  g_autoptr (VitalsTensorLayout) layout = parse (LAYOUT COUNT
      "[field frame-rate]\noffset = 8\ntype = f64\n");
  const gdouble rates[] = { 0, 0.05, 1200, NAN };
  guint8 bytes[16];
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rates); i++) {
    VitalsTensorHeader header = { 10, rates[i] }, read;

    vitals_tensor_layout_write_header (layout, &header, bytes);
    fail_unless (vitals_tensor_layout_read_header (layout, bytes, &read, NULL));
    fail_unless (read.framerate == 0);
  }
}

GST_END_TEST;

GST_START_TEST (impossible_counts_and_rates_are_refused)
{
  g_autoptr (VitalsTensorLayout) layout = parse (LAYOUT COUNT
      "[field frame-rate]\noffset = 8\ntype = f32\n");
  VitalsTensorHeader header = { 10, 30 };
  guint8 good[16], bytes[16];
  const gfloat rates[] = { -1, NAN, INFINITY, 1e-30f, 0.09f, 1001 };
  const gfloat possible[] = { 0, 0.1f, 1000 };
  const guint counts[] = { 0, 721, G_MAXUINT32 };
  guint i;

  vitals_tensor_layout_write_header (layout, &header, good);
  for (i = 0; i < G_N_ELEMENTS (counts); i++) {
    memcpy (bytes, good, sizeof bytes);
    GST_WRITE_UINT32_LE (bytes, counts[i]);
    fail_if (vitals_tensor_layout_read_header (layout, bytes, &header, NULL));
  }
  memcpy (bytes, good, sizeof bytes);
  for (i = 0; i < G_N_ELEMENTS (rates); i++) {
    g_autoptr (GError) error = NULL;

    GST_WRITE_FLOAT_LE (bytes + 8, rates[i]);
    fail_if (vitals_tensor_layout_read_header (layout, bytes, &header, &error));
    fail_unless (g_error_matches (error, VITALS_ERROR,
            VITALS_ERROR_INVALID_TENSOR));
    fail_unless (strstr (error->message, "0.1 to 1000") != NULL, "%s",
        error->message);
  }
  for (i = 0; i < G_N_ELEMENTS (possible); i++) {
    GST_WRITE_FLOAT_LE (bytes + 8, possible[i]);
    fail_unless (vitals_tensor_layout_read_header (layout, bytes, &header,
            NULL));
    fail_unless (header.framerate == possible[i]);
  }
}

GST_END_TEST;

GST_START_TEST (check_goes_on_after_a_field_that_does_not_fit)
{
  g_autoptr (VitalsTensorLayout) layout = parse (LAYOUT COUNT
      "[field mark]\noffset = 4\ntype = bytes\nvalue = ab\n"
      "[field width]\noffset = 8\ntype = u16\nvalue = 72\n");
  static const guint8 bytes[16] = { 3, 0, 0, 0, 'a', 1, 0, 0, 72 };
  g_autoptr (GArray) checks = vitals_tensor_layout_check_header (layout, bytes);
  VitalsFieldCheck *check = (VitalsFieldCheck *) checks->data;

  fail_unless_equals_int (checks->len, 3);
  fail_unless_equals_string (check[0].name, "frame-count");
  fail_unless_equals_string (check[0].found, "3");
  fail_unless (check[0].problem == NULL);
  fail_unless_equals_string (check[1].found, "a\\001");
  fail_unless (check[1].problem != NULL);
  fail_unless_equals_int (check[1].offset, 4);
  fail_unless_equals_string (check[2].type, "u16");
  fail_unless (check[2].problem == NULL);
}

GST_END_TEST;

GST_START_TEST (without_a_frame_count_gzip_frames_the_payload)
{
  g_autoptr (VitalsTensorLayout) layout = parse ("[layout]\nname = bare\n"
      "header-size = 0\n");
  g_autoptr (VitalsTensor) tensor = vitals_tensor_new_placeholder (3);
  g_autoptr (GBytes) payload = vitals_tensor_encode (tensor, layout, 1, NULL);
  g_autoptr (GError) error = NULL;
  gdouble framerate;
  guint frames;

  fail_unless (vitals_payload_check (payload, layout, &frames, &framerate,
          NULL));
  fail_unless_equals_int (frames, 3);
  fail_unless (framerate == 0);
  fail_unless (vitals_tensor_encode (tensor, layout, 0, &error) == NULL);
  fail_unless (g_error_matches (error, VITALS_ERROR, VITALS_ERROR_UNSUPPORTED));
  fail_unless (strstr (error->message, "1 to 9") != NULL, "%s", error->message);
}

GST_END_TEST;

static Suite *
layout_suite (void)
{
  Suite *suite = suite_create ("layout");
  TCase *test = tcase_create ("general");

  suite_add_tcase (suite, test);
  tcase_add_test (test, built_in_header_is_the_documented_36_bytes);
  tcase_add_test (test, example_of_the_page_is_the_built_in_layout);
  tcase_add_test (test, layout_reads_back_from_its_own_text);
  tcase_add_loop_test (test, what_is_wrong_in_a_layout_file_is_named, 0,
      G_N_ELEMENTS (bad));
  tcase_add_test (test, message_does_not_quote_what_is_no_key_file);
  tcase_add_test (test, message_names_the_file);
  tcase_add_loop_test (test, rate_in_an_integer_is_rounded, 0, 7);
  tcase_add_test (test, rate_that_no_header_tells_is_written_as_unknown);
  tcase_add_test (test, impossible_counts_and_rates_are_refused);
  tcase_add_test (test, check_goes_on_after_a_field_that_does_not_fit);
  tcase_add_test (test, without_a_frame_count_gzip_frames_the_payload);
  return suite;
}

GST_CHECK_MAIN (layout);
