/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "onnx-writer.h"

#include <string.h>

#define IR_VERSION 7
#define OPERATOR_SET 11

/* TensorProto.DataType */
#define TYPE_FLOAT 1
#define TYPE_INT64 7
/* AttributeProto.AttributeType */
#define ATTRIBUTE_INT 2
#define ATTRIBUTE_INTS 7

/* What a protobuf field is followed by. */
#define WIRE_VARINT 0
#define WIRE_BYTES 2

struct _OnnxWriter
{
  GByteArray *graph;            /* GraphProto */
};

static void
put_varint (GByteArray * message, guint64 number)
{
  guint8 byte;

  do {
    byte = number & 0x7f;
    number >>= 7;
    if (number > 0)
      byte |= 0x80;
    g_byte_array_append (message, &byte, 1);
  } while (number > 0);
}

static void
put_integer (GByteArray * message, guint field, gint64 number)
{
  put_varint (message, field << 3 | WIRE_VARINT);
  put_varint (message, (guint64) number);
}

static void
put_bytes (GByteArray * message, guint field, gconstpointer bytes, gsize n)
{
  put_varint (message, field << 3 | WIRE_BYTES);
  put_varint (message, n);
  g_byte_array_append (message, bytes, (guint) n);
}

static void
put_text (GByteArray * message, guint field, const gchar * text)
{
  put_bytes (message, field, text, strlen (text));
}

/* @inner: (transfer full) */
static void
put_message (GByteArray * message, guint field, GByteArray * inner)
{
  put_bytes (message, field, inner->data, inner->len);
  g_byte_array_unref (inner);
}

OnnxWriter *
onnx_writer_new (void)
{
  OnnxWriter *writer = g_new0 (OnnxWriter, 1);

  writer->graph = g_byte_array_new ();
  put_text (writer->graph, 2, "test");  /* GraphProto.name */
  return writer;
}

void
onnx_writer_free (OnnxWriter * writer)
{
  g_byte_array_unref (writer->graph);
  g_free (writer);
}

/* ValueInfoProto { name = 1, type = 2 }, of which TypeProto { tensor_type = 1 },
 * Tensor { elem_type = 1, shape = 2 }, TensorShapeProto { dim = 1 } and
 * Dimension { dim_value = 1, dim_param = 2 } */
static void
put_value_info (OnnxWriter * writer, guint field, const gchar * name,
    const gint64 * sizes, guint n_sizes)
{
  GByteArray *shape = g_byte_array_new (), *tensor = g_byte_array_new ();
  GByteArray *type = g_byte_array_new (), *info = g_byte_array_new ();
  guint i;

  for (i = 0; i < n_sizes; i++) {
    GByteArray *dimension = g_byte_array_new ();
    g_autofree gchar *open = g_strdup_printf ("%s_%u", name, i);

    if (sizes[i] > 0)
      put_integer (dimension, 1, sizes[i]);
    else
      put_text (dimension, 2, open);
    put_message (shape, 1, dimension);
  }
  put_integer (tensor, 1, TYPE_FLOAT);
  put_message (tensor, 2, shape);
  put_message (type, 1, tensor);
  put_text (info, 1, name);
  put_message (info, 2, type);
  put_message (writer->graph, field, info);
}

void
onnx_writer_add_input (OnnxWriter * writer, const gchar * name,
    const gint64 * sizes, guint n_sizes)
{
  put_value_info (writer, 11, name, sizes, n_sizes);    /* GraphProto.input */
}

void
onnx_writer_add_output (OnnxWriter * writer, const gchar * name,
    const gint64 * sizes, guint n_sizes)
{
  put_value_info (writer, 12, name, sizes, n_sizes);    /* GraphProto.output */
}

/* TensorProto { dims = 1, data_type = 2, name = 8, raw_data = 9 }: values are
 * little-endian, as those of the processors are that this is tested on. */
static void
put_tensor (OnnxWriter * writer, const gchar * name, const gint64 * sizes,
    guint n_sizes, gint type, gconstpointer values, gsize value_bytes)
{
  GByteArray *tensor = g_byte_array_new ();
  gsize n = value_bytes;
  guint i;

  for (i = 0; i < n_sizes; i++) {
    put_integer (tensor, 1, sizes[i]);
    n *= (gsize) sizes[i];
  }
  put_integer (tensor, 2, type);
  put_text (tensor, 8, name);
  put_bytes (tensor, 9, values, n);
  put_message (writer->graph, 5, tensor);       /* GraphProto.initializer */
}

void
onnx_writer_add_floats (OnnxWriter * writer, const gchar * name,
    const gint64 * sizes, guint n_sizes, const gfloat * values)
{
  put_tensor (writer, name, sizes, n_sizes, TYPE_FLOAT, values,
      sizeof (*values));
}

void
onnx_writer_add_integers (OnnxWriter * writer, const gchar * name,
    const gint64 * values, guint n_values)
{
  gint64 size = n_values;

  put_tensor (writer, name, &size, 1, TYPE_INT64, values, sizeof (*values));
}

/* AttributeProto { name = 1, i = 3, ints = 8, type = 20 } */
static void
put_attribute (GByteArray * node, const OnnxAttribute * attribute)
{
  GByteArray *message = g_byte_array_new ();
  guint i;

  put_text (message, 1, attribute->name);
  for (i = 0; i < attribute->n; i++)
    put_integer (message, 8, attribute->values[i]);
  if (attribute->n == 0)
    put_integer (message, 3, attribute->values[0]);
  put_integer (message, 20, attribute->n ? ATTRIBUTE_INTS : ATTRIBUTE_INT);
  put_message (node, 5, message);       /* NodeProto.attribute */
}

/* NodeProto { input = 1, output = 2, name = 3, op_type = 4 } */
void
onnx_writer_add_node (OnnxWriter * writer, const gchar * operation,
    const gchar * inputs, const gchar * output,
    const OnnxAttribute * attributes)
{
  GByteArray *node = g_byte_array_new ();
  g_auto (GStrv) names = g_strsplit (inputs, " ", -1);
  g_autofree gchar *name = g_strdup_printf ("%s_%s", operation, output);
  guint i;

  for (i = 0; names[i]; i++)
    put_text (node, 1, names[i]);
  put_text (node, 2, output);
  put_text (node, 3, name);
  put_text (node, 4, operation);
  for (i = 0; attributes && attributes[i].name; i++)
    put_attribute (node, &attributes[i]);
  put_message (writer->graph, 1, node); /* GraphProto.node */
}

/* ModelProto { ir_version = 1, graph = 7, opset_import = 8 }, of which
 * OperatorSetIdProto { version = 2 } */
gboolean
onnx_writer_save (OnnxWriter * writer, const gchar * path, GError ** error)
{
  GByteArray *model = g_byte_array_new (), *set = g_byte_array_new ();
  gboolean saved;

  put_integer (model, 1, IR_VERSION);
  put_bytes (model, 7, writer->graph->data, writer->graph->len);
  put_integer (set, 2, OPERATOR_SET);
  put_message (model, 8, set);
  saved = g_file_set_contents (path, (const gchar *) model->data, model->len,
      error);
  g_byte_array_unref (model);
  return saved;
}
