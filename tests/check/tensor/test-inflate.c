/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reading gzip: every engine that was built gives the same bytes, ends on the
 * same one and refuses the same damage. */

#include <string.h>
#include <zlib.h>
#include <gst/check/gstcheck.h>
#include <vitals/tensor/vitals-inflate-private.h>
#include <vitals/tensor/vitals-tensor.h>

#define CONTENT_BYTES 200000
#define N_FLIPS 3000

static const VitalsCompressor engines[] = { VITALS_COMPRESSOR_ZLIB,
  VITALS_COMPRESSOR_AUTO
};

/* Noise and runs, so that there are matches, literals and long codes. */
static GBytes *
make_content (void)
{
  guint8 *content = g_malloc (CONTENT_BYTES);
  GRand *random = g_rand_new_with_seed (7);
  gint i;

  for (i = 0; i < CONTENT_BYTES; i++)
    content[i] = i / 4096 % 2 ? i / 64 : 100 + g_rand_int_range (random, 0, 40);
  g_rand_free (random);
  return g_bytes_new_take (content, CONTENT_BYTES);
}

static GBytes *
make_member (GBytes * content, gz_header * header)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (content, &size);
  gsize room = size + 1024;
  guint8 *member = g_malloc (room);
  z_stream stream = { 0 };

  fail_unless (deflateInit2 (&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8,
          Z_DEFAULT_STRATEGY) == Z_OK);
  if (header)
    fail_unless (deflateSetHeader (&stream, header) == Z_OK);
  stream.next_in = (Bytef *) data;
  stream.avail_in = size;
  stream.next_out = member;
  stream.avail_out = room;
  fail_unless_equals_int (deflate (&stream, Z_FINISH), Z_STREAM_END);
  room -= stream.avail_out;
  deflateEnd (&stream);
  return g_bytes_new_take (member, room);
}

static GBytes *
with_byte (GBytes * bytes, gsize at, guint8 byte)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  guint8 *other = g_memdup2 (data, size);

  other[at] = byte;
  return g_bytes_new_take (other, size);
}

/* Reads @bytes in blocks of @step, and gives the content in blocks of @room.
 * @taken: up to the end of the member, or what went in. */
static VitalsInflateResult
inflate_by (VitalsCompressor engine, GBytes * bytes, gsize step, gsize room,
    GByteArray * content, gsize * taken)
{
  VitalsInflate *inflate = vitals_inflate_new (engine);
  VitalsInflateResult result = VITALS_INFLATE_GOING;
  gsize size, read, given = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  guint8 *output = g_malloc (room);

  *taken = 0;
  g_byte_array_set_size (content, 0);
  while (result == VITALS_INFLATE_GOING && (*taken < size || given == room)) {
    result = vitals_inflate_read (inflate, data + *taken,
        MIN (step, size - *taken), &read, output, room, &given);
    *taken += read;
    g_byte_array_append (content, output, given);
  }
  g_free (output);
  vitals_inflate_free (inflate);
  return result;
}

static gboolean
is_content (GByteArray * read, GBytes * content)
{
  return read->len == g_bytes_get_size (content)
      && memcmp (read->data, g_bytes_get_data (content, NULL), read->len) == 0;
}

static void
assert_reads (GBytes * bytes, gsize step, gsize room, GBytes * content,
    gsize member_size)
{
  GByteArray *read = g_byte_array_new ();
  gsize taken;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (engines); i++) {
    fail_unless_equals_int (inflate_by (engines[i], bytes, step, room, read,
            &taken), VITALS_INFLATE_DONE);
    fail_unless (is_content (read, content));
    fail_unless_equals_int (taken, member_size);
  }
  g_byte_array_unref (read);
}

static void
assert_damaged (GBytes * bytes)
{
  GByteArray *read = g_byte_array_new ();
  gsize taken;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (engines); i++) {
    fail_unless_equals_int (inflate_by (engines[i], bytes, 4096, 4096, read,
            &taken), VITALS_INFLATE_DAMAGED);
  }
  g_byte_array_unref (read);
}

GST_START_TEST (blocks_of_any_size_give_the_content)
{
  static const gsize sizes[][2] = { {1, 1}, {1, 4096}, {4096, 1}, {7, 13},
  {65536, 32768}, {1 << 20, 1 << 20}
  };
  GBytes *content = make_content ();
  GBytes *member = make_member (content, NULL);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (sizes); i++)
    assert_reads (member, sizes[i][0], sizes[i][1], content,
        g_bytes_get_size (member));
  g_bytes_unref (member);
  g_bytes_unref (content);
}

GST_END_TEST;

GST_START_TEST (what_follows_the_member_is_left_at_every_split)
{
  GBytes *content = g_bytes_new_static ("a short text, a short text", 26);
  GBytes *member = make_member (content, NULL);
  gsize size = g_bytes_get_size (member), step;
  GByteArray *longer = g_byte_array_new ();
  GBytes *bytes;

  g_byte_array_append (longer, g_bytes_get_data (member, NULL), size);
  g_byte_array_append (longer, g_bytes_get_data (member, NULL), size);
  bytes = g_byte_array_free_to_bytes (longer);
  for (step = 1; step <= 2 * size; step++)
    assert_reads (bytes, step, 64, content, size);
  g_bytes_unref (bytes);
  g_bytes_unref (member);
  g_bytes_unref (content);
}

GST_END_TEST;

/* But for its CRC, which is not asked of ISA-L: see vitals-payload-reader.c. */
GST_START_TEST (every_field_of_the_header_is_passed_over)
{
  Bytef extra[] = "an extra field", name[] = "name", comment[] = "comment";
  GBytes *content = make_content ();
  guint fields;

  for (fields = 0; fields < 8; fields++) {
    gz_header header = { 0 };
    GBytes *member;

    header.os = 3;
    if (fields & 1) {
      header.extra = extra;
      header.extra_len = sizeof (extra);
    }
    header.name = fields & 2 ? name : NULL;
    header.comment = fields & 4 ? comment : NULL;
    member = make_member (content, &header);
    assert_reads (member, 3, 4096, content, g_bytes_get_size (member));
    g_bytes_unref (member);
  }
  g_bytes_unref (content);
}

GST_END_TEST;

static gboolean
is_one_payload (GBytes * bytes, gsize step, VitalsTensorLayout * layout)
{
  g_autoptr (VitalsPayloadParser) parser = vitals_payload_parser_new (layout);
  VitalsParsedPayload parsed;
  gboolean good = TRUE;
  gsize size = g_bytes_get_size (bytes), at;

  for (at = 0; good && at < size; at += step) {
    GBytes *block = g_bytes_new_from_bytes (bytes, at, MIN (step, size - at));

    good = vitals_payload_parser_push (parser, block, NULL);
    g_bytes_unref (block);
  }
  good = good && vitals_payload_parser_finish (parser, NULL)
      && vitals_payload_parser_pop (parser, &parsed);
  if (good)
    vitals_payload_unref (parsed.payload);
  return good;
}

GST_START_TEST (a_payload_with_a_checksum_of_its_header_is_checked_by_it)
{
  Bytef name[] = "name";
  gz_header header = { 0 };
  VitalsTensorLayout *layout = vitals_tensor_layout_new ("draft-1", NULL);
  VitalsTensor *tensor = vitals_tensor_new_placeholder (2);
  GBytes *content = vitals_tensor_encode (tensor, layout, 0, NULL);
  GBytes *payload, *other;
  gsize step;

  header.name = name;
  header.hcrc = 1;
  payload = make_member (content, &header);
  /* the first letter of the name */
  other = with_byte (payload, 10, 'N');
  for (step = 1; step <= 40; step++) {
    fail_unless (is_one_payload (payload, step, layout));
    fail_if (is_one_payload (other, step, layout));
  }
  g_bytes_unref (other);
  g_bytes_unref (payload);
  g_bytes_unref (content);
  vitals_tensor_unref (tensor);
  vitals_tensor_layout_unref (layout);
}

GST_END_TEST;

GST_START_TEST (a_wrong_checksum_or_size_is_damage)
{
  GBytes *content = make_content ();
  GBytes *member = make_member (content, NULL);
  gsize size = g_bytes_get_size (member), i;

  for (i = 1; i <= 8; i++) {
    const guint8 *data = g_bytes_get_data (member, NULL);
    GBytes *other = with_byte (member, size - i, data[size - i] ^ 1);

    assert_damaged (other);
    g_bytes_unref (other);
  }
  g_bytes_unref (member);
  g_bytes_unref (content);
}

GST_END_TEST;

GST_START_TEST (what_is_not_gzip_is_damage)
{
  GBytes *content = make_content ();
  GBytes *member = make_member (content, NULL);
  gsize i;

  /* both bytes of the id, and the method */
  for (i = 0; i < 3; i++) {
    GBytes *other = with_byte (member, i, 0x55);

    assert_damaged (other);
    g_bytes_unref (other);
  }
  g_bytes_unref (member);
  g_bytes_unref (content);
}

GST_END_TEST;

GST_START_TEST (a_member_that_is_cut_off_is_never_done)
{
  GBytes *content = make_content ();
  GBytes *member = make_member (content, NULL);
  GByteArray *read = g_byte_array_new ();
  gsize size = g_bytes_get_size (member), length, taken;
  guint i;

  for (length = 0; length < size; length += length < size - 40 ? 997 : 1) {
    GBytes *part = g_bytes_new_from_bytes (member, 0, length);

    for (i = 0; i < G_N_ELEMENTS (engines); i++)
      fail_unless_equals_int (inflate_by (engines[i], part, 4096, 4096, read,
              &taken), VITALS_INFLATE_GOING);
    g_bytes_unref (part);
  }
  g_byte_array_unref (read);
  g_bytes_unref (member);
  g_bytes_unref (content);
}

GST_END_TEST;

/* Behind the header, whose fields without a meaning each engine treats as it
 * likes, no damage gets past the checksum. */
GST_START_TEST (a_flipped_bit_never_gives_other_content)
{
  GBytes *content = make_content ();
  GBytes *member = make_member (content, NULL);
  GByteArray *read = g_byte_array_new ();
  GRand *random = g_rand_new_with_seed (11);
  gsize taken;
  guint flip, i;

  for (flip = 0; flip < N_FLIPS; flip++) {
    const guint8 *data = g_bytes_get_data (member, NULL);
    gsize at = g_rand_int_range (random, 10, g_bytes_get_size (member));
    GBytes *other = with_byte (member, at,
        data[at] ^ 1 << g_rand_int_range (random, 0, 8));

    for (i = 0; i < G_N_ELEMENTS (engines); i++) {
      VitalsInflateResult result = inflate_by (engines[i], other, 4096, 4096,
          read, &taken);

      fail_unless (result != VITALS_INFLATE_DONE || is_content (read, content));
    }
    g_bytes_unref (other);
  }
  g_rand_free (random);
  g_byte_array_unref (read);
  g_bytes_unref (member);
  g_bytes_unref (content);
}

GST_END_TEST;

static Suite *
inflate_suite (void)
{
  Suite *suite = suite_create ("inflate");
  TCase *tcase = tcase_create ("inflate");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, blocks_of_any_size_give_the_content);
  tcase_add_test (tcase, what_follows_the_member_is_left_at_every_split);
  tcase_add_test (tcase, every_field_of_the_header_is_passed_over);
  tcase_add_test (tcase,
      a_payload_with_a_checksum_of_its_header_is_checked_by_it);
  tcase_add_test (tcase, a_wrong_checksum_or_size_is_damage);
  tcase_add_test (tcase, what_is_not_gzip_is_damage);
  tcase_add_test (tcase, a_member_that_is_cut_off_is_never_done);
  tcase_add_test (tcase, a_flipped_bit_never_gives_other_content);
  return suite;
}

GST_CHECK_MAIN (inflate);
