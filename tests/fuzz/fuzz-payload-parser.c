/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The parser: the blocks in which bytes come must make no difference, and what
 * it gives must be the bytes that came. */

#include <vitals/tensor/vitals-payload-private.h>

#include "fuzz.h"

typedef struct
{
  guint payloads;
  guint frames;
  gsize bytes;
  gboolean good;
} Result;

static void
take_payloads (VitalsPayloadParser * parser, Result * result)
{
  VitalsParsedPayload parsed;

  while (vitals_payload_parser_pop (parser, &parsed)) {
    result->payloads++;
    result->frames += parsed.frames;
    result->bytes += vitals_payload_get_size (parsed.payload);
    vitals_payload_unref (parsed.payload);
  }
}

static Result
parse (VitalsTensorLayout * layout, const uint8_t * data, gsize size,
    gsize block)
{
  g_autoptr (VitalsPayloadParser) parser = vitals_payload_parser_new (layout);
  Result result = { 0, 0, 0, TRUE };
  gsize offset;

  for (offset = 0; result.good && offset < size; offset += block) {
    g_autoptr (GBytes) bytes = g_bytes_new (data + offset, MIN (block,
            size - offset));

    result.good = vitals_payload_parser_push (parser, bytes, NULL);
    take_payloads (parser, &result);
  }
  result.good = result.good && vitals_payload_parser_finish (parser, NULL);
  take_payloads (parser, &result);
  g_assert_cmpuint (result.bytes, <=, size);
  if (result.good)
    g_assert_cmpuint (result.bytes, ==, size);
  return result;
}

int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  static VitalsTensorLayout *layouts[3];
  guint i;

  if (!layouts[0]) {
    layouts[0] = vitals_tensor_layout_new ("draft-1", NULL);
    layouts[1] = vitals_tensor_layout_new ("opaque", NULL);
    layouts[2] = vitals_tensor_layout_new_from_data ("[layout]\nname = bare\n"
        "header-size = 0\n", -1, NULL);
  }
  for (i = 0; i < G_N_ELEMENTS (layouts); i++) {
    Result whole = parse (layouts[i], data, size, MAX (size, 1));
    Result parts = parse (layouts[i], data, size, 61);

    g_assert_true (whole.good == parts.good);
    g_assert_cmpuint (whole.payloads, ==, parts.payloads);
    g_assert_cmpuint (whole.frames, ==, parts.frames);
  }
  return 0;
}
