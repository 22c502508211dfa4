/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Payloads: written frame by frame, read in blocks of any size, and refused
 * when they are not what their layout says. */

#include <string.h>
#include <zlib.h>
#include <gst/check/gstcheck.h>
#include <vitals/tensor/vitals-payload-private.h>
#include <vitals/tensor/vitals-tensor.h>
#include <vitals/vitals-error.h>

#define HEADER_BYTES 36

static const gchar channel_major[] =
    "[layout]\nname = other\nheader-size = 10\norder = channel-major\n"
    "patches = forehead;face;left-cheek;right-cheek\nplanes = B;G;R\n"
    "[field frame-count]\noffset = 2\ntype = u16\n"
    "[field frame-rate]\noffset = 4\ntype = f32\n";

static const gchar plain[] =
    "[layout]\nname = plain\nheader-size = 4\ngzip = none\n"
    "[field frame-count]\noffset = 0\ntype = u32\n";

static VitalsTensorLayout *
draft_1 (void)
{
  return vitals_tensor_layout_new ("draft-1", NULL);
}

/* Noise that compresses a little, the same for the same frame. */
static void
fill_frame (guint8 * frame, guint index)
{
  guint32 state = index * 2654435761u + 1;
  guint i;

  for (i = 0; i < VITALS_FRAME_BYTES; i++) {
    state = state * 1664525u + 1013904223u;
    frame[i] = 100 + i / VITALS_PLANE_BYTES + (state >> 29);
  }
}

static GBytes *
make_pixels (guint frames)
{
  guint8 *pixels = g_malloc ((gsize) frames * VITALS_FRAME_BYTES);
  guint i;

  for (i = 0; i < frames; i++)
    fill_frame (pixels + (gsize) i * VITALS_FRAME_BYTES, i);
  return g_bytes_new_take (pixels, (gsize) frames * VITALS_FRAME_BYTES);
}

static GBytes *
write_payload (VitalsTensorLayout * layout, VitalsCompressor compressor,
    gint level, guint frames, gdouble framerate)
{
  VitalsPayloadWriter *writer = vitals_payload_writer_new (layout, compressor,
      level, NULL);
  guint8 frame[VITALS_FRAME_BYTES];
  VitalsPayload *payload;
  GBytes *bytes;
  guint i;

  fail_unless (writer != NULL);
  for (i = 0; i < frames; i++) {
    fill_frame (frame, i);
    vitals_payload_writer_add_frame (writer, frame);
  }
  payload = vitals_payload_writer_seal (writer, framerate);
  bytes = vitals_payload_to_bytes (payload);
  vitals_payload_unref (payload);
  vitals_payload_writer_free (writer);
  return bytes;
}

static void
assert_decodes (GBytes * payload, VitalsTensorLayout * layout, guint frames,
    gdouble framerate)
{
  GError *error = NULL;
  VitalsTensor *tensor = vitals_tensor_decode (payload, layout, &error);
  GBytes *pixels = make_pixels (frames);

  fail_unless (tensor != NULL, "%s", error ? error->message : "");
  fail_unless_equals_int (vitals_tensor_get_frames (tensor), frames);
  fail_unless (vitals_tensor_get_framerate (tensor) == framerate);
  fail_unless (g_bytes_equal (vitals_tensor_get_pixels (tensor), pixels));
  g_bytes_unref (pixels);
  vitals_tensor_unref (tensor);
}

static void
assert_refused (GBytes * payload, VitalsTensorLayout * layout)
{
  GError *error = NULL;

  fail_if (vitals_payload_check (payload, layout, NULL, NULL, &error));
  fail_unless (g_error_matches (error, VITALS_ERROR,
          VITALS_ERROR_INVALID_TENSOR));
  g_clear_error (&error);
  fail_unless (vitals_tensor_decode (payload, layout, &error) == NULL);
  fail_unless (g_error_matches (error, VITALS_ERROR,
          VITALS_ERROR_INVALID_TENSOR));
  g_error_free (error);
}

/* Whether zlib itself reads the whole as one gzip member. */
static void
assert_is_one_gzip_member (GBytes * payload, gsize expected)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (payload, &size);
  guint8 *output = g_malloc (expected + 1);
  z_stream stream = { 0 };

  fail_unless (inflateInit2 (&stream, 31) == Z_OK);
  stream.next_in = (Bytef *) data;
  stream.avail_in = size;
  stream.next_out = output;
  stream.avail_out = expected + 1;
  fail_unless_equals_int (inflate (&stream, Z_FINISH), Z_STREAM_END);
  fail_unless (stream.total_out == expected);
  fail_unless (stream.avail_in == 0);
  inflateEnd (&stream);
  g_free (output);
}

GST_START_TEST (every_engine_and_level_gives_one_gzip_member)
{
  static const VitalsCompressor engines[] = { VITALS_COMPRESSOR_ZLIB,
    VITALS_COMPRESSOR_AUTO
  };
  VitalsTensorLayout *layout = draft_1 ();
  guint i;
  gint level;

  for (i = 0; i < G_N_ELEMENTS (engines); i++) {
    for (level = 1; level <= 9; level++) {
      GBytes *payload = write_payload (layout, engines[i], level, 5, 25);

      assert_is_one_gzip_member (payload, HEADER_BYTES
          + 5 * VITALS_FRAME_BYTES);
      fail_unless (g_bytes_get_size (payload) < 5 * VITALS_FRAME_BYTES);
      assert_decodes (payload, layout, 5, 25);
      g_bytes_unref (payload);
    }
  }
  vitals_tensor_layout_unref (layout);
}

GST_END_TEST;

GST_START_TEST (level_0_and_a_layout_without_gzip_write_none)
{
  VitalsTensorLayout *layout = draft_1 ();
  VitalsTensorLayout *none = vitals_tensor_layout_new_from_data (plain, -1,
      NULL);
  GBytes *payload = write_payload (layout, VITALS_COMPRESSOR_AUTO, 0, 3, 30);

  fail_unless_equals_int (g_bytes_get_size (payload),
      HEADER_BYTES + 3 * VITALS_FRAME_BYTES);
  fail_unless (memcmp (g_bytes_get_data (payload, NULL), "CKT1\1\0\0\0\3\0\0\0",
          12) == 0);
  assert_decodes (payload, layout, 3, 30);
  g_bytes_unref (payload);

  payload = write_payload (none, VITALS_COMPRESSOR_AUTO, 9, 3, 30);
  fail_unless_equals_int (g_bytes_get_size (payload),
      4 + 3 * VITALS_FRAME_BYTES);
  assert_decodes (payload, none, 3, 0);
  g_bytes_unref (payload);
  vitals_tensor_layout_unref (none);
  vitals_tensor_layout_unref (layout);
}

GST_END_TEST;

GST_START_TEST (channel_major_reads_back_in_our_order)
{
  VitalsTensorLayout *layout = vitals_tensor_layout_new_from_data
      (channel_major, -1, NULL);
  VitalsCompressor engine;

  fail_unless (layout != NULL);
  for (engine = VITALS_COMPRESSOR_AUTO; engine <= VITALS_COMPRESSOR_ZLIB;
      engine++) {
    GBytes *payload = write_payload (layout, engine, 1, 4, 12.5);

    assert_is_one_gzip_member (payload, 10 + 4 * VITALS_FRAME_BYTES);
    assert_decodes (payload, layout, 4, 12.5);
    g_bytes_unref (payload);
  }
  vitals_tensor_layout_unref (layout);
}

GST_END_TEST;

GST_START_TEST (writer_begins_anew_after_seal_and_reset)
{
  VitalsTensorLayout *layout = draft_1 ();
  VitalsPayloadWriter *writer = vitals_payload_writer_new (layout,
      VITALS_COMPRESSOR_AUTO, 1, NULL);
  guint8 frame[VITALS_FRAME_BYTES];
  GBytes *first = NULL;
  guint round, i;

  for (round = 0; round < 3; round++) {
    VitalsPayload *payload;
    GBytes *bytes;

    fill_frame (frame, 77);
    vitals_payload_writer_add_frame (writer, frame);
    vitals_payload_writer_reset (writer);
    for (i = 0; i < 2; i++) {
      fill_frame (frame, i);
      vitals_payload_writer_add_frame (writer, frame);
    }
    payload = vitals_payload_writer_seal (writer, 30);
    bytes = vitals_payload_to_bytes (payload);
    vitals_payload_unref (payload);
    assert_decodes (bytes, layout, 2, 30);
    if (first)
      fail_unless (g_bytes_equal (first, bytes));
    else
      first = g_bytes_ref (bytes);
    g_bytes_unref (bytes);
  }
  g_bytes_unref (first);
  vitals_payload_writer_free (writer);
  vitals_tensor_layout_unref (layout);
}

GST_END_TEST;

GST_START_TEST (parser_cuts_a_stream_into_payloads_whatever_the_blocks)
{
  static const gsize blocks[] = { 1, 7, 4096, 1000003 };
  VitalsTensorLayout *layout = draft_1 ();
  GBytes *one = write_payload (layout, VITALS_COMPRESSOR_AUTO, 1, 2, 30);
  GBytes *two = write_payload (layout, VITALS_COMPRESSOR_AUTO, 0, 3, 15);
  GByteArray *stream = g_byte_array_new ();
  guint b;

  g_byte_array_append (stream, g_bytes_get_data (one, NULL),
      g_bytes_get_size (one));
  g_byte_array_append (stream, g_bytes_get_data (two, NULL),
      g_bytes_get_size (two));
  g_byte_array_append (stream, g_bytes_get_data (one, NULL),
      g_bytes_get_size (one));
  for (b = 0; b < G_N_ELEMENTS (blocks); b++) {
    VitalsPayloadParser *parser = vitals_payload_parser_new (layout);
    VitalsParsedPayload parsed;
    guint n = 0;
    gsize offset;

    for (offset = 0; offset < stream->len; offset += blocks[b]) {
      GBytes *block = g_bytes_new_static (stream->data + offset,
          MIN (blocks[b], stream->len - offset));

      fail_unless (vitals_payload_parser_push (parser, block, NULL));
      g_bytes_unref (block);
    }
    fail_unless (vitals_payload_parser_finish (parser, NULL));
    while (vitals_payload_parser_pop (parser, &parsed)) {
      GBytes *bytes = vitals_payload_to_bytes (parsed.payload);

      fail_unless (g_bytes_equal (bytes, n == 1 ? two : one));
      fail_unless_equals_int (parsed.frames, n == 1 ? 3 : 2);
      fail_unless (parsed.framerate == (n == 1 ? 15 : 30));
      g_bytes_unref (bytes);
      vitals_payload_unref (parsed.payload);
      n++;
    }
    fail_unless_equals_int (n, 3);
    vitals_payload_parser_free (parser);
  }
  g_byte_array_unref (stream);
  g_bytes_unref (one);
  g_bytes_unref (two);
  vitals_tensor_layout_unref (layout);
}

GST_END_TEST;

GST_START_TEST (truncated_payload_is_refused_wherever_it_ends)
{
  VitalsTensorLayout *layout = draft_1 ();
  gint level;

  for (level = 0; level <= 1; level++) {
    GBytes *payload = write_payload (layout, VITALS_COMPRESSOR_AUTO, level, 2,
        30);
    gsize size = g_bytes_get_size (payload), end;

    for (end = 0; end < size; end += end < 64 ? 1 : 9973) {
      GBytes *part = g_bytes_new_from_bytes (payload, 0, end);

      assert_refused (part, layout);
      g_bytes_unref (part);
    }
    g_bytes_unref (payload);
  }
  vitals_tensor_layout_unref (layout);
}

GST_END_TEST;

GST_START_TEST (bytes_after_the_payload_are_refused)
{
  VitalsTensorLayout *layout = draft_1 ();
  GBytes *payload = write_payload (layout, VITALS_COMPRESSOR_AUTO, 1, 2, 30);
  gsize size = g_bytes_get_size (payload);
  guint8 *longer = g_malloc0 (size + 1);
  GBytes *bytes;

  memcpy (longer, g_bytes_get_data (payload, NULL), size);
  bytes = g_bytes_new_take (longer, size + 1);
  assert_refused (bytes, layout);
  g_bytes_unref (bytes);
  g_bytes_unref (payload);
  vitals_tensor_layout_unref (layout);
}

GST_END_TEST;

/* @content as a gzip member */
static GBytes *
gzip (const guint8 * content, gsize size)
{
  gsize room = size + size / 100 + 1024;
  guint8 *output = g_malloc (room);
  z_stream stream = { 0 };

  fail_unless (deflateInit2 (&stream, 9, Z_DEFLATED, 31, 8,
          Z_DEFAULT_STRATEGY) == Z_OK);
  stream.next_in = (Bytef *) content;
  stream.avail_in = size;
  stream.next_out = output;
  stream.avail_out = room;
  fail_unless (deflate (&stream, Z_FINISH) == Z_STREAM_END);
  room = stream.total_out;
  deflateEnd (&stream);
  return g_bytes_new_take (output, room);
}

GST_START_TEST (gzip_bomb_is_refused_before_it_unpacks)
{
  gsize size = 64 * 1024 * 1024;
  guint8 *content = g_malloc0 (size);
  VitalsTensorLayout *layout = draft_1 ();
  GBytes *head = write_payload (layout, VITALS_COMPRESSOR_AUTO, 0, 2, 30);
  GBytes *bomb;

  memcpy (content, g_bytes_get_data (head, NULL), HEADER_BYTES);
  bomb = gzip (content, size);
  assert_refused (bomb, layout);
  g_bytes_unref (bomb);
  g_bytes_unref (head);
  g_free (content);
  vitals_tensor_layout_unref (layout);
}

GST_END_TEST;

GST_START_TEST (damaged_gzip_is_refused)
{
  VitalsTensorLayout *layout = draft_1 ();
  GBytes *payload = write_payload (layout, VITALS_COMPRESSOR_AUTO, 1, 2, 30);
  gsize size, i;
  const guint8 *data = g_bytes_get_data (payload, &size);

  /* the CRC sees every bit */
  for (i = 20; i < size; i += size / 7) {
    guint8 *damaged = g_memdup2 (data, size);
    GBytes *bytes;

    damaged[i] ^= 0x10;
    bytes = g_bytes_new_take (damaged, size);
    assert_refused (bytes, layout);
    g_bytes_unref (bytes);
  }
  g_bytes_unref (payload);
  vitals_tensor_layout_unref (layout);
}

GST_END_TEST;

GST_START_TEST (header_fields_that_do_not_fit_are_named)
{
  VitalsTensorLayout *layout = draft_1 ();
  GBytes *payload = write_payload (layout, VITALS_COMPRESSOR_AUTO, 0, 2, 30);
  gsize size = g_bytes_get_size (payload);
  guint8 *changed = g_memdup2 (g_bytes_get_data (payload, NULL), size);
  GError *error = NULL;
  GBytes *bytes;

  changed[16] = 71;
  bytes = g_bytes_new_take (changed, size);
  fail_if (vitals_payload_check (bytes, layout, NULL, NULL, &error));
  fail_unless (strstr (error->message, "height") != NULL, "%s", error->message);
  g_error_free (error);
  g_bytes_unref (bytes);
  g_bytes_unref (payload);
  vitals_tensor_layout_unref (layout);
}

GST_END_TEST;

GST_START_TEST (foreign_bytes_are_told_from_damaged_ones)
{
  VitalsTensorLayout *layout = draft_1 ();
  VitalsPayloadParser *parser = vitals_payload_parser_new (layout);
  GBytes *movie = g_bytes_new_static ("\0\0\0\x1c" "ftypisom\0\0\2\0isomiso2"
      "mp41moovmoovmoovmoovmoov", 44);

  fail_if (vitals_payload_parser_push (parser, movie, NULL));
  fail_unless (vitals_payload_parser_is_foreign (parser));
  fail_if (vitals_payload_parser_push (parser, movie, NULL));
  vitals_payload_parser_free (parser);
  g_bytes_unref (movie);
  vitals_tensor_layout_unref (layout);
}

GST_END_TEST;

GST_START_TEST (opaque_passes_one_payload_unchecked)
{
  VitalsTensorLayout *layout = vitals_tensor_layout_new ("opaque", NULL);
  VitalsPayloadParser *parser = vitals_payload_parser_new (layout);
  GBytes *bytes = g_bytes_new_static ("anything", 8);
  VitalsParsedPayload parsed;
  GError *error = NULL;

  fail_unless (vitals_payload_parser_push (parser, bytes, NULL));
  fail_if (vitals_payload_parser_pop (parser, &parsed));
  fail_unless (vitals_payload_parser_push (parser, bytes, NULL));
  fail_unless (vitals_payload_parser_finish (parser, NULL));
  fail_unless (vitals_payload_parser_pop (parser, &parsed));
  fail_unless_equals_int (vitals_payload_get_size (parsed.payload), 16);
  fail_unless_equals_int (parsed.frames, 0);
  vitals_payload_unref (parsed.payload);
  vitals_payload_parser_free (parser);

  fail_unless (vitals_payload_writer_new (layout, VITALS_COMPRESSOR_AUTO, 1,
          &error) == NULL);
  fail_unless (g_error_matches (error, VITALS_ERROR, VITALS_ERROR_UNSUPPORTED));
  g_error_free (error);
  g_bytes_unref (bytes);
  vitals_tensor_layout_unref (layout);
}

GST_END_TEST;

GST_START_TEST (placeholder_is_grey_and_encodes)
{
  VitalsTensorLayout *layout = draft_1 ();
  VitalsTensor *tensor = vitals_tensor_new_placeholder (1);
  GBytes *payload = vitals_tensor_encode (tensor, layout, 6, NULL);
  guint frames;
  gdouble framerate;

  fail_unless (vitals_payload_check (payload, layout, &frames, &framerate,
          NULL));
  fail_unless (frames == 1 && framerate == 30);
  g_bytes_unref (payload);
  vitals_tensor_unref (tensor);
  vitals_tensor_layout_unref (layout);
}

GST_END_TEST;

GST_START_TEST (tensor_of_wrong_size_or_rate_is_refused)
{
  GBytes *pixels = make_pixels (1);
  GBytes *part = g_bytes_new_from_bytes (pixels, 0, 100);
  GBytes *none = g_bytes_new (NULL, 0);

  fail_unless (vitals_tensor_new (part, 30, NULL) == NULL);
  fail_unless (vitals_tensor_new (none, 30, NULL) == NULL);
  fail_unless (vitals_tensor_new (pixels, 0, NULL) == NULL);
  fail_unless (vitals_tensor_new (pixels, 1e-30, NULL) == NULL);
  fail_unless (vitals_tensor_new (pixels, 1001, NULL) == NULL);
  g_bytes_unref (none);
  g_bytes_unref (part);
  g_bytes_unref (pixels);
}

GST_END_TEST;

static Suite *
payload_suite (void)
{
  Suite *s = suite_create ("payload");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, every_engine_and_level_gives_one_gzip_member);
  tcase_add_test (tc, level_0_and_a_layout_without_gzip_write_none);
  tcase_add_test (tc, channel_major_reads_back_in_our_order);
  tcase_add_test (tc, writer_begins_anew_after_seal_and_reset);
  tcase_add_test (tc, parser_cuts_a_stream_into_payloads_whatever_the_blocks);
  tcase_add_test (tc, truncated_payload_is_refused_wherever_it_ends);
  tcase_add_test (tc, bytes_after_the_payload_are_refused);
  tcase_add_test (tc, gzip_bomb_is_refused_before_it_unpacks);
  tcase_add_test (tc, damaged_gzip_is_refused);
  tcase_add_test (tc, header_fields_that_do_not_fit_are_named);
  tcase_add_test (tc, foreign_bytes_are_told_from_damaged_ones);
  tcase_add_test (tc, opaque_passes_one_payload_unchecked);
  tcase_add_test (tc, placeholder_is_grey_and_encodes);
  tcase_add_test (tc, tensor_of_wrong_size_or_rate_is_refused);
  return s;
}

GST_CHECK_MAIN (payload);
